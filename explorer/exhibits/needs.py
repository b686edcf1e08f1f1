"""What an exhibit needs of a view, and the sentence shown where that is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.measure.stability_grid import SIZES
from explorer.probes import probe_set
from explorer.results.reading import has_domains
from explorer.results.responses import words_with_evidence
from explorer.results.sentence import sentences_read
from explorer.results.view import View


@dataclass(frozen=True)
class Need:
    """A condition on a view."""

    name: str
    """In a list of exhibits: "two folds"."""
    met: Callable[[View], bool]
    sentence: str | Callable[[View], str]
    """What is missing and how to get it; a function where that depends on the view."""

    def lacking(self, view: View) -> str | None:
        """The sentence where a view does not meet it, None where it does."""
        if self.met(view):
            return None
        return self.sentence(view) if callable(self.sentence) else self.sentence


RATINGS = Need(
    "human ratings",
    lambda view: view.ratings is not None,
    "No human ratings cover two concepts of this run. Choose another run, or extract one whose "
    "concepts include both words of rated pairs.",
)
TWO_FOLDS = Need(
    "two folds",
    lambda view: view.run.request.folds > 1,
    "This run has one fold, so overlap within a concept is not defined. Extract with two folds "
    "or more.",
)
DOMAINS = Need(
    "domains",
    lambda view: has_domains(view.library, view.run.id),
    "The concepts of this run have no two domains to compare. Extract concepts of a probe set "
    "that has domains.",
)
TRAJECTORY = Need(
    "two training steps",
    lambda view: len({r.request.checkpoint.step for r in view.runs} - {None}) > 1,
    "No other training step of this design is in the cache. Extract a second checkpoint.",
)
TRAINING = Need(
    "three checkpoints of its training",
    lambda view: len(view.selection.checkpoints(view.run)) > 2,
    "Fewer than three checkpoints of this model’s training are in the cache. Extract others of the "
    "same design.",
)
SENTENCES = Need(
    "its sentences",
    lambda view: not view.run.withheld,
    "The sentences of this run were left out when it was handed on. Ask for the run with its "
    "sentences, or extract it anew.",
)
EVIDENCE = Need(
    "responses of units",
    lambda view: bool(words_with_evidence(view)),
    lambda view: (
        "What the units of this run answer to single sentences was not collected. Collect "
        f"it: explorer evidence {view.run.id[:8]} --concepts A,B"
    ),
)
SENTENCE = Need(
    "a sentence that was read",
    lambda view: bool(sentences_read(view)),
    lambda view: (
        f"No sentence was read by this run at τ {view.tau}. Type one on the page, or: explorer "
        f"read {view.run.id[:8]} --tau {view.tau} --text “…”"
    ),
)
PROBE_SET = Need(
    "a probe set",
    lambda _: bool(probe_set.names()),
    "There is no probe set. Generate, harvest or import one: `explorer probes --help`.",
)
TWIN = Need(
    "an untrained twin",
    lambda view: view.selection.twin(view.run) is not None,
    "This run has no untrained twin. Extract the same with random initialisation.",
)
SWEEP = Need(
    "a sweep of set sizes or sources",
    lambda view: view.selection.sweep(view.run) is not None,
    "No other run differs from this one in N⁺, N⁻ or the source of its sentences only.",
)
TWO_SIZES = Need(
    "two sizes of a set",
    lambda view: any(_sizes(view, size) > 1 for size in SIZES),
    "All runs of this sweep have the same set sizes: nothing can be said of what more sentences "
    "gain.",
)


def _sizes(view: View, size: str) -> int:
    sweep = view.selection.sweep(view.run)
    return len(sweep.sizes(size)) if sweep else 0

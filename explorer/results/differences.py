"""Paired differences of ρ between representations, checkpoints and sizes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import Experts, Similarity, similarities
from explorer.measure.alignment import Difference, compare, difference, holm
from explorer.results.alignment import alignment_of
from explorer.results.checkpoints import by_family, family_of, moment, step_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.results.reading import rated_pairs
from explorer.results.view import View
from explorer.store.library import Library

PREVIOUS = "the one before"
_PAIR = ["dataset", "split", "word1", "word2"]
_MEASURED = ("delta", "low", "high", "p", "n", "note")
_PLACE = ("group", "step", "representation")


@dataclass(frozen=True)
class Comparison:
    """ρ of a similarity of a run minus ρ of one of another run, or of the same."""

    run: str
    of: Similarity
    other: str
    other_of: Similarity
    checkpoint: str
    """Label of the first run."""
    step: float
    group: str
    """Model, or pair of models, whose panel it belongs to."""
    representation: str
    """Whose colour it has."""
    text: str


def comparisons_of_representations(
    runs: Sequence[RunInfo], experts: Experts
) -> tuple[Comparison, ...]:
    """Experts against each embedding at every checkpoint."""
    _, *embeddings = similarities(experts)
    return tuple(
        Comparison(
            *(run.id, experts, run.id, other, run.label, step_of(run), family_of(run), other.name),
            text=f"{experts.name} − {other.name}",
        )
        for run in sorted(runs, key=by_family)
        for other in embeddings
    )


def comparisons_with_control(view: View, runs: Sequence[RunInfo]) -> tuple[Comparison, ...]:
    """Trained against untrained, for those of `runs` that have a control."""
    controls = ((run, view.selection.control(run)) for run in sorted(runs, key=by_family))
    return tuple(
        _between(run, control, of, f"trained − untrained, {of.name}")
        for run, control in controls
        if control is not None
        for of in view.similarities
    )


def comparisons_of_checkpoints(view: View, against: str = PREVIOUS) -> tuple[Comparison, ...]:
    """Every checkpoint of the model against the one before it, or the one
    labelled so.
    """
    line = view.selection.checkpoints(view.run)
    chosen = {run.label: run for run in line}.get(against)
    if chosen is None:
        pairs = list(itertools.pairwise(line))
    else:
        pairs = [(chosen, run) for run in line if run.id != chosen.id]
    return tuple(
        _between(later, earlier, of, f"{moment(later)} − {moment(earlier)}, {of.name}")
        for earlier, later in pairs
        for of in view.similarities
    )


def comparisons_of_sizes(view: View) -> tuple[Comparison, ...]:
    """Every two models of a family that share a training step, at each step they
    share.

    Models whose records name other families are no sizes of each other. Of each two,
    the one with more units comes first; a random initialisation is no step of training.
    """
    models: dict[str, dict[float, RunInfo]] = {}
    for run in view.runs:
        if run.request.checkpoint.random_init is None and step_of(run) >= 0:
            models.setdefault(family_of(run), {})[step_of(run)] = run
    units = {name: max(run.n_units for run in steps.values()) for name, steps in models.items()}
    texts = {
        name: {(run.training or {}).get("family") for run in steps.values()}
        for name, steps in models.items()
    }
    ordered = sorted(models, key=lambda name: (units[name], name), reverse=True)
    return tuple(
        _between(a, b, of, f"{larger} − {smaller}, {of.name}", f"{larger} − {smaller}")
        for larger, smaller in itertools.combinations(ordered, 2)
        if texts[larger] == texts[smaller]
        for step in sorted(models[larger].keys() & models[smaller].keys())
        for a, b in [(models[larger][step], models[smaller][step])]
        for of in view.similarities
    )


@remembered(256)
def differences(
    library: Library, comparisons: tuple[Comparison, ...], ratings: Ratings
) -> pd.DataFrame:
    """checkpoint, comparison, delta, low, high, p, p_holm (over the rows of a group),
    n, note, group, step, representation.

    Empty, with its columns, where nothing is compared.
    """
    rows = []
    for asked in comparisons:
        ends = (asked.run, asked.of, asked.other, asked.other_of)
        result = difference_of(library, *ends, ratings)
        place = {name: getattr(asked, name) for name in ("checkpoint", *_PLACE)}
        measured = {name: getattr(result, name) for name in _MEASURED}
        rows.append({"comparison": asked.text, **place, **measured})
    table = pd.DataFrame(rows, columns=["checkpoint", "comparison", *_MEASURED, *_PLACE])
    # A model more or less must not change what is said of the others.
    adjusted = holm(table["p"].to_numpy(float), table["group"].tolist())
    table.insert(table.columns.get_loc("p") + 1, "p_holm", adjusted)
    return table


@remembered(4096)
def difference_of(
    library: Library,
    run_id: str,
    of: Similarity,
    other_id: str,
    other_of: Similarity,
    ratings: Ratings,
) -> Difference:
    """The paired difference of ρ over the word pairs that both runs cover."""
    mine, others = (human_pairs(library, id_, ratings) for id_ in (run_id, other_id))
    if mine[[*_PAIR, "score"]].equals(others[[*_PAIR, "score"]]):
        a = alignment_of(library, run_id, ratings, of)
        b = alignment_of(library, other_id, ratings, other_of)
        if a.n == b.n == len(mine):
            return difference(a, b)
    first = rated_pairs(library, run_id, ratings, of)
    second = rated_pairs(library, other_id, ratings, other_of)
    both = first.merge(second[[*_PAIR, "similarity"]], on=_PAIR, suffixes=("_a", "_b"))
    a, b, score = (both[n].to_numpy(float) for n in ("similarity_a", "similarity_b", "score"))
    return compare(a, b, score, both[["word1", "word2"]].to_numpy(str))


def _between(
    run: RunInfo, other: RunInfo, of: Similarity, text: str, group: str | None = None
) -> Comparison:
    return Comparison(
        *(run.id, of, other.id, of, run.label, step_of(run)),
        group=group or family_of(run),
        representation=of.name,
        text=text,
    )

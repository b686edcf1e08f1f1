"""A study carried out: its passes, what they cost, and running those that the cache
lacks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, ExplorerError, InputError, NoAnswerError
from explorer.core.request import RunRequest
from explorer.jobs.cost.estimate import Estimate, estimate
from explorer.jobs.kinds import extraction
from explorer.jobs.kinds.study_sources import Tell, Words, Writing, lacking, words_of, write
from explorer.jobs.progress import Report
from explorer.probes import probe_set
from explorer.store import files, library
from explorer.studies.study import Study


@dataclass(frozen=True)
class Pass:
    """Runs of one checkpoint on one probe set: they share their forward pass."""

    checkpoint: Checkpoint
    probe_set: str
    requests: tuple[RunRequest, ...]
    missing: tuple[str, ...]
    """Words of the study that the probe set has no sentences of."""
    lost_pairs: int
    """Rated pairs of the study that this takes away."""
    writing: Writing | None = None
    """How its probe set comes about, while that is not there; the ids of its runs are
    then not known.
    """

    @property
    def left(self) -> list[RunRequest]:
        """The runs that are not in the cache."""
        return [request for request in self.requests if state(request) != "done"]


@dataclass(frozen=True)
class Outcome:
    """What became of a pass: done, or the sentence of what failed."""

    work: Pass
    problem: str = ""


def passes(study: Study) -> list[Pass]:
    """Every pass of a study, in its order.

    Raises InputError for a probe set that is neither there nor told how to write, and
    for too few words.
    """
    planned = {writing.source.probe_set: writing for writing in lacking(study)}
    sets = {name: _Set.of(study, name, planned.get(name)) for name in study.probe_sets}
    cells = itertools.product(study.checkpoints.items(), sets)
    return [sets[name].work(study, checkpoint, folds) for (checkpoint, folds), name in cells]


@dataclass(frozen=True)
class _Set:
    """A probe set as a study uses it."""

    info: probe_set.ProbeSetInfo
    about: Words
    writing: Writing | None

    @classmethod
    def of(cls, study: Study, name: str, writing: Writing | None) -> _Set:
        if writing:
            return cls(writing.placeholder().info, writing.about, writing)
        info = probe_set.load(name).info
        about = words_of(study, info)
        found = sum(word in info.sizes for word in about.words)
        if found < 2:
            raise InputError(
                f"The probe set “{name}” has sentences of {found} of the {len(about.words)} words "
                f"of {study.name}.",
                "Generate or import the others, or name another probe set with --probes.",
            )
        return cls(info, about, None)

    def work(self, study: Study, checkpoint: Checkpoint, folds: int) -> Pass:
        words, info = self.about.words, self.info
        missing = tuple(word for word in words if word not in info.sizes)
        concepts = tuple(word for word in words if word in info.sizes)
        requests = tuple(
            RunRequest(
                checkpoint=checkpoint,
                probe_set=info.name,
                probe_digest=info.digest,
                concepts=concepts,
                n_positive=n_positive,
                n_negative=n_negative,
                folds=folds,
                pooling=study.pooling,
                dtype=study.dtype,
                ap_floor=study.ap_floor,
                seed=study.seed,
                domains={
                    word: self.about.domains[word]
                    for word in concepts
                    if word in self.about.domains
                },
            )
            for n_positive, n_negative in itertools.product(study.n_positive, study.n_negative)
        )
        lost = sum(pair.word1 in missing or pair.word2 in missing for pair in self.about.pairs)
        return Pass(checkpoint, info.name, requests, missing, lost, self.writing)


@dataclass(frozen=True)
class Planned:
    """A pass and its cost: None when nothing is left to do, or with the sentence of why
    it cannot be told.
    """

    work: Pass
    cost: Estimate | None
    problem: str = ""


def plan(study: Study) -> list[Planned]:
    """Every pass with its cost: that of its largest run, whose sentences hold most of
    the others'.

    A hub that does not answer is asked once for each model. Raises what `passes`
    raises.
    """
    found, silent = [], dict[str, str]()
    for work in passes(study):
        if not work.left:
            found.append(Planned(work, None))
            continue
        model = work.checkpoint.model
        largest = max(work.requests, key=lambda request: (request.n_negative, request.n_positive))
        try:
            if model in silent:
                raise ExplorerError(silent[model])
            found.append(
                Planned(
                    work, estimate(largest, work.writing.placeholder() if work.writing else None)
                )
            )
        except ExplorerError as error:
            if isinstance(error, NoAnswerError):
                silent[model] = str(error)
            found.append(Planned(work, None, str(error)))
    return found


def run(
    study: Study,
    report: Report,
    *,
    tell: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Write the probe sets that are missing, then carry out every pass; what fails is
    told and the others go on.

    Raises Cancelled, and what `passes` raises.
    """
    problems = _write_all(study, tell, cancelled)
    outcomes = []
    todo = passes(study)
    for number, work in enumerate(todo, 1):
        tell(
            f"{number} of {len(todo)}: {work.checkpoint.label}, {work.probe_set}, "
            f"{len(work.requests)} run(s)"
        )
        problem = problems.get(work.probe_set, "")
        try:
            if not problem:
                extraction.run(
                    work.requests, report, human=study.human, tell=tell, cancelled=cancelled
                )
        except Cancelled:
            raise
        except ExplorerError as error:
            problem = str(error)
            tell(f"Failed: {error}")
        outcomes.append(Outcome(work, problem))
    return outcomes


def _write_all(study: Study, tell: Tell, cancelled: Callable[[], bool]) -> Mapping[str, str]:
    """Probe set → the sentence of why it could not be written."""
    problems = {}
    for writing in lacking(study):
        source, n = writing.source, len(writing.about.words)
        tell(
            f"Writing the probe set “{source.probe_set}”: {n} concepts × {source.sentences:,} by "
            f"{source.writer}"
        )
        try:
            write(writing, tell, cancelled)
        except Cancelled:
            raise
        except ExplorerError as error:
            problems[source.probe_set] = str(error)
            tell(f"Failed: {error}")
    return problems


def state(request: RunRequest) -> str:
    """done, begun or missing."""
    if library.find(settings.runs_dir(), request.id):
        return "done"
    return "begun" if (settings.runs_dir() / f"{request.id}{files.PARTIAL}").exists() else "missing"

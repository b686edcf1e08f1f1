"""The passes of a study, and what they cost."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ExplorerError, InputError, NoAnswerError
from explorer.core.plan import Hypothesis, Plan
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.jobs.cost.estimate import Estimate, estimate
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.study_sources import Words, Writing, lacking, words_of
from explorer.models import folders
from explorer.probes import probe_set
from explorer.studies.study import Study


@dataclass(frozen=True)
class StudyPass:
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

    def left(self, published: Collection[str]) -> list[RunRequest]:
        """The runs whose ids are not among the published ones."""
        return [request for request in self.requests if request.id not in published]

    @property
    def label(self) -> str:
        """Checkpoint and probe set, for people."""
        return f"{self.checkpoint.label}, {self.probe_set}"


def passes(study: Study) -> list[StudyPass]:
    """Every pass of a study, in its order.

    Raises InputError for a probe set that is neither there nor told how to write, and
    for too few words.
    """
    planned = {writing.source.probe_set: writing for writing in lacking(study)}
    sets = {name: _Set.of(study, name, planned.get(name)) for name in study.probe_sets}
    checkpoints = [(folders.resolved(named), folds) for named, folds in study.checkpoints.items()]
    cells = itertools.product(checkpoints, sets)
    return [sets[name].work(study, checkpoint, folds) for (checkpoint, folds), name in cells]


def plan_of(study: Study, parts: Sequence[StudyPass]) -> Plan | None:
    """What a study expects of its runs, stated now; None where it says nothing.

    parts: its passes. Raises InputError for a hypothesis of a checkpoint that is none
    of the study's.
    """
    if not study.hypotheses:
        return None
    first = dict(zip(study.checkpoints, parts[:: len(study.probe_sets)], strict=True))
    asked = []
    for row in study.hypotheses:
        request = first[_meant(row, study)].requests[0]
        asked.append(replace(row, run=request.id))
    runs = tuple(request.id for part in parts for request in part.requests)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Plan(study.name, now, tuple(asked), runs)


def unstated(study: Study, parts: Sequence[StudyPass], published: Mapping[str, RunInfo]) -> str:
    """The sentence that tells of finished runs that do not hold the study's hypotheses;
    empty where there are none.
    """
    plan = plan_of(study, parts)
    if plan is None:
        return ""
    runs = [published[run] for run in plan.runs if run in published]
    n = sum(run.plan is None or run.plan.digest != plan.digest for run in runs)
    if not n:
        return ""
    return (
        f"{n:,} of its {len(runs):,} finished runs were begun before these hypotheses were stated, "
        "and a report will say so."
    )


def _meant(row: Hypothesis, study: Study) -> Checkpoint:
    """The checkpoint that a hypothesis speaks of."""
    model = row.model or study.models[0].model
    revisions = [
        revision
        for models in study.models
        if (models.model, models.random_init) == (model, row.random_init)
        for revision in models.revisions
    ]
    revision = row.revision or (revisions[-1] if revisions else "")
    if revision not in revisions:
        raise InputError(
            f"hypotheses, {row.name}: the study has no checkpoint “{model} {revision}”"
            + ("." if row.random_init is None else f" with random_init {row.random_init}."),
            f"Its revisions of {model} are: {', '.join(revisions) or 'none'}.",
        )
    return Checkpoint.named(model, revision, row.random_init)


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
        n_known = sum(word in info.sizes for word in about.words)
        if n_known < 2:
            raise InputError(
                f"The probe set “{name}” has sentences of {n_known} of the {len(about.words)} "
                f"words of {study.name}.",
                "Generate or import the others, or name another probe set with --probes.",
            )
        return cls(info, about, None)

    def work(self, study: Study, checkpoint: Checkpoint, folds: int) -> StudyPass:
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
        return StudyPass(checkpoint, info.name, requests, missing, lost, self.writing)


@dataclass(frozen=True)
class Planned:
    """A pass and its cost: None when nothing is left to do, or with the sentence of why
    it cannot be told.
    """

    part: StudyPass
    cost: Estimate | None
    problem: str = ""


def plan(study: Study, published: Collection[str]) -> list[Planned]:
    """Every pass with its cost: that of its largest run, whose sentences hold most of
    the others'. `published`: the ids of the runs that are in the cache.

    A hub that does not answer is asked once for each model. Raises what `passes`
    raises.
    """
    silent: dict[str, str] = {}
    return [_planned(part, published, silent) for part in passes(study)]


def _planned(part: StudyPass, published: Collection[str], silent: dict[str, str]) -> Planned:
    model = part.checkpoint.model
    if not part.left(published):
        return Planned(part, None)
    if model in silent:
        return Planned(part, None, silent[model])
    try:
        sentences = part.writing.placeholder() if part.writing else None
        return Planned(part, estimate(Pass(part.requests).largest, sentences))
    except ExplorerError as error:
        if isinstance(error, NoAnswerError):
            silent[model] = str(error)
        return Planned(part, None, str(error))

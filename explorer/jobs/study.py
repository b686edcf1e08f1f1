"""A study carried out: its passes, what they cost, and running those that the cache lacks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer import settings
from explorer.errors import Cancelled, ExplorerError, InputError
from explorer.jobs import pipeline
from explorer.jobs.estimate import Estimate, estimate
from explorer.jobs.progress import Progress
from explorer.probes import human as human_data
from explorer.probes import probe_set
from explorer.probes.sampling import rng
from explorer.records import Checkpoint, HumanPair, RunRequest
from explorer.store import files, read
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

    @property
    def left(self) -> list[RunRequest]:
        """The runs that are not in the cache."""
        return [request for request in self.requests if read.find(settings.runs_dir(), request.id) is None]


@dataclass(frozen=True)
class Outcome:
    """What became of a pass: "done", or the sentence of what failed."""

    work: Pass
    problem: str = ""


def passes(study: Study) -> list[Pass]:
    """Every pass of a study, in its order. Raises InputError for a probe set that is not there."""
    found = []
    for checkpoint, name in itertools.product(study.checkpoints, study.probe_sets):
        info = probe_set.load(name).info
        words, pairs = _words(study, info)
        missing = tuple(word for word in words if word not in info.sizes)
        concepts = tuple(word for word in words if word in info.sizes)
        if len(concepts) < 2:
            raise InputError(
                f"The probe set “{name}” has sentences of {len(concepts)} of the {len(words)} words of {study.name}.",
                "Generate or import the others, or name another probe set with --probes.",
            )
        requests = tuple(
            RunRequest(
                checkpoint=checkpoint,
                probe_set=name,
                probe_digest=info.digest,
                concepts=concepts,
                n_positive=n_positive,
                n_negative=n_negative,
                folds=study.folds,
                pooling=study.pooling,
                dtype=study.dtype,
                ap_floor=study.ap_floor,
                seed=study.seed,
                domains={word: info.domains[word] for word in concepts if word in info.domains},
            )
            for n_positive, n_negative in itertools.product(study.n_positive, study.n_negative)
        )
        lost = sum(pair.word1 in missing or pair.word2 in missing for pair in pairs)
        found.append(Pass(checkpoint, name, requests, missing, lost))
    return found


def cost(work: Pass) -> Estimate:
    """The cost of a pass: that of its largest run, whose sentences hold most of the others'. Raises ExplorerError."""
    return estimate(max(work.requests, key=lambda request: (request.n_negative, request.n_positive)))


def run(
    study: Study,
    report: Callable[[Pass, Progress], None],
    *,
    tell: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Carry out every pass; one that fails is reported and the others go on. Raises Cancelled."""
    outcomes = []
    todo = passes(study)
    for number, work in enumerate(todo, 1):
        tell(f"{number} of {len(todo)}: {work.checkpoint.label}, {work.probe_set}, {len(work.requests)} run(s)")
        heard = functools.partial(report, work)
        try:
            pipeline.run(work.requests, heard, human=study.human, tell=tell, cancelled=cancelled)
            outcomes.append(Outcome(work))
        except Cancelled:
            raise
        except ExplorerError as error:
            tell(f"Failed: {error}")
            outcomes.append(Outcome(work, str(error)))
    return outcomes


def state(request: RunRequest) -> str:
    """done, begun or missing."""
    if read.find(settings.runs_dir(), request.id):
        return "done"
    return "begun" if (settings.runs_dir() / f"{request.id}{files.PARTIAL}").exists() else "missing"


def _words(study: Study, info: probe_set.ProbeSetInfo) -> tuple[list[str], Sequence[HumanPair]]:
    """The words that a study asks for and the rated pairs they come from, where they do."""
    if not isinstance(study.concepts, str):
        return list(study.concepts), ()
    if study.concepts == "all":
        return list(info.concepts), ()
    if study.concepts == "domains":
        return [word for word in info.concepts if word in info.domains], ()
    dataset, _, split = study.concepts.partition(":")
    if dataset not in human_data.DATASETS:
        raise InputError(
            f"concepts: got “{study.concepts}”.",
            f"Expected “all”, “domains”, a list of words, or {', '.join(human_data.DATASETS)} with “:test” or “:dev”.",
        )
    pairs = [pair for pair in human_data.load(dataset) if not split or pair.split == split]
    if not pairs:
        there = sorted({pair.split for pair in human_data.load(dataset)})
        raise InputError(f"{dataset} has no split “{split}”.", f"Its splits: {', '.join(there)}.")
    if 0 < study.pairs < len(pairs):
        chosen = rng(study.seed, "pairs", study.concepts).choice(len(pairs), study.pairs, replace=False)
        pairs = [pairs[i] for i in np.sort(chosen)]
    words = dict.fromkeys(word for pair in pairs for word in (pair.word1, pair.word2))
    return list(words), pairs

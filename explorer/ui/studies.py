"""Which runs belong together: the default run, its untrained twin, its trajectory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest

_ANY = Checkpoint("any")


def default_run(runs: Sequence[RunInfo]) -> RunInfo | None:
    """The run to open on: trained, of most rated pairs, with its control, of the
    largest sets, the newest of equals.
    """
    if not runs:
        return None
    rank = [
        (
            run.request.checkpoint.step != 0,
            covered(run),
            twin_of(run, runs) is not None,
            run.request.n_negative,
            run.request.n_positive,
            run.created,
            run.id,
        )
        for run in runs
    ]
    return runs[max(range(len(runs)), key=rank.__getitem__)]


def twin_of(run: RunInfo, runs: Sequence[RunInfo]) -> RunInfo | None:
    """The randomly initialised control of a run: the same request but for the
    weights.
    """
    twins = [
        other
        for other in runs
        if other.request.checkpoint.random_init is not None
        and run.request.checkpoint.random_init is None
        and other.request.checkpoint.model == run.request.checkpoint.model
        and other.request.folds == run.request.folds
        and _design(other.request) == _design(run.request)
    ]
    return (
        min(twins, key=lambda other: (other.request.checkpoint.random_init, other.id))
        if twins
        else None
    )


def covered(run: RunInfo) -> int:
    """Human-rated pairs whose two words are concepts of the run, over all data sets."""
    return sum(counts.get("covered", 0) for counts in run.human.values())


def same_design(run: RunInfo, runs: Sequence[RunInfo]) -> list[RunInfo]:
    """The runs that differ from `run` in the checkpoint only, itself among them:
    comparable at a glance.

    More folds make a mean steadier, not another one, so their number may differ.
    """
    return [other for other in runs if _design(other.request) == _design(run.request)]


def _design(request: RunRequest) -> RunRequest:
    return replace(
        request,
        checkpoint=_ANY,
        concepts=tuple(sorted(request.concepts)),
        probe_set="",
        domains={},
        folds=1,
    )

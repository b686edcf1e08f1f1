"""Runs of one model over its training, as one choice with a slider of checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.ui import studies, trajectories


@dataclass(frozen=True)
class Series:
    """The runs of one model and design by training step, or a single run."""

    runs: tuple[RunInfo, ...]

    @property
    def last(self) -> RunInfo:
        """The most trained run: the one the series opens on, and its name."""
        return self.runs[-1]

    def label(self, others: Sequence[RunInfo]) -> str:
        """What a list of series calls it."""
        if len(self.runs) == 1:
            return text.run_label(self.last, others)
        asked = self.last.request
        name = f"{trajectories.family(asked.checkpoint)} · {len(self.runs)} checkpoints"
        return (
            f"{name} · {len(asked.concepts)} concepts · N⁺ {asked.n_positive:,} · N⁻ "
            f"{asked.n_negative:,}"
        )

    def near(self, step: int | None) -> RunInfo:
        """The run at a step, else the last one."""
        return next((run for run in self.runs if run.request.checkpoint.step == step), self.last)


def all_series(runs: Sequence[RunInfo]) -> dict[str, Series]:
    """Series by the id of their last run, in the order in which `runs` first names
    them.

    A step that was extracted twice by one design stays a run of its own, and so does a
    run without a step.
    """
    groups: list[list[RunInfo]] = []
    for run in runs:
        for group in groups:
            if _joins(run, group):
                group.append(run)
                break
        else:
            groups.append([run])
    ordered = [Series(tuple(sorted(group, key=_step))) for group in groups]
    return {series.last.id: series for series in ordered}


def _joins(run: RunInfo, group: Sequence[RunInfo]) -> bool:
    if not all(_on_a_path(one) for one in (run, group[0])):
        return False
    same = trajectories.family(run.request.checkpoint) == trajectories.family(
        group[0].request.checkpoint
    )
    fresh = all(_step(run) != _step(other) for other in group)
    return same and fresh and bool(studies.same_design(run, group))


def _on_a_path(run: RunInfo) -> bool:
    checkpoint = run.request.checkpoint
    return checkpoint.random_init is None and checkpoint.step is not None


def _step(run: RunInfo) -> int:
    return run.request.checkpoint.step or 0

"""Checkpoints of one model: what they are called, and in which order they come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.core.checkpoint import Checkpoint, revision_line, without_step
from explorer.core.records import RunInfo

_STAGE = re.compile(r"(?:(?:stage|phase|ingredient|seed)[-_]?[0-9]+[-_]?)+", re.IGNORECASE)
"""What may stand alone before the step in the name of a folder within its model's."""


def family(checkpoint: Checkpoint) -> str:
    """The model that a checkpoint is a moment of.

    Local folders may carry the step in their name. A later stage of training, such as
    "stage2-ingredient1", counts its steps anew and is a model of its own.
    """
    parts = re.split(r"[/\\]+", checkpoint.model.rstrip("/\\"))
    if checkpoint.name != parts[-1]:
        return checkpoint.name
    lines = [revision_line(checkpoint.revision)]
    bare = [without_step(part) for part in parts]
    if bare[-1] != parts[-1] and _STAGE.fullmatch(bare[-1]):
        lines.insert(0, revision_line(parts[-1]))
        bare.pop()
    model = next((part for part in reversed(bare) if part), checkpoint.name)
    return " · ".join([model, *filter(None, lines)])


def family_of(run: RunInfo) -> str:
    """The model whose checkpoint a run reads."""
    return family(run.request.checkpoint)


def step_of(run: RunInfo) -> float:
    """Training step of a run, NaN where unknown."""
    step = run.request.checkpoint.step
    return np.nan if step is None else float(step)


def by_family(run: RunInfo) -> tuple[str, float, str]:
    """Sorts runs by model, then step; unknown steps last."""
    step = run.request.checkpoint.step
    return family_of(run), float("inf") if step is None else step, run.created


def moment(run: RunInfo) -> str:
    """ "random init", "final" or "step 512"."""
    checkpoint = run.request.checkpoint
    if checkpoint.random_init is not None:
        return "random init"
    return "final" if checkpoint.step is None else f"step {checkpoint.step:,}"


def summed_up(runs: Sequence[RunInfo], most: int = 4) -> list[RunInfo]:
    """Runs for a caption: more than `most` become one entry a model, which
    counts them.
    """
    ordered = sorted(runs, key=by_family)
    if len(ordered) <= most:
        return ordered
    groups: dict[str, list[RunInfo]] = {}
    for run in ordered:
        groups.setdefault(family_of(run), []).append(run)
    return [_counted(name, group) for name, group in groups.items()]


def _counted(name: str, group: Sequence[RunInfo]) -> RunInfo:
    label = f"{name} ({len(group)} run{'s' * (len(group) > 1)})"
    request = replace(group[0].request, checkpoint=Checkpoint(label))
    return replace(group[0], commit=None, request=request)

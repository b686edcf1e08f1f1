"""Runs of one study side by side: alignment over checkpoints, and what makes a difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from explorer.measure import alignment as _alignment
from explorer.records import Checkpoint, RunInfo
from explorer.ui import library, studies
from explorer.ui.library import EXPERTS, REPRESENTATIONS


def family(checkpoint: Checkpoint) -> str:
    """The model that a checkpoint is a moment of: local folders may carry the step in their name."""
    if checkpoint.name != re.split(r"[/\\]+", checkpoint.model.rstrip("/\\"))[-1]:
        return checkpoint.name
    bare = [re.sub(r"[-_.]?step[-_]?\d+$", "", part) for part in re.split(r"[/\\]+", checkpoint.model)]
    return next((part for part in reversed(bare) if part), checkpoint.name)


@st.cache_data(show_spinner=False, max_entries=512)
def _null(run_id: str, dataset: str, split: str | None, tau: float) -> tuple[float, float]:
    pairs = library.rated_pairs(run_id, dataset, split, EXPERTS, tau)
    return _alignment.permutation_band(pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float))


def points(runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float, *, null: bool = False) -> pd.DataFrame:
    """One row a run and representation: run, commit, family, label, step, representation, rho, low, high, p, n, note.

    With `null`, also null_low and null_high: the 95% range of ρ when human scores are shuffled. Runs
    are in the order of their family and step.
    """
    rows = []
    for run in sorted(runs, key=_by_family):
        checkpoint = run.request.checkpoint
        step = np.nan if checkpoint.step is None else float(checkpoint.step)
        band = dict(zip(("null_low", "null_high"), _null(run.id, dataset, split, tau), strict=True)) if null else {}
        for representation in REPRESENTATIONS:
            found = library.cached_alignment(run.id, dataset, split, tau, representation)
            row: dict[str, object] = {
                "run": run.id,
                "commit": run.commit,
                "family": family(checkpoint),
                "label": run.label,
                "step": step,
                "representation": representation,
            }
            measured = {name: getattr(found, name) for name in ("rho", "low", "high", "p", "n", "note")}
            rows.append({**row, **measured, **band})
    return pd.DataFrame(rows)


def collective(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """Runs for a caption: many checkpoints of one model as a single entry that counts them."""
    groups: dict[str, list[RunInfo]] = {}
    for run in sorted(runs, key=_by_family):
        groups.setdefault(family(run.request.checkpoint), []).append(run)
    if len(runs) <= 4:
        return [run for group in groups.values() for run in group]
    return [
        replace(
            group[0],
            commit=None,
            request=replace(group[0].request, checkpoint=Checkpoint(f"{name} ({len(group)} runs)")),
        )
        for name, group in groups.items()
    ]


def _by_family(run: RunInfo) -> tuple[str, float, str]:
    step = run.request.checkpoint.step
    return family(run.request.checkpoint), float("inf") if step is None else step, run.created


def control_of(run: RunInfo, runs: Sequence[RunInfo]) -> RunInfo | None:
    """The untrained control of a run: its random-init twin, else step 0 of the same model."""
    twin = studies.twin_of(run, runs)
    if twin is not None or run.request.checkpoint.step == 0:
        return twin
    mine = family(run.request.checkpoint)
    starts = [r for r in runs if r.request.checkpoint.step == 0 and family(r.request.checkpoint) == mine]
    return starts[0] if starts else None


def differences(
    shown: Sequence[RunInfo], runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float
) -> pd.DataFrame:
    """Paired differences of ρ: experts against each embedding, and trained against its control in `runs`.

    checkpoint, comparison, delta, low, high, p, p_holm (over all rows), n, note; for the runs `shown`.
    """
    rows = []
    for run in sorted(shown, key=_by_family):
        for other in REPRESENTATIONS[1:]:
            found = library.cached_difference(run.id, EXPERTS, run.id, other, dataset, split, tau)
            rows.append(_difference_row(run, f"experts − {other}", found))
        if control := control_of(run, runs):
            for kind in REPRESENTATIONS:
                found = library.cached_difference(run.id, kind, control.id, kind, dataset, split, tau)
                rows.append(_difference_row(run, f"trained − untrained, {kind}", found))
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", _alignment.holm(table["p"].to_numpy()))
    return table


def _difference_row(run: RunInfo, comparison: str, found: _alignment.Difference) -> dict[str, object]:
    return {
        "checkpoint": run.label,
        "comparison": comparison,
        "delta": found.delta,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "n": found.n,
        "note": found.note,
    }

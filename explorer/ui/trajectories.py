"""Runs of one study side by side: alignment over the checkpoints of every model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import RunInfo
from explorer.core.text import rho
from explorer.measure.alignment import ALPHA, holm
from explorer.ui import controlled, library, studies
from explorer.ui.library import EXPERTS, REPRESENTATIONS


def family(checkpoint: Checkpoint) -> str:
    """The model that a checkpoint is a moment of: local folders may carry the step in
    their name.
    """
    if checkpoint.name != re.split(r"[/\\]+", checkpoint.model.rstrip("/\\"))[-1]:
        return checkpoint.name
    bare = [
        re.sub(r"[-_.]?step[-_]?\d+$", "", part) for part in re.split(r"[/\\]+", checkpoint.model)
    ]
    return next((part for part in reversed(bare) if part), checkpoint.name)


def step_of(run: RunInfo) -> float:
    """Training step of a run, NaN where unknown."""
    step = run.request.checkpoint.step
    return np.nan if step is None else float(step)


def points(
    runs: Sequence[RunInfo],
    dataset: str,
    split: str | None,
    tau: float,
    *,
    null: bool = False,
    held: bool = False,
) -> pd.DataFrame:
    """One row a run and representation, in the order of family and step.

    run, commit, family, label, step, held_out_loss and tokens (NaN where not recorded),
    representation, rho, low, high, p, p_holm (over all rows), n, note. With `null`,
    also null_low, null_high and null_p: the 95% range of ρ when human scores are
    shuffled, and the permutation p. With `held`, ρ is the partial one, given the words
    that the concepts' sentences share.
    """
    ordered = sorted(runs, key=by_family)
    return _points(tuple(run.id for run in ordered), dataset, split, tau, null, held)


@st.cache_data(show_spinner=False, max_entries=256)
def _points(
    ids: tuple[str, ...],
    dataset: str,
    split: str | None,
    tau: float,
    null: bool,
    held: bool,
) -> pd.DataFrame:
    rows = []
    for run in (library.library().run(run_id) for run_id in ids):
        bands = controlled.nulls(run.id, dataset, split, tau) if null else {}
        for kind in REPRESENTATIONS:
            if held:
                found = controlled.cached_partial(run, dataset, split, tau, kind)
            else:
                found = library.cached_alignment(run.id, dataset, split, tau, kind)
            band = (
                {f"null_{name}": getattr(bands[kind], name) for name in ("low", "high", "p")}
                if null
                else {}
            )
            measured = {
                name: getattr(found, name) for name in ("rho", "low", "high", "p", "n", "note")
            }
            rows.append({**_checkpoint_row(run), "representation": kind, **measured, **band})
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"].to_numpy(float)))
    return table


def _checkpoint_row(run: RunInfo) -> dict[str, object]:
    trained = run.training or {}
    row: dict[str, object] = {
        "run": run.id,
        "commit": run.commit,
        "family": family(run.request.checkpoint),
        "label": run.label,
        "step": step_of(run),
    }
    return row | {name: _number(trained.get(name)) for name in ("held_out_loss", "tokens")}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def first_significant(table: pd.DataFrame) -> list[str]:
    """For each model with three checkpoints of known step: from where on ρ of its
    experts differs from 0.

    table: as `points`. Significant means p_holm below 0.05.
    """
    claims = []
    experts = table[(table["representation"] == EXPERTS) & table["step"].notna()]
    for name, line in experts.groupby("family", sort=False):
        line = line.sort_values("step")
        if line["step"].nunique() < 3:
            continue
        clear = (line["p_holm"] < ALPHA).to_numpy()
        if not clear.any():
            claims.append(f"ρ of the experts of {name} differs from 0 at no step")
            continue
        first = int(np.argmax(clear))
        step, value = line["step"].iloc[first], line["rho"].iloc[first]
        later = "and at every later one" if clear[first:].all() else "though not at every later one"
        claims.append(
            f"ρ of the experts of {name} first differs from 0 at step {step:,.0f} (ρ "
            f"{rho(value)}), {later}"
        )
    return claims


def collective(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """Runs for a caption: many checkpoints of one model as a single entry that counts
    them.
    """
    groups: dict[str, list[RunInfo]] = {}
    for run in sorted(runs, key=by_family):
        groups.setdefault(family(run.request.checkpoint), []).append(run)
    if len(runs) <= 4:
        return [run for group in groups.values() for run in group]
    return [
        replace(
            group[0],
            commit=None,
            request=replace(
                group[0].request,
                checkpoint=Checkpoint(f"{name} ({len(group)} run{'s' * (len(group) > 1)})"),
            ),
        )
        for name, group in groups.items()
    ]


def by_family(run: RunInfo) -> tuple[str, float, str]:
    """Sorts runs by model, then step; unknown steps last."""
    step = run.request.checkpoint.step
    return family(run.request.checkpoint), float("inf") if step is None else step, run.created


def control_of(run: RunInfo, runs: Sequence[RunInfo]) -> RunInfo | None:
    """The untrained control of a run: its random-init twin, else step 0 of the same
    model.
    """
    twin = studies.twin_of(run, runs)
    if twin is not None or run.request.checkpoint.step == 0:
        return twin
    mine = family(run.request.checkpoint)
    starts = [
        r for r in runs if r.request.checkpoint.step == 0 and family(r.request.checkpoint) == mine
    ]
    return starts[0] if starts else None

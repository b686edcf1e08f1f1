"""Paired differences of ρ between representations, checkpoints and sizes, corrected
over the table they form.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from explorer.core.records import RunInfo
from explorer.measure.alignment import holm
from explorer.ui import library
from explorer.ui.library import EXPERTS, REPRESENTATIONS
from explorer.ui.trajectories import by_family, control_of, family, step_of

PREVIOUS = "the one before"


class Comparison(NamedTuple):
    """ρ of one representation of a run minus ρ of one of a run, perhaps the same."""

    run: str
    kind: str
    other: str
    other_kind: str
    checkpoint: str
    """Label of the first run."""
    group: str
    """Model, or pair of models, whose panel it belongs to."""
    step: float
    colour: str
    """The representation whose colour it has."""
    text: str


def of_runs(
    shown: Sequence[RunInfo], runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float
) -> pd.DataFrame:
    """Experts against each embedding, and trained against its control in `runs`, for
    the runs `shown`.

    Columns as `table`.
    """
    found = _representations(shown)
    for run in sorted(shown, key=by_family):
        if control := control_of(run, runs):
            found += [
                _between(run, control, kind, f"trained − untrained, {kind}")
                for kind in REPRESENTATIONS
            ]
    return table(found, dataset, split, tau)


def between_representations(
    runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float
) -> pd.DataFrame:
    """Experts against each embedding at every checkpoint. Columns as `table`."""
    return table(_representations(runs), dataset, split, tau)


def between_checkpoints(
    run: RunInfo,
    runs: Sequence[RunInfo],
    dataset: str,
    split: str | None,
    tau: float,
    against: str = PREVIOUS,
) -> pd.DataFrame:
    """Every checkpoint of the model of `run` against the one before it, or against the
    one labelled `against`.
    """
    line = checkpoints_of(run, runs)
    chosen = {other.label: other for other in line}.get(against)
    if chosen is None:
        pairs = list(itertools.pairwise(line))
    else:
        pairs = [(chosen, other) for other in line if other.id != chosen.id]
    found = [
        _between(later, earlier, kind, f"{_moment(later)} − {_moment(earlier)}, {kind}")
        for earlier, later in pairs
        for kind in REPRESENTATIONS
    ]
    return table(found, dataset, split, tau)


def between_sizes(
    runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float
) -> pd.DataFrame:
    """Every two models that share a training step, at each step they share. Columns as
    `table`.

    Of each two, the one with more units comes first; a random initialisation is no step
    of training.
    """
    models: dict[str, dict[float, RunInfo]] = {}
    for other in runs:
        if other.request.checkpoint.random_init is None and step_of(other) >= 0:
            models.setdefault(family(other.request.checkpoint), {})[step_of(other)] = other
    units = {name: max(r.n_units for r in steps.values()) for name, steps in models.items()}
    ordered = sorted(models, key=lambda name: (units[name], name), reverse=True)
    found = []
    for larger, smaller in itertools.combinations(ordered, 2):
        for step in sorted(models[larger].keys() & models[smaller].keys()):
            a, b = models[larger][step], models[smaller][step]
            found += [
                _between(a, b, kind, f"{larger} − {smaller}, {kind}", f"{larger} − {smaller}")
                for kind in REPRESENTATIONS
            ]
    return table(found, dataset, split, tau)


def checkpoints_of(run: RunInfo, runs: Sequence[RunInfo]) -> list[RunInfo]:
    """The checkpoints of the model of a run, by step; a released model counts its
    random initialisation.
    """
    mine = family(run.request.checkpoint)
    return sorted((r for r in runs if family(r.request.checkpoint) == mine), key=by_family)


def table(found: Sequence[Comparison], dataset: str, split: str | None, tau: float) -> pd.DataFrame:
    """checkpoint, comparison, delta, low, high, p, p_holm (over all rows), n, note,
    group, step, representation.

    `representation` is that of the colour. Empty, with its columns, where there is
    nothing to compare.
    """
    return _table(tuple(found), dataset, split, tau)


@st.cache_data(show_spinner=False, max_entries=256)
def _table(
    found: tuple[Comparison, ...], dataset: str, split: str | None, tau: float
) -> pd.DataFrame:
    columns = [
        "checkpoint",
        "comparison",
        "delta",
        "low",
        "high",
        "p",
        "n",
        "note",
        "group",
        "step",
        "representation",
    ]
    rows = []
    for one in found:
        result = library.cached_difference(
            one.run, one.kind, one.other, one.other_kind, dataset, split, tau
        )
        measured = {
            name: getattr(result, name) for name in ("delta", "low", "high", "p", "n", "note")
        }
        place = {"group": one.group, "step": one.step, "representation": one.colour}
        rows.append({"checkpoint": one.checkpoint, "comparison": one.text, **measured, **place})
    drawn = pd.DataFrame(rows, columns=columns)
    drawn.insert(drawn.columns.get_loc("p") + 1, "p_holm", holm(drawn["p"].to_numpy(float)))
    return drawn


def _representations(runs: Sequence[RunInfo]) -> list[Comparison]:
    return [
        Comparison(
            run.id,
            EXPERTS,
            run.id,
            other,
            run.label,
            family(run.request.checkpoint),
            step_of(run),
            other,
            f"experts − {other}",
        )
        for run in sorted(runs, key=by_family)
        for other in REPRESENTATIONS[1:]
    ]


def _between(
    run: RunInfo, other: RunInfo, kind: str, text: str, group: str | None = None
) -> Comparison:
    return Comparison(
        run.id,
        kind,
        other.id,
        kind,
        run.label,
        group or family(run.request.checkpoint),
        step_of(run),
        kind,
        text,
    )


def _moment(run: RunInfo) -> str:
    asked = run.request.checkpoint
    if asked.random_init is not None:
        return "random init"
    return "final" if asked.step is None else f"step {asked.step:,}"

"""Figures of the pages of concepts, units, pairs and where, with whatever they draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures import biography, neighbours, pair, responses, units, where
from explorer.measure.precision_recall import precision_recall as curve_of

NAN = float("nan")
STEPS = [0.0, 64.0, 512.0, 4882.0]
KINDS = ("attention.dense", "mlp.dense_h_to_4h")


def _places() -> pd.DataFrame:
    rows = [
        (f"run {k}", layer, kind, 32, (k + 1) * layer * (1 + (kind == KINDS[0])))
        for k in range(2)
        for layer in range(6)
        for kind in KINDS
    ]
    return pd.DataFrame(rows, columns=["label", "layer", "kind", "width", "experts"])


def _by_group(groups: list[object]) -> pd.DataFrame:
    rows = []
    for label, size in (("trained", 0.5), ("untrained", 0.02)):
        for place, group in enumerate(groups):
            rho = size * np.cos(place)
            rows.append((label, group, rho, rho - 0.1, rho + 0.1, 300, place / 10))
    columns = ["label", "group", "rho", "low", "high", "n", "empty"]
    table = pd.DataFrame(rows, columns=columns)
    table.loc[1, ["rho", "low", "high"]] = NAN
    return table


def _over_training() -> go.Figure:
    table = pd.concat([_by_group([0, 1, 2]).iloc[:3].assign(step=step) for step in STEPS])
    return where.alignment_over_training(table.reset_index(drop=True))


def _biography() -> go.Figure:
    table = pd.DataFrame(
        {
            "step": STEPS,
            "experts": [35, 9, 110, 51],
            "born": [35, 4, 108, 8],
            "died": [0, 30, 7, 7],
            "survived": [0, 5, 2, 43],
            "resemblance": [0.01, 0.02, 0.3, 1.0],
            "others": [0.01, 0.02, 0.02, 0.03],
            "p": [0.5, 0.06, 0.01, 0.01],
        }
    )
    return biography.over_training(table)


def _neighbours() -> go.Figure:
    table = pd.DataFrame(
        {
            "concept": ["dog", "b <i>"],
            "human": [44.0, 12.0],
            "overlap": [0.2, 0.0],
            "gap": [0.1, -1],
        }
    )
    return neighbours.rated_neighbours(table, scale="MEN score (0–50)")


def _unit() -> go.Figure:
    folds = pd.DataFrame(
        {"concept": ["dog", "dog", "cat"], "fold": [0, 1, 0], "ap": [0.9, 0.85, 0.6]}
    )
    table = pd.DataFrame({"concept": ["dog", "cat"], "ap": [0.875, 0.6]})
    return units.by_concept(table, folds, tau=0.5)


def _histogram() -> go.Figure:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(3, 1, 100), rng.normal(0, 1, 500)])
    sides = ["positive"] * 100 + ["negative"] * 500
    return responses.histogram(pd.DataFrame({"side": sides, "response": values}), (1.0, 2.0))


def _curve() -> go.Figure:
    rng = np.random.default_rng(1)
    found = curve_of(rng.normal(1, 1, 40), rng.normal(0, 1, 100))
    rows = pd.DataFrame(dict(zip(("threshold", "precision", "recall"), found, strict=True)))
    return responses.precision_recall(rows, prevalence=0.29)


def _layers() -> go.Figure:
    table = pd.DataFrame(
        {"layer": range(5), "shared": range(5), "first": [4, 0, 2, 1, 9], "second": [1, 1, 3, 0, 2]}
    )
    return pair.by_layer(table, "dog", "cat")


def _taus() -> go.Figure:
    taus = np.round(np.linspace(0.5, 0.95, 10), 2)
    table = pd.DataFrame({"tau": taus, "overlap": 1 - taus, "expected": 0.01})
    both = pd.concat([table.assign(label="run"), table.assign(label="twin", overlap=0.05)])
    return pair.over_tau(both, tau=0.6)


def _steps() -> go.Figure:
    table = pd.DataFrame(
        {"label": list("abcd"), "step": STEPS, "overlap": [0, 0.1, 0.2, 0.3], "middle": 0.01}
    )
    return pair.over_steps(table.assign(high=[0.05, 0.04, 0.05, 0.06]), here="c")


EXPLORE: dict[str, Callable[[], go.Figure]] = {
    "biography.over_training": _biography,
    "neighbours.rated_neighbours": _neighbours,
    "pair.by_layer": _layers,
    "pair.over_steps": _steps,
    "pair.over_tau": _taus,
    "responses.histogram": _histogram,
    "responses.precision_recall": _curve,
    "units.by_concept": _unit,
    "where.alignment_by_kind": lambda: where.alignment_by_kind(_by_group(["q", "k", "v"])),
    "where.alignment_by_layer": lambda: where.alignment_by_layer(_by_group([0, 1, 2, 3])),
    "where.alignment_over_training": _over_training,
    "where.by_place": lambda: where.by_place(_places()),
}
"""Function of `explorer.figures` → the figure."""

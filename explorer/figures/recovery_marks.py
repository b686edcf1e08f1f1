"""The marks of one run or model in a panel on the recovery of domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.curves import DASHES, SYMBOLS
from explorer.figures.intervals import error_bars
from explorer.figures.theme import faded, halo, safe

RATIO, ARI, NMI = "ratio", "ari", "nmi"
CHANCE = {ARI: "ari_chance", NMI: "nmi_chance"}
"""Measure → column of what chance stays below in 95% of cases."""


@dataclass(frozen=True)
class Line:
    """A legend entry, its points, their places on the x axis, and how it looks."""

    name: str
    points: pd.DataFrame
    x: pd.Series
    colour: str
    look: int
    """Number of its mark and dash."""


def drawable(points: pd.DataFrame, measure: str) -> pd.Series:
    """Which points have a place on the axis; that of the ratio is logarithmic."""
    return np.isfinite(points[measure]) & ((points[measure] > 0) | (measure != RATIO))


def add_values(
    figure: go.Figure, line: Line, measure: str, foot: float, *, in_legend: bool, **at: int
) -> None:
    """The curve of a measure, the ratio with its 95% interval."""
    dash, symbol = DASHES[line.look % len(DASHES)], SYMBOLS[line.look % len(SYMBOLS)]
    figure.add_scatter(
        x=line.x,
        y=line.points[measure].where(drawable(line.points, measure)),
        mode="lines+markers",
        name=line.name,
        legendgroup=line.name,
        showlegend=in_legend,
        line={"color": line.colour, "width": 2, "dash": dash},
        marker={"color": line.colour, "symbol": symbol, "size": 8},
        customdata=_custom(line.points),
        hovertemplate=_hover(measure),
        **_interval(line, foot) if measure == RATIO else {},
        **at,
    )


def add_undefined(figure: go.Figure, line: Line, measure: str, foot: float, **at: int) -> None:
    """A cross at the foot of the panel for every point that has no place on its
    axis.
    """
    missing = ~drawable(line.points, measure)
    if not missing.any():
        return
    stroke = {"color": line.colour, "width": 2}
    figure.add_scatter(
        x=line.x[missing],
        y=[foot * 1.15 if measure == RATIO else foot] * int(missing.sum()),
        mode="markers",
        marker={"color": line.colour, "symbol": "x-thin", "size": 9, "line": stroke},
        text=[_why(value) for value in line.points.loc[missing, measure]],
        customdata=_custom(line.points[missing]),
        hovertemplate="<b>%{customdata[1]}</b>, τ %{customdata[2]:.2f}<br>%{text}<extra></extra>",
        cliponaxis=False,
        legendgroup=line.name,
        showlegend=False,
        **at,
    )


def add_chance(figure: go.Figure, line: Line, measure: str, **at: int) -> None:
    """What chance stays below, for the measures that have it."""
    if measure not in CHANCE:
        return
    figure.add_scatter(
        x=line.x,
        y=line.points[CHANCE[measure]],
        mode="lines",
        line={"color": line.colour, "width": 1, "dash": "dot"},
        hovertemplate="by chance, 95% below %{y:.2f}<extra></extra>",
        legendgroup=line.name,
        showlegend=False,
        **at,
    )


def add_halo(figure: go.Figure, line: Line, measure: str, run: str, **at: int) -> None:
    """What makes the point of a run stand out."""
    chosen = line.points["run"] == run
    figure.add_scatter(
        x=line.x[chosen],
        y=line.points.loc[chosen, measure],
        mode="markers",
        marker=halo(24),
        hoverinfo="skip",
        showlegend=False,
        **at,
    )


def _interval(line: Line, foot: float) -> dict[str, Any]:
    # The axis is cut where an interval says next to nothing, and so is the interval.
    points = line.points
    low, colour = points["low"].clip(lower=foot), faded(line.colour, 0.6)
    return {"error_y": error_bars(points[RATIO], low, points["high"], colour)}


def _why(value: float) -> str:
    if value == 0:
        return "no overlap within domains: 0"
    return (
        "no overlap across domains: infinite"
        if value == np.inf
        else "not defined: no concepts overlap"
    )


def _custom(points: pd.DataFrame) -> np.ndarray:
    labels = [safe(label) for label in points["label"]]
    return np.array(
        [points["run"], labels, *(points[c] for c in ("tau", "low", "high", "n"))], dtype=object
    ).T


def _hover(measure: str) -> str:
    value = (
        "%{y:.2f}× [%{customdata[3]:.2f}, %{customdata[4]:.2f}]" if measure == RATIO else "%{y:.3f}"
    )
    return (
        f"<b>%{{customdata[1]}}</b>, τ %{{customdata[2]:.2f}}<br>{value}<br>n = "
        f"%{{customdata[5]}}<extra></extra>"
    )

"""The map of models: every run a point, trainings as lines, landmarks as stars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import compact
from explorer.figures.curves import SYMBOLS
from explorer.figures.theme import DOMAIN_COLORS, PALETTE, frame, halo, safe

_LANDMARKS = {"human ratings": ("human", "star"), "shared words": ("chance", "x")}
_COLOURS = tuple(colour for colour in DOMAIN_COLORS if colour != "#F0E442")
"""Yellow lines cannot be seen on white."""
_TOLD = (
    "<b>%{customdata[1]}</b><br>second-order similarity with A %{customdata[2]:.2f}<br>alignment "
    "%{customdata[3]:.2f}<extra></extra>"
)


def model_map(table: pd.DataFrame, *, a: str, b: str) -> go.Figure:
    """Runs and landmarks in the plane; checkpoints of a training are joined in the
    order of their steps, and rings mark the two runs that are compared.

    table: run (None for a landmark), label, family, step, x, y, rho, alignment. a, b:
    ids of runs.
    """
    runs = table[table["run"].notna()]
    traces: list[dict[str, Any]] = []
    for n, (family, line) in enumerate(runs.groupby("family", sort=False)):
        traces.append(_line(str(family), line.sort_values("step"), n))
    marks = table.loc[table["run"].isna(), ["label", "x", "y"]]
    traces += [_landmark(*mark) for mark in marks.itertuples(index=False)]
    for letter, run in (("A", a), ("B", b)):
        ring = runs[runs["run"] == run]
        if len(ring):
            traces.append(_side(letter, ring, shared=a == b))
    bare = {"showticklabels": False, "zeroline": False, "showgrid": False}
    layout = {"xaxis": bare, "yaxis": {**bare, "scaleanchor": "x"}}
    return frame(go.Figure(traces, layout), height=560)


def _line(family: str, line: pd.DataFrame, n: int) -> dict[str, Any]:
    colour = _COLOURS[n % len(_COLOURS)]
    steps = ["" if np.isnan(step) else compact(step) for step in line["step"]]
    ends = {0, len(steps) - 1}
    named = [step if k in ends and len(steps) > 1 else "" for k, step in enumerate(steps)]
    return {
        "type": "scatter",
        "x": line["x"],
        "y": line["y"],
        "mode": "lines+markers+text" if len(steps) > 1 else "markers",
        "text": named,
        "textposition": "top center",
        "textfont": {"size": 11},
        "name": safe(family),
        "showlegend": True,
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 10, "symbol": SYMBOLS[n % len(SYMBOLS)]},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": np.array(
            [[r.run, safe(r.label), r.rho, r.alignment] for r in line.itertuples()], dtype=object
        ),
        "hovertemplate": _TOLD,
    }


def _landmark(name: str, x: float, y: float) -> dict[str, Any]:
    colour, symbol = _LANDMARKS[name]
    return {
        "type": "scatter",
        "x": [x],
        "y": [y],
        "mode": "markers+text",
        "text": [name],
        "textposition": "bottom center",
        "name": name,
        "showlegend": False,
        "marker": {"color": PALETTE[colour], "size": 15, "symbol": symbol},
        "hovertemplate": f"{name}<extra></extra>",
    }


def _side(letter: str, at: pd.DataFrame, *, shared: bool) -> dict[str, Any]:
    size = 40 if shared and letter == "B" else 28
    return {
        "type": "scatter",
        "x": at["x"],
        "y": at["y"],
        "mode": "markers+text",
        "text": [letter],
        "textposition": "middle left" if letter == "A" else "middle right",
        "textfont": {"size": 15},
        "marker": halo(size, PALETTE[letter]),
        "name": letter,
        "showlegend": False,
        "hoverinfo": "skip",
    }

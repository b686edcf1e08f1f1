"""Turnover of units by kind of module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import error_bars
from explorer.figures.theme import PALETTE, frame, safe


def by_kind(table: pd.DataFrame) -> go.Figure:
    """Share of experts that stayed, with its interval, beside what chance and other
    concepts' sets would keep; one row a kind, those of a fixed basis filled.

    table: kind, experts, stayed, low, high, chance, others, fixed.
    """
    n, places = len(table), np.arange(len(table))
    colour, grey = PALETTE["experts"], PALETTE["chance"]
    custom = np.array(table[["experts", "low", "high", "chance", "others"]], object)
    told = (
        "%{customdata[0]:.1f} experts a concept, %{x:.1%} stayed [%{customdata[1]:.1%}, "
        "%{customdata[2]:.1%}]<br>by chance %{customdata[3]:.1%}, in the set of another concept "
        "%{customdata[4]:.1%}<extra></extra>"
    )
    traces: list[dict[str, Any]] = [
        _marks(table["others"], places, "in the set of another concept", grey, "x"),
        _marks(table["chance"], places, "by chance, sets of the same sizes", grey, "diamond"),
    ]
    for fixed, name, symbol in (
        (True, "stayed, feeds a nonlinearity", "circle"),
        (False, "stayed, basis may turn", "square"),
    ):
        mine = (table["fixed"] == fixed).to_numpy()
        if not mine.any():
            continue
        rows = table[mine]
        bars = error_bars(rows["stayed"], rows["low"], rows["high"], colour)
        trace = _marks(rows["stayed"], places[mine], name, colour, symbol)
        traces.append(trace | {"error_x": bars, "customdata": custom[mine], "hovertemplate": told})
    layout = {
        "xaxis": {
            "title": {"text": "share of A’s experts that are experts in B"},
            "tickformat": ".0%",
            "range": [-0.03, 1.03],
        },
        "yaxis": {
            "tickvals": places.tolist(),
            "ticktext": [safe(kind) for kind in table["kind"]],
            "range": [n - 0.5, -0.5],
        },
    }
    return frame(go.Figure(traces, layout), height=190 + 44 * n)


def _marks(x: pd.Series, y: np.ndarray, name: str, colour: str, symbol: str) -> dict[str, Any]:
    look = {"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}}
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "markers",
        "marker": look,
        "name": name,
        "showlegend": True,
        "hovertemplate": f"{name}: %{{x:.1%}}<extra></extra>",
    }

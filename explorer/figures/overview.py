"""The headline: how well each representation agrees with people, and what is left of it
without training.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import error_bars
from explorer.figures.theme import PALETTE, REPRESENTATIONS, frame, safe
from explorer.measure.alignment import TRAINED, UNTRAINED

_SHIFT = 0.16


def headline(points: pd.DataFrame, *, ceiling: tuple[float, str] | None = None) -> go.Figure:
    """Spearman ρ of each representation with its 95% interval, trained beside
    untrained.

    points: weights ("trained" or "untrained"), label, representation, rho, low, high,
    n. ceiling: value and short name of the human ceiling.
    """
    columns = ("weights", "label", "representation", "rho", "low", "high", "n")
    rows = tuple(points[list(columns)].itertuples(index=False, name=None))
    # Every visitor's first figure: plotly checks it once for the same numbers.
    return go.Figure(_headline(columns, rows, ceiling), _validate=False)


@functools.lru_cache(64)
def _headline(
    columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...], ceiling: tuple[float, str] | None
) -> dict[str, Any]:
    points = pd.DataFrame(rows, columns=list(columns))
    weights = [kind for kind in (TRAINED, UNTRAINED) if kind in set(points["weights"])]
    shift = {TRAINED: -_SHIFT, UNTRAINED: _SHIFT} if len(weights) > 1 else {}
    marks = [
        _mark(row, REPRESENTATIONS.index(row["representation"]) + shift.get(row["weights"], 0.0))
        for row in points.to_dict("records")
    ]
    legend = [_legend(kind) for kind in weights] if len(weights) > 1 else []
    top = max([1.0 if ceiling is not None else 0.0, *(points["high"].dropna() + 0.08)])
    bottom = min([-0.05, *(points["low"].dropna() - 0.05)])
    layout = {
        "xaxis": {
            "showgrid": False,
            "zeroline": False,
            "range": [-0.5, len(REPRESENTATIONS) - 0.4],
            "tickvals": list(range(len(REPRESENTATIONS))),
            "ticktext": [name.replace(" ", "<br>") for name in REPRESENTATIONS],
            "tickfont": {"size": 14},
        },
        "yaxis": {
            "title": {"text": "alignment with people, ρ"},
            "range": [bottom, top],
            "zeroline": True,
            "zerolinewidth": 2,
        },
        **(_ceiling(*ceiling) if ceiling is not None else {}),
    }
    # All at once: a figure that grows trace by trace takes four times as long, and a
    # visitor waits for this one.
    figure: dict[str, Any] = frame(go.Figure([*marks, *legend], layout), height=400).to_dict()
    return figure


def _symbol(colour: str, kind: str, size: int) -> dict[str, Any]:
    # Not an open circle: in every other figure that is a ρ which does not differ from
    # 0.
    return {"symbol": "circle" if kind == TRAINED else "square", "size": size, "color": colour}


def _mark(row: dict[Any, Any], x: float) -> dict[str, Any]:
    representation, kind, rho = row["representation"], row["weights"], row["rho"]
    colour, solid = PALETTE[representation], kind == TRAINED
    return {
        "type": "scatter",
        "x": [x],
        "y": [rho],
        "mode": "markers+text",
        "name": f"{representation}, {kind}",
        "showlegend": False,
        "marker": _symbol(colour, kind, 15 if solid else 10),
        "error_y": error_bars(
            *(rho, row["low"], row["high"], colour),
            thickness=3 if solid else 1.5,
            width=0 if solid else 4,
        ),
        "text": [f"  {_number(rho)}"],
        "textposition": "middle right",
        "textfont": {"size": 17 if solid else 13},
        "cliponaxis": False,
        "customdata": [
            [safe(row["label"]), _number(row["low"]), _number(row["high"]), int(row["n"])]
        ],
        "hovertemplate": (
            f"<b>{representation}</b><br>%{{customdata[0]}}<br>"
            "ρ =%{text} [%{customdata[1]}, %{customdata[2]}], n = %{customdata[3]:,} "
            "pairs<extra></extra>"
        ),
    }


def _legend(kind: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "mode": "markers",
        "name": "trained" if kind == TRAINED else "untrained control",
        "marker": _symbol(PALETTE["chance"], kind, 13 if kind == TRAINED else 10),
    }


def _ceiling(value: float, name: str) -> dict[str, Any]:
    colour = PALETTE["human"]
    line = {"color": colour, "width": 2, "dash": "dash"}
    label = {
        "x": 1,
        "xref": "paper",
        "y": value,
        "text": f"human ceiling {value:.2f} ({safe(name)})",
        "showarrow": False,
        "xanchor": "right",
        "yanchor": "bottom",
        "font": {"color": colour, "size": 13},
    }
    across = {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": value,
        "y1": value,
        "line": line,
    }
    return {"shapes": [across], "annotations": [label]}


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")

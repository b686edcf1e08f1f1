"""How often a model picks the odd one of three as people do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import error_bars
from explorer.figures.panels import Canvas
from explorer.figures.significance import p_text
from explorer.figures.theme import PALETTE, safe
from explorer.measure.triplets import CHANCE, Agreement

_SHAPES = ("circle", "square", "diamond")


def odd_ones(table: pd.DataFrame, people: Agreement) -> go.Figure:
    """A mark with its 95% interval a representation and run, between chance and how far
    people agree.

    table: run, label, representation, accuracy, low, high, p, n_triplets, n_answers.
    """
    canvas = Canvas()
    kinds = list(dict.fromkeys(table["representation"]))
    runs = list(dict.fromkeys(table["run"]))
    bottom = -len(kinds) + 0.4
    _line(canvas, CHANCE, bottom, "chance, 1/3", PALETTE["chance"], "dot")
    if people.n_triplets:
        _line(canvas, people.others, bottom, "people with each other", PALETTE["human"], "dash")
        _line(canvas, people.best, bottom, "best possible choice", PALETTE["human"], "dot")
    for place, run in enumerate(runs):
        shape = _SHAPES[place % len(_SHAPES)]
        part = table[table["run"] == run]
        canvas.add_legend(
            safe(part["label"].iloc[0]),
            marker={"color": PALETTE["chance"], "size": 10, "symbol": shape},
        )
        for row in part.itertuples():
            height = -kinds.index(row.representation) + 0.15 * (len(runs) - 1) - 0.3 * place
            _mark(canvas, row, height, shape)
    return canvas.figure(
        [1],
        x={
            "title": {"text": "share of answers agreed with"},
            "tickformat": ".0%",
            "range": [min(0.2, float(table["low"].min()) - 0.02), 1.02],
        },
        y=[
            {
                "tickvals": [-k for k in range(len(kinds))],
                "ticktext": kinds,
                "range": [bottom, 0.6],
                "showgrid": False,
                "zeroline": False,
            }
        ],
        gap=0,
        height=170 + 70 * len(kinds),
    )


def _line(canvas: Canvas, x: float, bottom: float, name: str, colour: str, dash: str) -> None:
    canvas.add_scatter(
        x=[x, x],
        y=[bottom, 0.6],
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash},
        name=f"{name} ({x:.0%})",
        hoverinfo="name",
    )


def _mark(canvas: Canvas, row: Any, height: float, shape: str) -> None:
    kind, colour = str(row.representation), PALETTE[str(row.representation)]
    accuracy, low, high = (float(getattr(row, name)) for name in ("accuracy", "low", "high"))
    counts = [int(getattr(row, name)) for name in ("n_answers", "n_triplets")]
    canvas.add_scatter(
        x=[accuracy],
        y=[height],
        mode="markers",
        marker={"color": colour, "size": 10, "symbol": shape},
        error_x=error_bars(accuracy, low, high, colour, width=3),
        showlegend=False,
        hovertemplate=(
            f"<b>{safe(str(row.label))}</b><br>{safe(kind)}: %{{x:.1%}} "
            f"[{low:.1%}, {high:.1%}]<br>p against chance {p_text(row.p)}, {counts[0]:,} answers "
            f"to {counts[1]:,} triplets<extra></extra>"
        ),
    )

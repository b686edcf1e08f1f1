"""ρ given what is held constant, a row each, a block a representation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.core.similarity import REPRESENTATIONS as NAMES
from explorer.figures.intervals import block_heading, error_bars
from explorer.figures.panels import Canvas
from explorer.figures.significance import legend_of_open, p_text, symbols
from explorer.figures.theme import PALETTE, safe
from explorer.measure.alignment import ALPHA

_SHAPES = {"run": "circle", "control": "square"}


def confounds(table: pd.DataFrame, labels: dict[str, str]) -> go.Figure:
    """Marks with 95% intervals: filled where ρ differs from 0.

    table: weights ("run" or "control"), representation, held, rho, low, high, p,
    p_holm, n. labels: of the weights, in the legend.
    """
    canvas = Canvas()
    held = list(dict.fromkeys(table["held"]))
    kinds = [name for name in NAMES if name in set(table["representation"])]
    places = {
        (kind, name): -(block * (len(held) + 1.2) + row)
        for block, kind in enumerate(kinds)
        for row, name in enumerate(held)
    }
    for (kind, weights), part in table.groupby(["representation", "weights"], sort=False):
        shift = 0.14 if weights == "run" else -0.2
        heights = [places[kind, name] + shift for name in part["held"]]
        _marks(canvas, part, np.array(heights), str(kind), str(weights), labels[str(weights)])
    for weights in dict.fromkeys(table["weights"]):
        canvas.add_legend(
            labels[weights],
            marker={"color": PALETTE["chance"], "size": 10, "symbol": _SHAPES[weights]},
        )
    if (table["p_holm"] >= ALPHA).any():
        legend_of_open(canvas)
    vertical = {
        "tickvals": list(places.values()),
        "ticktext": [safe(name) for _, name in places],
        "range": [min(places.values()) - 0.8, 1.3],
        "showgrid": False,
        "zeroline": False,
    }
    horizontal = {
        "title": {"text": "partial ρ with human scores"},
        "zeroline": True,
        "zerolinewidth": 2,
    }
    figure = canvas.figure(
        [1], x=horizontal, y=[vertical], gap=0, height=140 + 31 * len(places) + 30 * len(kinds)
    )
    return figure.update_layout(
        annotations=[block_heading(kind, places[kind, held[0]]) for kind in kinds]
    )


def _marks(
    canvas: Canvas, part: pd.DataFrame, heights: np.ndarray, kind: str, weights: str, label: str
) -> None:
    shapes = symbols(_SHAPES[weights], list(part["p_holm"]))
    canvas.add_scatter(
        x=part["rho"],
        y=heights,
        mode="markers",
        marker={
            "color": PALETTE[kind],
            "size": 10 if weights == "run" else 8,
            "symbol": shapes,
            "line": {"width": [2 if "open" in shape else 0 for shape in shapes]},
        },
        error_x=error_bars(part["rho"], part["low"], part["high"], PALETTE[kind], width=3),
        showlegend=False,
        customdata=[
            (safe(row.held), f"{row.low:.3f}", f"{row.high:.3f}", p_text(row.p_holm), int(row.n))
            for row in part.itertuples()
        ],
        hovertemplate=(
            f"<b>{safe(label)}</b><br>{safe(kind)}, given %{{customdata[0]}}: ρ = %{{x:.3f}} "
            "[%{customdata[1]}, %{customdata[2]}]<br>Holm %{customdata[3]}, "
            "n = %{customdata[4]} pairs<extra></extra>"
        ),
    )

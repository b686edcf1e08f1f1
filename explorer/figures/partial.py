"""Raw and partial ρ side by side: what remains when shared words are held constant."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import block_heading, error_bars
from explorer.figures.panels import Canvas
from explorer.figures.significance import legend_of_open, p_text, symbols
from explorer.figures.theme import PALETTE, REPRESENTATIONS, safe
from explorer.measure.alignment import ALPHA


def raw_and_partial(table: pd.DataFrame, labels: list[str]) -> go.Figure:
    """From raw ρ (diamond) to ρ given the shared words (circle), with 95% intervals,
    one row a representation.

    table: label, representation, rho, low, high, p, partial, partial_low, partial_high,
    partial_p, p_holm, n. A representation without a partial ρ is the covariate itself.
    labels: the order from the top.
    """
    canvas = Canvas()
    rows = [
        (label, row) for label in labels for _, row in table[table["label"] == label].iterrows()
    ]
    heights = np.arange(len(rows))[::-1].astype(float)
    # A gap between the runs.
    heights -= np.array([0.6 * labels.index(label) for label, _ in rows])
    for height, (_, row) in zip(heights, rows, strict=True):
        colour = PALETTE.get(row["representation"], PALETTE["chance"])
        if row["representation"] in REPRESENTATIONS:
            _between(canvas, row, height, colour)
        _mark(canvas, row, height, colour, ("rho", "low", "high", "p"), "raw ρ")
        if row["representation"] in REPRESENTATIONS:
            _mark(
                canvas,
                row,
                height,
                colour,
                ("partial", "partial_low", "partial_high", "partial_p"),
                "ρ given shared words",
            )
    if (table["p_holm"] >= ALPHA).any():
        legend_of_open(canvas)
    vertical = {
        "tickvals": heights,
        "ticktext": [safe(row["representation"]) for _, row in rows],
        "range": [heights.min() - 0.6, heights.max() + 1.1],
        "showgrid": False,
        "zeroline": False,
    }
    horizontal = {
        "title": {"text": "Spearman ρ with human scores"},
        "zeroline": True,
        "zerolinewidth": 2,
    }
    figure = canvas.figure(
        [1], x=horizontal, y=[vertical], gap=0, height=150 + 42 * len(rows) + 30 * len(labels)
    )
    tops = {name: height for height, (name, _) in zip(heights[::-1], rows[::-1], strict=True)}
    return figure.update_layout(annotations=[block_heading(label, tops[label]) for label in labels])


def _between(canvas: Canvas, row: pd.Series, height: float, colour: str) -> None:
    canvas.add_scatter(
        x=[row["rho"], row["partial"]],
        y=[height + 0.13, height - 0.13],
        mode="lines",
        line={"color": colour, "width": 2},
        hoverinfo="skip",
        showlegend=False,
    )


def _mark(
    canvas: Canvas,
    row: pd.Series,
    height: float,
    colour: str,
    columns: tuple[str, str, str, str],
    name: str,
) -> None:
    value, low, high, p = (float(row[column]) for column in columns)
    raw = columns[0] == "rho"
    symbol = "diamond" if raw else symbols("circle", [float(row["p_holm"])])[0]
    offset = 0.0 if row["representation"] not in REPRESENTATIONS else 0.13 if raw else -0.13
    canvas.add_scatter(
        x=[value],
        y=[height + offset],
        mode="markers",
        marker={
            "color": colour,
            "size": 10,
            "symbol": symbol,
            "line": {"width": 2 if "open" in symbol else 0},
        },
        error_x=error_bars(value, low, high, colour),
        showlegend=False,
        hovertemplate=(
            f"<b>{safe(row['label'])}</b><br>{safe(row['representation'])}, {name} = %{{x:.3f}} "
            f"[{low:.3f}, {high:.3f}]"
            f"<br>p {p_text(p)}, n = {int(row['n'])} pairs<extra></extra>"
        ),
    )
    grey = {"color": PALETTE["chance"], "size": 10, "symbol": "diamond" if raw else "circle"}
    canvas.add_legend(name, marker=grey)

"""What alignment is read against: the human ceiling, a null of shuffled words, the
paper's results.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from explorer.figures.axes import StepAxis
from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, band, safe


def null_band(canvas: Canvas, points: pd.DataFrame, axis: StepAxis, row: int) -> None:
    """The range of ρ over shuffles of the words, where points carry null_low and
    null_high.
    """
    if "null_low" not in points or points["null_low"].isna().all():
        return
    bounds = points.groupby("step", dropna=False)[["null_low", "null_high"]].agg(
        {"null_low": "min", "null_high": "max"}
    )
    bounds = bounds.set_axis([axis.place(float(s)) for s in bounds.index]).sort_index()
    # The band overhangs its outer points, so that a single checkpoint has one too.
    ends = np.pad(bounds.to_numpy(), ((1, 1), (0, 0)), mode="edge")
    low, high = list(ends[:, 0]), list(ends[:, 1])
    edge = 0.05 * axis.span
    x = [bounds.index[0] - edge, *bounds.index, bounds.index[-1] + edge]
    entry = {
        "name": "shuffled words, 95%",
        "legendgroup": "null",
        "showlegend": canvas.once("null"),
    }
    canvas.add_scatter(**band(x, low, high, PALETTE["chance"]) | entry, row=row)


def ceiling_line(canvas: Canvas, ceiling: tuple[float, str], axis: StepAxis, row: int) -> None:
    """A dashed line across the panel at the agreement between humans."""
    value, text = ceiling
    edge = 0.08 * axis.span
    canvas.add_scatter(
        x=[axis.first - edge, axis.final + 2 * edge],
        y=[value, value],
        mode="lines",
        line={"color": PALETTE["human"], "width": 2, "dash": "dash"},
        name=f"human ceiling {value:.2f} ({safe(text)})",
        legendgroup="human",
        showlegend=canvas.once("human"),
        hoverinfo="name",
        row=row,
    )


def paper_marks(canvas: Canvas, marks: Mapping[str, float], axis: StepAxis, row: int) -> None:
    """Stars, right of the last checkpoint, for results that are the paper's and
    not ours.
    """
    ordered = sorted(marks, key=lambda name: marks[name])
    spots = ["bottom right", *["middle right"] * (len(marks) - 2), "top right"][-len(marks) :]
    canvas.add_scatter(
        x=[axis.final + 0.05 * axis.span] * len(marks),
        y=[marks[name] for name in ordered],
        mode="markers+text",
        marker={
            "symbol": "star",
            "size": 11,
            "color": PALETTE["experts"],
        },
        text=[safe(name.rsplit("-", 1)[-1]) for name in ordered],
        textposition=spots,
        customdata=[[None, None, safe(name)] for name in ordered],
        textfont={"size": 11},
        cliponaxis=False,
        name=f"paper, experts of {safe(', '.join(ordered))} (not ours)",
        legendgroup="paper",
        showlegend=canvas.once("paper"),
        hovertemplate="paper, %{customdata[2]}: ρ = %{y:.2f}<extra></extra>",
        row=row,
    )

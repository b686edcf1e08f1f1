"""How a concept came about over training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import step_axis
from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, band, faded


def over_training(table: pd.DataFrame) -> go.Figure:
    """The size of the set with what survives from the step before, and beneath it how
    much it resembles its last state.

    table: step, experts, born, died, survived, resemblance, others.
    """
    canvas, axis = Canvas(), step_axis(table["step"].tolist())
    most = max(1, int(table["experts"].max()))
    x = [axis.place(step) for step in table["step"]]
    colour, grey = PALETTE["experts"], PALETTE["chance"]
    rows = np.array(table[["experts", "born", "died", "survived"]], dtype=object)
    for name, column, dash, mark in (
        ("experts", "experts", "solid", "circle"),
        ("kept from the step before", "survived", "dot", "square"),
    ):
        canvas.add_scatter(
            x=x,
            y=table[column],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            marker={"color": colour, "size": 8, "symbol": mark},
            customdata=rows,
            hovertemplate="%{customdata[0]} experts: %{customdata[1]} new, %{customdata[3]} "
            "kept, %{customdata[2]} gone<extra></extra>",
            row=1,
        )
    canvas.add_scatter(**band(x, np.zeros(len(x)), table["others"], grey), row=2)
    canvas.add_legend(
        "other concepts, 95% below",
        marker={"color": faded(grey, 0.5), "size": 12, "symbol": "square"},
    )
    canvas.add_scatter(
        x=x,
        y=table["resemblance"],
        mode="lines+markers",
        showlegend=False,
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 8},
        customdata=np.array(table[["others", "p"]], dtype=object),
        hovertemplate="overlap with its last set %{y:.3f}<br>95% of other concepts below "
        "%{customdata[0]:.3f}, p = %{customdata[1]:.3f}<extra></extra>",
        row=2,
    )
    canvas.add_title("size of the set", 1)
    canvas.add_title("resemblance to its last state", 2)
    return canvas.figure(
        [0.5, 0.5],
        x=axis.layout(left=0.06, right=0.06),
        y=[
            {"title": {"text": "experts"}, "range": [-0.04 * most, 1.08 * most]},
            {"title": {"text": "overlap, last set"}, "range": [-0.03, 1.05]},
        ],
        gap=0.12,
        height=540,
    )

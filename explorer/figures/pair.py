"""One pair of concepts: where they share experts, at which τ, and since when."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import step_axis
from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, band, faded, frame, safe
from explorer.figures.threshold import DASHES

_OWN = ("#D55E00", "#009E73")


def by_layer(table: pd.DataFrame, word: str, other: str) -> go.Figure:
    """Experts of both and of each alone, layer by layer.

    table: layer, shared, first, second; means over folds.
    """
    figure = go.Figure()
    for name, column, colour, dash, mark in (
        ("shared", "shared", PALETTE["experts"], "solid", "circle"),
        (f"{word} only", "first", _OWN[0], "dash", "square"),
        (f"{other} only", "second", _OWN[1], "dot", "triangle-up"),
    ):
        figure.add_scatter(
            x=table["layer"],
            y=table[column],
            mode="lines+markers",
            name=safe(name),
            line={"color": colour, "width": 2, "dash": dash},
            marker={"color": colour, "size": 7, "symbol": mark},
            hovertemplate=f"layer %{{x}}: %{{y:.1f}} experts<extra>{safe(name)}</extra>",
        )
    figure.update_xaxes(title_text="layer")
    figure.update_yaxes(title_text="experts, mean over folds", rangemode="tozero")
    return frame(figure, height=380)


def over_tau(table: pd.DataFrame, *, tau: float) -> go.Figure:
    """Overlap against τ, of the run and of its control, and what popular units explain.

    table: label, tau, overlap, expected.
    """
    canvas = Canvas()
    colour, grey = PALETTE["experts"], PALETTE["chance"]
    for dash, (label, line) in zip(DASHES, table.groupby("label", sort=False), strict=False):
        mark = "circle" if dash == "solid" else "square"
        for name, column, shade in (
            (str(label), "overlap", colour),
            (f"by popular units · {label}", "expected", grey),
        ):
            canvas.add_scatter(
                x=line["tau"],
                y=line[column],
                mode="lines+markers",
                name=safe(name),
                line={"color": shade, "width": 2, "dash": dash},
                marker={"color": shade, "size": 7 if column == "overlap" else 4, "symbol": mark},
                hovertemplate=f"τ %{{x:.2f}}: %{{y:.3f}}<extra>{safe(name)}</extra>",
            )
    here = {"type": "line", "x0": tau, "x1": tau, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    return canvas.figure(
        [1.0],
        x={"title": {"text": "threshold τ"}, "tickformat": ".2f"},
        y=[{"title": {"text": "overlap (Jaccard)"}, "rangemode": "tozero"}],
        gap=0,
        height=380,
        shapes=[{**here, "line": {"color": grey, "dash": "dash", "width": 1}}],
    )


def over_steps(table: pd.DataFrame, *, here: str) -> go.Figure:
    """Overlap at every checkpoint, above the band in which 95% of all pairs lie.

    table: label, step, overlap, middle, high. here: label of the checkpoint looked at.
    """
    canvas, axis = Canvas(), step_axis(table["step"].tolist())
    most = max(0.01, float(table[["overlap", "high"]].to_numpy().max()))
    x = [axis.place(step) for step in table["step"]]
    colour, grey = PALETTE["experts"], PALETTE["chance"]
    canvas.add_scatter(**band(x, np.zeros(len(x)), table["high"], grey))
    canvas.add_legend(
        "95% of all pairs", marker={"color": faded(grey, 0.5), "size": 12, "symbol": "square"}
    )
    canvas.add_scatter(
        x=x,
        y=table["overlap"],
        mode="lines+markers",
        name="this pair",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": [11 if label == here else 7 for label in table["label"]]},
        customdata=np.array([[safe(r.label), r.high] for r in table.itertuples()], dtype=object),
        hovertemplate="<b>%{customdata[0]}</b><br>overlap %{y:.3f}<br>95% of all pairs below "
        "%{customdata[1]:.3f}<extra></extra>",
    )
    return canvas.figure(
        [1.0],
        x=axis.layout(left=0.06, right=0.06),
        y=[{"title": {"text": "overlap (Jaccard)"}, "range": [-0.04 * most, 1.08 * most]}],
        gap=0,
        height=340,
    )

"""What a unit answers: positives against negatives, and its precision–recall curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, faded, frame

_BINS = 40
SIDES = {"positive": PALETTE["experts"], "negative": PALETTE["chance"]}


def histogram(table: pd.DataFrame, chosen: tuple[float, float] | None = None) -> go.Figure:
    """Shares of positive and of negative sentences by response, overlaid.

    table: side, response. chosen: a range to point out.
    """
    values = table["response"].to_numpy(float)
    edges = np.linspace(values.min(), max(values.max(), values.min() + 1e-9), _BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    figure = go.Figure()
    for side, colour in SIDES.items():
        own = values[(table["side"] == side).to_numpy()]
        counts, _ = np.histogram(own, edges)
        figure.add_scatter(
            x=middles,
            y=counts / max(len(own), 1),
            mode="lines",
            line={"color": colour, "width": 2, "shape": "hvh", "dash": _dash(side)},
            fill="tozeroy",
            fillcolor=faded(colour, 0.25),
            name=f"{side} sentences",
            customdata=counts,
            hovertemplate="response %{x:.3g}: %{customdata} sentences, %{y:.1%}"
            f"<extra>{side}</extra>",
        )
    figure.update_xaxes(title_text="response")
    figure.update_yaxes(title_text="share of sentences", tickformat=".0%", rangemode="tozero")
    if chosen:
        low, high = chosen
        figure.add_shape(
            type="rect",
            x0=low,
            x1=high,
            y0=0,
            y1=1,
            xref="x",
            yref="paper",
            fillcolor=faded(PALETTE["within"], 0.15),
            line={"color": PALETTE["within"], "width": 1, "dash": "dot"},
        )
    return frame(figure, height=340).update_layout(dragmode="select", selectdirection="h")


def precision_recall(rows: pd.DataFrame, *, prevalence: float) -> go.Figure:
    """Precision against recall, one point a distinct response, as steps; dashed: a unit
    that tells nothing.

    rows: threshold, precision, recall.
    """
    colour, grey = PALETTE["experts"], PALETTE["chance"]
    figure = go.Figure()
    figure.add_scatter(
        x=rows["recall"],
        y=rows["precision"],
        mode="lines",
        line={"color": colour, "width": 2},
        fill="tozeroy",
        fillcolor=faded(colour, 0.18),
        name="this unit",
        customdata=rows["threshold"],
        hovertemplate="response ≥ %{customdata:.3g}<br>precision %{y:.2f}, recall %{x:.2f}"
        "<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1],
        y=[prevalence, prevalence],
        mode="lines",
        line={"color": grey, "width": 1, "dash": "dash"},
        name=f"a unit that tells nothing ({prevalence:.2f})",
        hoverinfo="skip",
    )
    figure.update_xaxes(title_text="recall", range=[-0.02, 1.02])
    figure.update_yaxes(title_text="precision", range=[0, 1.04])
    return frame(figure, height=340)


def _dash(side: str) -> str:
    return "solid" if side == "positive" else "dot"

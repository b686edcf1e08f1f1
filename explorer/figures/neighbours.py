"""The rated neighbours of a concept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, faded, frame, safe


def rated_neighbours(table: pd.DataFrame, *, scale: str) -> go.Figure:
    """Human score against overlap, each mark named by the other concept.

    table: concept, overlap, human, gap, without missing scores.
    """
    figure = go.Figure()
    colour = PALETTE["experts"]
    figure.add_scatter(
        x=table["human"],
        y=table["overlap"],
        mode="markers+text",
        text=[safe(word) for word in table["concept"]],
        textposition="top center",
        textfont={"size": 11},
        marker={"color": faded(colour, 0.85), "size": 9},
        customdata=np.array(
            [[safe(r.concept), r.gap] for r in table.itertuples()], dtype=object
        ).reshape(-1, 2),
        hovertemplate="<b>%{customdata[0]}</b><br>human %{x:.4g}<br>overlap %{y:.3f}<br>"
        "place by the model − by people %{customdata[1]:+.2f}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
    figure.update_xaxes(title_text=f"human {safe(scale)}")
    figure.update_yaxes(title_text="overlap of expert sets", rangemode="tozero")
    return frame(figure, height=380)

"""One unit: its AP of every concept that it detects."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, faded, frame, safe

_SHOWN = 25
"""Concepts a figure names."""


def by_concept(table: pd.DataFrame, folds: pd.DataFrame, *, tau: float) -> go.Figure:
    """AP of a unit by concept: the mean, and a small mark a fold.

    table: concept, ap, best first; folds: concept, fold, ap.
    """
    shown = table.head(_SHOWN)
    places = {word: place for place, word in enumerate(shown["concept"])}
    single = folds[folds["concept"].isin(places)]
    colour = PALETTE["experts"]
    figure = go.Figure()
    figure.add_scatter(
        x=single["ap"],
        y=[places[word] for word in single["concept"]],
        mode="markers",
        name="a fold",
        marker={"color": faded(colour, 0.4), "size": 7, "symbol": "circle"},
        hovertemplate="AP %{x:.3f}<extra>a fold</extra>",
    )
    figure.add_scatter(
        x=shown["ap"],
        y=list(range(len(shown))),
        mode="markers",
        name="mean of the folds in which it is an expert",
        marker={"color": colour, "size": 10, "symbol": "diamond"},
        customdata=[[safe(word)] for word in shown["concept"]],
        hovertemplate="<b>%{customdata[0]}</b>: AP %{x:.3f}<extra></extra>",
    )
    figure.update_xaxes(title_text="average precision (AP)", range=[tau - 0.03, 1.02])
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[safe(word) for word in shown["concept"]],
        range=[len(shown) - 0.5, -0.5],
    )
    return frame(figure, height=150 + 24 * max(len(shown), 3))

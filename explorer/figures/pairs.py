"""The word pairs behind an alignment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, faded, frame, safe


def pair_scatter(
    pairs: pd.DataFrame, *, representation: str, scale: str, ranks: bool = False
) -> go.Figure:
    """Human score against model similarity, one mark a word pair.

    pairs: word1, word2, score, similarity. ranks: plot what Spearman's ρ correlates,
    with its line.
    """
    x, y = (pairs[c].rank() if ranks else pairs[c] for c in ("score", "similarity"))
    colour = PALETTE[representation]
    figure = go.Figure()
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": faded(colour, 0.75), "size": 7, "line": {"width": 0}},
        customdata=np.array(
            [[safe(r.word1), safe(r.word2), r.score, r.similarity] for r in pairs.itertuples()],
            dtype=object,
        ).reshape(-1, 4),
        hovertemplate=(
            "<b>%{customdata[0]} – %{customdata[1]}</b><br>human %{customdata[2]:.4g}<br>"
            f"{representation} %{{customdata[3]:.3f}}<extra></extra>"
        ),
        showlegend=False,
    )
    if ranks and len(pairs) > 2 and x.nunique() > 1:
        slope, intercept = np.polyfit(x, y, 1)
        ends = np.array([x.min(), x.max()])
        figure.add_scatter(
            x=ends,
            y=slope * ends + intercept,
            mode="lines",
            line={"color": colour, "width": 2},
            hoverinfo="skip",
            showlegend=False,
        )
    measure = "overlap of expert sets" if representation == "experts" else "cosine similarity"
    figure.update_xaxes(title_text=f"human {safe(scale)}{', rank' if ranks else ''}")
    figure.update_yaxes(title_text=f"{measure}{', rank' if ranks else ''}")
    return frame(figure, height=420)

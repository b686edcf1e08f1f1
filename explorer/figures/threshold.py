"""How much an alignment owes to the choice of τ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, band, safe

DASHES = ("solid", "dot")


def by_threshold(table: pd.DataFrame, *, tau: float | None = None) -> go.Figure:
    """ρ of experts with its 95% interval against τ, and beneath it the share of pairs
    with an empty set.

    table: label, tau, rho, low, high, n, empty; the first label is drawn solid, its
    control dotted. tau: where the page stands.
    """
    canvas = Canvas()
    colour = PALETTE["experts"]
    for dash, (label, line) in zip(DASHES, table.groupby("label", sort=False), strict=False):
        drawn = line.dropna(subset=["low", "high"])
        canvas.add_scatter(
            **band(drawn["tau"], drawn["low"], drawn["high"], colour), legendgroup=str(label), row=1
        )
        look = {"color": colour, "width": 2, "dash": dash}
        mark = {"color": colour, "size": 8, "symbol": "circle" if dash == "solid" else "square"}
        canvas.add_scatter(
            x=line["tau"],
            y=line["rho"],
            mode="lines+markers",
            name=f"experts · {safe(label)}",
            legendgroup=str(label),
            line=look,
            marker=mark,
            customdata=np.array(
                [[r.low, r.high, r.n, r.empty] for r in line.itertuples()], dtype=object
            ),
            hovertemplate=(
                f"<b>{safe(label)}</b>, τ %{{x:.2f}}<br>ρ = %{{y:.3f}} [%{{customdata[0]:.3f}}, "
                f"%{{customdata[1]:.3f}}]"
                "<br>n = %{customdata[2]} pairs, %{customdata[3]:.0%} with an empty "
                "set<extra></extra>"
            ),
            row=1,
        )
        canvas.add_scatter(
            x=line["tau"],
            y=line["empty"],
            mode="lines+markers",
            legendgroup=str(label),
            showlegend=False,
            line=look,
            marker={**mark, "size": 6},
            hovertemplate=f"<b>{safe(label)}</b>, τ %{{x:.2f}}<br>%{{y:.0%}} of "
            "pairs<extra></extra>",
            row=2,
        )
    here = {"type": "line", "x0": tau, "x1": tau, "y0": 0, "y1": 1, "xref": "x2", "yref": "paper"}
    stroke = {"color": PALETTE["chance"], "dash": "dash", "width": 1}
    return canvas.figure(
        [0.7, 0.3],
        x={"title": {"text": "threshold τ"}, "tickformat": ".2f"},
        y=[
            {"title": {"text": "alignment ρ"}, "zeroline": True},
            {
                "title": {"text": "empty set"},
                "tickformat": ".0%",
                "range": [-0.05, 1.05],
                "nticks": 4,
            },
        ],
        gap=0.06,
        height=440,
        shapes=[] if tau is None else [{**here, "line": stroke}],
    )

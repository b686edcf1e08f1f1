"""Where the experts of two runs of different architecture are, by relative depth."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, safe

MARKS = {"A": ("circle", "solid"), "B": ("square", "dot")}
"""Mark and dash of each side."""


def by_depth(table: pd.DataFrame) -> go.Figure:
    """Share of units that are experts by relative depth, one panel a part.

    table: label (begins with A or B), part, layer, depth, share, experts.
    """
    canvas = Canvas()
    parts = list(dict.fromkeys(table["part"]))
    top = float(table["share"].max()) or 1e-9
    for row, part in enumerate(parts, 1):
        for label, line in table[table["part"] == part].groupby("label", sort=False):
            symbol, dash = MARKS[str(label)[0]]
            colour = PALETTE[str(label)[0]]
            look = {"color": colour, "size": 8, "symbol": symbol}
            look |= {"line": {"width": 2, "color": colour}}
            canvas.add_scatter(
                x=line["depth"],
                y=line["share"],
                mode="lines+markers",
                name=safe(label),
                legendgroup=safe(label),
                showlegend=canvas.once(str(label)),
                line={"color": colour, "width": 2, "dash": dash},
                marker=look,
                customdata=line[["layer", "experts"]],
                hovertemplate=f"<b>{safe(label)}</b><br>layer %{{customdata[0]}}: "
                "%{customdata[1]:.1f} experts, %{y:.2%} of its units<extra></extra>",
                row=row,
            )
        canvas.add_title(part, row)
    axis = {"title": {"text": "share of units"}, "range": [-0.04 * top, 1.1 * top]}
    return canvas.figure(
        [1.0] * len(parts),
        x={"title": {"text": "relative depth, first to last layer"}, "range": [-0.04, 1.04]},
        y=[{**axis, "tickformat": ".1%"}] * len(parts),
        gap=0.14,
        height=130 + 190 * len(parts),
    )

"""Where experts are: layers and modules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.heatmap import colour_bar, colour_scale
from explorer.figures.theme import frame, safe

_ROW, _ABOVE = 26, 120
"""Pixels of a kind of module, and of what stands above the first."""


def by_place(table: pd.DataFrame) -> go.Figure:
    """Experts by layer (across) and kind of module (down), one panel a run.

    table: label, layer, kind, width, experts. Colour is the share of a module's units
    that are experts, on one scale, since modules differ in width.
    """
    labels, kinds = list(table["label"].unique()), list(table["kind"].unique())
    layers = int(table["layer"].max()) + 1
    share = table["experts"] / table["width"]
    top = max(float(share.max()), 1e-9)
    figure = go.Figure()
    height = 1.0 / len(labels)
    for row, label in enumerate(labels):
        part = table[table["label"] == label]
        z = np.full((len(kinds), layers), np.nan)
        counts = z.copy()
        at = [kinds.index(kind) for kind in part["kind"]], part["layer"].to_numpy(int)
        z[at], counts[at] = share[part.index], part["experts"]
        suffix = "" if row == 0 else str(row + 1)
        figure.add_heatmap(
            z=z,
            zmin=0,
            zmax=top,
            xaxis=f"x{suffix}",
            yaxis=f"y{suffix}",
            colorscale=colour_scale(),
            colorbar=colour_bar("share of units that are experts") | {"tickformat": ".1%"},
            showscale=row == 0,
            customdata=np.dstack([counts, np.broadcast_to(np.array(kinds)[:, None], z.shape)]),
            hovertemplate="<b>layer %{x}</b>, %{customdata[1]}<br>%{customdata[0]} experts, "
            f"%{{z:.2%}} of its units<extra>{safe(label)}</extra>",
            hoverongaps=False,
        )
        last = row == len(labels) - 1
        bottom = 1 - (row + 1) * height
        edge = {"showgrid": False, "zeroline": False}
        figure.update_layout(
            {
                f"xaxis{suffix}": {
                    **edge,
                    "anchor": f"y{suffix}",
                    "range": [-0.5, layers - 0.5],
                    "showticklabels": last,
                    "title": {"text": "layer" if last else ""},
                },
                f"yaxis{suffix}": {
                    **edge,
                    "anchor": f"x{suffix}",
                    "domain": [bottom, bottom + height * 0.86],
                    "range": [len(kinds) - 0.5, -0.5],
                    "tickvals": list(range(len(kinds))),
                    "ticktext": [safe(kind) for kind in kinds],
                    "tickfont": {"size": 11},
                },
            }
        )
        figure.add_annotation(
            text=f"<b>{safe(label)}</b>",
            xref=f"x{suffix} domain",
            yref=f"y{suffix} domain",
            x=0,
            y=1,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    return frame(figure, height=_ABOVE + len(labels) * (len(kinds) * _ROW + 34)).update_layout(
        margin={"t": 60}
    )

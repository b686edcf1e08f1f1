"""Where experts are: layers and modules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import step_axis
from explorer.figures.heatmap import colour_scale
from explorer.figures.intervals import error_bars
from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE, band, frame, safe
from explorer.figures.threshold import DASHES

_ROW, _ABOVE = 26, 70
"""Pixels of a kind of module, and of what stands above the first."""
_RHO = (
    "ρ = %{y:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<br>n = %{customdata[2]} pairs, "
    "%{customdata[3]:.0%} with a word without experts there<extra></extra>"
)


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
            showscale=False,
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
                    "title": {
                        "text": f"layer · strongest: {top:.1%} of a module’s units" if last else ""
                    },
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
    return frame(figure, height=_ABOVE + len(labels) * (len(kinds) * _ROW + 34))


def alignment_by_layer(table: pd.DataFrame) -> go.Figure:
    """ρ with its 95% interval layer by layer, of a run solid and of its control dotted.

    table: label, group (layer), rho, low, high, n, empty.
    """
    figure = go.Figure()
    colour = PALETTE["experts"]
    for dash, (label, line) in zip(DASHES, table.groupby("label", sort=False), strict=False):
        drawn = line.dropna(subset=["low", "high"])
        shade = colour if dash == "solid" else PALETTE["chance"]
        figure.add_scatter(**band(drawn["group"], drawn["low"], drawn["high"], shade))
        figure.add_scatter(
            x=line["group"],
            y=line["rho"],
            mode="lines+markers",
            name=safe(label),
            line={"color": shade, "width": 2, "dash": dash},
            marker={"color": shade, "size": 7, "symbol": _mark(dash)},
            customdata=line[["low", "high", "n", "empty"]],
            hovertemplate=f"<b>{safe(label)}</b>, layer %{{x}}<br>{_RHO}",
        )
    figure.update_xaxes(title_text="layer")
    figure.update_yaxes(title_text="alignment ρ", zeroline=True)
    return frame(figure, height=380)


def alignment_by_kind(table: pd.DataFrame) -> go.Figure:
    """ρ with its 95% interval of each kind of module, of a run and of its control.

    table: label, group (kind), rho, low, high, n, empty.
    """
    kinds = list(dict.fromkeys(table["group"]))
    figure = go.Figure()
    for place, (dash, (label, line)) in enumerate(
        zip(DASHES, table.groupby("label", sort=False), strict=False)
    ):
        shade = PALETTE["experts"] if dash == "solid" else PALETTE["chance"]
        figure.add_scatter(
            x=line["rho"],
            y=[kinds.index(kind) + 0.24 * (place - 0.5) for kind in line["group"]],
            error_x=error_bars(line["rho"], line["low"], line["high"], shade),
            mode="markers",
            name=safe(label),
            marker={"color": shade, "size": 9, "symbol": _mark(dash)},
            customdata=line[["low", "high", "n", "empty"]],
            hovertemplate=f"<b>{safe(label)}</b><br>{_RHO.replace('%{y', '%{x')}",
        )
    figure.update_xaxes(title_text="alignment ρ", zeroline=True)
    figure.update_yaxes(
        tickvals=list(range(len(kinds))),
        ticktext=[safe(kind) for kind in kinds],
        range=[len(kinds) - 0.5, -0.5],
    )
    return frame(figure, height=150 + 42 * len(kinds))


def alignment_over_training(table: pd.DataFrame) -> go.Figure:
    """ρ over training, one panel a layer, on one scale.

    table: step, group (layer), rho, low, high, n, empty.
    """
    canvas, axis = Canvas(), step_axis(table["step"].unique().tolist())
    layers = list(dict.fromkeys(table["group"]))
    colour = PALETTE["experts"]
    for row, layer in enumerate(layers, 1):
        line = table[table["group"] == layer]
        x = [axis.place(step) for step in line["step"]]
        known = line["low"].notna().to_numpy()
        canvas.add_scatter(
            **band(
                [place for place, kept in zip(x, known, strict=True) if kept],
                line["low"][known],
                line["high"][known],
                colour,
            ),
            row=row,
        )
        canvas.add_scatter(
            x=x,
            y=line["rho"],
            mode="lines+markers",
            showlegend=False,
            line={"color": colour, "width": 2},
            marker={"color": colour, "size": 7},
            customdata=line[["low", "high", "n", "empty"]],
            hovertemplate=f"<b>layer {layer}</b><br>{_RHO}",
            row=row,
        )
        canvas.add_title(f"layer {layer}", row)
    low, high = float(table["low"].min()), float(table["high"].max())
    ends = [min(-0.1, low) - 0.02, max(0.2, high) + 0.02]
    return canvas.figure(
        [1.0] * len(layers),
        x=axis.layout(left=0.06, right=0.06),
        y=[{"title": {"text": "ρ"}, "zeroline": True, "range": ends, "nticks": 4}] * len(layers),
        gap=0.08,
        height=110 + 105 * len(layers),
    )


def _mark(dash: str) -> str:
    return "circle" if dash == "solid" else "square"

"""Differences of ρ over training steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import step_axis
from explorer.figures.intervals import error_bars
from explorer.figures.panels import Canvas
from explorer.figures.significance import legend_of_open, p_text, symbols
from explorer.figures.theme import PALETTE, REPRESENTATIONS, safe
from explorer.measure.alignment import ALPHA


def differences(table: pd.DataFrame) -> go.Figure:
    """Δρ with its 95% interval at each checkpoint, one panel a group; open marks do not
    differ from 0.

    table: group, step (NaN where unknown), representation (its colour), checkpoint,
    comparison, delta, low, high, p, p_holm, n.
    """
    axis = step_axis(table["step"].tolist())
    moments = table.groupby("group", sort=False)["step"].nunique()
    groups = sorted(moments.index, key=lambda group: -min(3, moments[group]))
    canvas = Canvas()
    for row, group in enumerate(groups, 1):
        shown = table[table["group"] == group]
        for kind, line in shown.groupby("representation", sort=False):
            x = [
                axis.place(s) + (REPRESENTATIONS.index(str(kind)) - 1) * 0.014 * axis.span
                for s in line["step"]
            ]
            _series(
                canvas, line.assign(x=x).sort_values("x"), row, str(kind), _name(shown, str(kind))
            )
        if len(groups) > 1:
            canvas.add_title(str(group), row)
    if (table["p_holm"] >= ALPHA).any():
        legend_of_open(canvas, of="Δρ")
    return canvas.figure(
        [1] * len(groups),
        x=axis.layout(left=0.08, right=0.08),
        y=[{"title": {"text": "Δρ"}, "zeroline": True, "zerolinewidth": 2, "range": _range(table)}]
        * len(groups),
        gap=0.18 / len(groups) ** 1.4,
        height=380 if len(groups) == 1 else 130 + 210 * len(groups),
    )


def _name(shown: pd.DataFrame, kind: str) -> str:
    """ "experts − word embedding" where every point is that difference, else the
    representation compared.
    """
    texts = shown.loc[shown["representation"] == kind, "comparison"].unique()
    return safe(texts[0]) if len(texts) == 1 and texts[0].startswith("experts −") else kind


def _range(table: pd.DataFrame) -> tuple[float, float]:
    values = [0.0, *table[["delta", "low", "high"]].to_numpy(float).ravel()]
    return float(np.nanmin(values)) - 0.05, float(np.nanmax(values)) + 0.05


def _series(canvas: Canvas, line: pd.DataFrame, row: int, kind: str, name: str) -> None:
    colour = PALETTE[kind]
    canvas.add_scatter(
        x=line["x"],
        y=line["delta"],
        mode="lines+markers",
        legendgroup=kind,
        showlegend=False,
        line={"color": colour, "width": 1, "dash": "dot"},
        marker={
            "color": colour,
            "size": 9,
            "symbol": symbols("circle", line["p_holm"]),
            "line": {"width": 2, "color": colour},
        },
        error_y=error_bars(line["delta"], line["low"], line["high"], colour),
        customdata=np.array(
            [
                [
                    safe(r.checkpoint),
                    safe(r.comparison),
                    r.low,
                    r.high,
                    p_text(r.p),
                    p_text(r.p_holm),
                    r.n,
                ]
                for r in line.itertuples()
            ],
            dtype=object,
        ),
        hovertemplate=(
            "<b>%{customdata[0]}</b><br>%{customdata[1]}: Δρ = %{y:.3f} [%{customdata[2]:.3f}, "
            "%{customdata[3]:.3f}]"
            "<br>p %{customdata[4]}, Holm %{customdata[5]}, n = %{customdata[6]} "
            "pairs<extra></extra>"
        ),
        row=row,
    )
    canvas.add_legend(name, row=row, legendgroup=kind, marker={"color": colour, "size": 9})

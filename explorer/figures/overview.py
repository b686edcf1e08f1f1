"""The headline: how well each representation agrees with people, and what is left of it without training."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, REPRESENTATIONS, frame, safe

TRAINED, UNTRAINED = "trained", "untrained"
_SHIFT = 0.16


def headline(points: pd.DataFrame, *, ceiling: tuple[float, str] | None = None) -> go.Figure:
    """Spearman ρ of each representation with its 95% interval, trained beside untrained.

    points: weights ("trained" or "untrained"), label, representation, rho, low, high, n.
    ceiling: value and short name of the human ceiling.
    """
    figure = go.Figure()
    weights = [w for w in (TRAINED, UNTRAINED) if w in set(points["weights"])]
    for kind in weights:
        shift = 0.0 if len(weights) == 1 else -_SHIFT if kind == TRAINED else _SHIFT
        for at, representation in enumerate(REPRESENTATIONS):
            shown = points[(points["weights"] == kind) & (points["representation"] == representation)]
            _mark(figure, shown, at + shift, representation, kind)
    if len(weights) > 1:
        for kind in weights:
            _legend(figure, kind)
    if ceiling is not None:
        _ceiling(figure, *ceiling)
    top = max([1.0 if ceiling is not None else 0.0, *(points["high"].dropna() + 0.08)])
    bottom = min([-0.05, *(points["low"].dropna() - 0.05)])
    figure.update_xaxes(
        showgrid=False,
        zeroline=False,
        range=[-0.5, len(REPRESENTATIONS) - 0.4],
        tickvals=list(range(len(REPRESENTATIONS))),
        ticktext=[name.replace(" ", "<br>") for name in REPRESENTATIONS],
        tickfont={"size": 14},
    )
    figure.update_yaxes(title_text="alignment with people, ρ", range=[bottom, top], zeroline=True, zerolinewidth=2)
    return frame(figure, height=440)


def _mark(figure: go.Figure, points: pd.DataFrame, x: float, representation: str, kind: str) -> None:
    colour, solid = PALETTE[representation], kind == TRAINED
    figure.add_scatter(
        x=[x] * len(points),
        y=points["rho"],
        mode="markers+text",
        name=f"{representation}, {kind}",
        showlegend=False,
        marker={
            "symbol": "circle" if solid else "circle-open",
            "size": 15 if solid else 12,
            "color": colour,
            "line": {"color": colour, "width": 0 if solid else 2.5},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": points["high"] - points["rho"],
            "arrayminus": points["rho"] - points["low"],
            "thickness": 3 if solid else 1.5,
            "width": 0 if solid else 4,
            "color": colour,
        },
        text=[f"  {_number(rho)}" for rho in points["rho"]],
        textposition="middle right",
        textfont={"size": 17 if solid else 13},
        cliponaxis=False,
        customdata=[[safe(r.label), _number(r.low), _number(r.high), int(r.n)] for r in points.itertuples()],
        hovertemplate=(
            f"<b>{representation}</b><br>%{{customdata[0]}}<br>"
            "ρ =%{text} [%{customdata[1]}, %{customdata[2]}], n = %{customdata[3]:,} pairs<extra></extra>"
        ),
    )


def _legend(figure: go.Figure, kind: str) -> None:
    grey, solid = PALETTE["chance"], kind == TRAINED
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name="trained" if solid else "untrained control",
        marker={
            "symbol": "circle" if solid else "circle-open",
            "size": 13,
            "color": grey,
            "line": {"color": grey, "width": 0 if solid else 2.5},
        },
    )


def _ceiling(figure: go.Figure, value: float, name: str) -> None:
    colour = PALETTE["human"]
    figure.add_hline(y=value, line={"color": colour, "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=1,
        xref="paper",
        y=value,
        text=f"human ceiling {value:.2f} ({safe(name)})",
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        font={"color": colour, "size": 13},
    )


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")

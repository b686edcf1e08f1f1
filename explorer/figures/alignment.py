"""Alignment over checkpoints."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.references import ceiling_line, null_band, once, paper_marks
from explorer.figures.steps import StepAxis, step_axis
from explorer.figures.theme import PALETTE, REPRESENTATIONS, faded, frame, safe

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "x")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def over_checkpoints(
    points: pd.DataFrame,
    *,
    ceiling: tuple[float, str] | None = None,
    marks: Mapping[str, float] | None = None,
    panels: str = "model",
    selected: tuple[str, str] | None = None,
) -> go.Figure:
    """Spearman ρ with its 95% interval over training steps.

    points: run, family, label, step (NaN where unknown), representation, rho, low, high, p, n and,
    where a permutation null was asked for, null_low and null_high. One panel per "model" or per
    "representation". ceiling: value and short name. marks: label → ρ of the paper, drawn as open
    diamonds. selected: (run, representation) to ring. A point's customdata starts with these two.
    """
    axis = step_axis(points["step"].tolist())
    facet = "representation" if panels == "representation" else "family"
    names = list(dict.fromkeys(points[facet]))
    if facet == "representation":
        names = [name for name in REPRESENTATIONS if name in names]
    figure = make_subplots(
        rows=len(names), cols=1, shared_xaxes=True, vertical_spacing=0.18 / max(len(names), 1) ** 1.4
    )
    families = list(dict.fromkeys(points["family"]))
    # Panels of their own tell models apart; in a shared panel, marks and dashes do.
    by_symbol = facet == "representation" and len(families) > 1
    seen: set[str] = set()
    for row, name in enumerate(names, 1):
        shown = points[points[facet] == name]
        null_band(figure, shown, axis, row, seen)
        if ceiling is not None:
            ceiling_line(figure, ceiling, axis, row, seen)
        for (family, representation), line in shown.groupby(["family", "representation"], sort=False):
            _line(figure, line, axis, row, families.index(family), str(representation), seen, by_symbol=by_symbol)
        if marks and (facet == "family" or name == "experts"):
            paper_marks(figure, marks, axis, row, seen)
        if selected is not None:
            _ring(figure, shown, axis, row, selected)
        if len(names) > 1:
            _title(figure, str(name), row)
    values, texts = zip(*axis.ticks, strict=True)
    left, right = 0.08 * axis.span, (0.16 if marks else 0.08) * axis.span
    figure.update_xaxes(tickvals=values, ticktext=texts, range=[axis.first - left, axis.final + right])
    figure.update_xaxes(title_text="training step (log scale)", row=len(names))
    figure.update_yaxes(title_text="alignment ρ", zeroline=True, range=_rho_range(points, ceiling, marks))
    frame(figure, height=460 if len(names) == 1 else 150 + 260 * len(names))
    return figure.update_layout(margin={"t": 56}) if len(names) > 1 else figure


def _rho_range(
    points: pd.DataFrame, ceiling: tuple[float, str] | None, marks: Mapping[str, float] | None
) -> tuple[float, float]:
    """One range for all panels, so that heights compare."""
    columns = [c for c in ("rho", "low", "high", "null_low", "null_high") if c in points]
    values = [
        0.0,
        *points[columns].to_numpy(float).ravel(),
        *(marks or {}).values(),
        *([ceiling[0]] if ceiling else []),
    ]
    return float(np.nanmin(values)) - 0.06, float(np.nanmax(values)) + 0.06


def _dodge(representation: str, axis: StepAxis) -> float:
    return (REPRESENTATIONS.index(representation) - 1) * 0.014 * axis.span


def _line(
    figure: go.Figure,
    line: pd.DataFrame,
    axis: StepAxis,
    row: int,
    family: int,
    representation: str,
    seen: set[str],
    *,
    by_symbol: bool,
) -> None:
    colour = PALETTE[representation]
    line = line.assign(x=[axis.place(s) + _dodge(representation, axis) for s in line["step"]]).sort_values("x")
    trajectory = (line["step"] > 0).sum() >= 3
    if trajectory:
        x = [*line["x"], *line["x"][::-1]]
        figure.add_scatter(
            x=x,
            y=[*line["high"], *line["low"][::-1]],
            fill="toself",
            fillcolor=faded(colour, 0.16),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
            legendgroup=representation,
            row=row,
            col=1,
        )
    bars = {
        "type": "data",
        "symmetric": False,
        "array": line["high"] - line["rho"],
        "arrayminus": line["rho"] - line["low"],
    }
    name = str(line["family"].iloc[0])
    figure.add_scatter(
        x=line["x"],
        y=line["rho"],
        mode="lines+markers",
        name=f"{representation} · {safe(name)}" if by_symbol else representation,
        legendgroup=representation,
        showlegend=once(seen, f"{representation}/{name}" if by_symbol else representation),
        line={
            "color": colour,
            "width": 2 if trajectory else 1,
            "dash": _DASHES[family % 6 * by_symbol] if trajectory else "dot",
        },
        marker={"color": colour, "size": 10, "symbol": _SYMBOLS[family % len(_SYMBOLS) * by_symbol]},
        # A click selects; by default that would dim all other points.
        unselected={"marker": {"opacity": 1}},
        error_y=None if trajectory else {**bars, "thickness": 1.5, "width": 5, "color": colour},
        customdata=np.array(
            [[r.run, representation, safe(r.label), r.low, r.high, _p(r.p), r.n] for r in line.itertuples()],
            dtype=object,
        ),
        hovertemplate=(
            "<b>%{customdata[2]}</b><br>%{customdata[1]}: ρ = %{y:.3f} [%{customdata[3]:.3f}, %{customdata[4]:.3f}]"
            "<br>p %{customdata[5]}, n = %{customdata[6]} pairs<extra></extra>"
        ),
        row=row,
        col=1,
    )


def _p(value: float) -> str:
    return "undefined" if math.isnan(value) else "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _ring(figure: go.Figure, points: pd.DataFrame, axis: StepAxis, row: int, selected: tuple[str, str]) -> None:
    run, representation = selected
    chosen = points[(points["run"] == run) & (points["representation"] == representation)]
    figure.add_scatter(
        x=[axis.place(s) + _dodge(representation, axis) for s in chosen["step"]],
        y=chosen["rho"],
        mode="markers",
        marker={"symbol": "circle-open", "size": 20, "color": PALETTE["chance"], "line": {"width": 2}},
        hoverinfo="skip",
        showlegend=False,
        row=row,
        col=1,
    )


def _title(figure: go.Figure, text: str, row: int) -> None:
    figure.add_annotation(
        text=f"<b>{safe(text)}</b>",
        x=0,
        y=1,
        xref="x domain" if row == 1 else f"x{row} domain",
        yref="y domain" if row == 1 else f"y{row} domain",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
    )

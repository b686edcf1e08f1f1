"""Alignment over checkpoints, with held-out loss beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.axes import StepAxis, step_axis
from explorer.figures.curves import loss_curves, rho_curve, style
from explorer.figures.panels import Canvas
from explorer.figures.references import ceiling_line, null_band, paper_marks
from explorer.figures.significance import legend_of_open
from explorer.figures.theme import REPRESENTATIONS, halo
from explorer.measure.alignment import ALPHA

_TALL, _SHORT, _LOSS, _AROUND, _ALONE = 250, 170, 120, 170, 400
"""Pixels of a panel with a trajectory, of one without, of the loss, of what surrounds
them, and of a figure of one panel.
"""


def over_checkpoints(
    points: pd.DataFrame,
    *,
    ceiling: tuple[float, str] | None = None,
    marks: Mapping[str, float] | None = None,
    panels: str = "model",
    selected: tuple[str, str] | None = None,
    measure: str = "alignment ρ",
    families: Sequence[str] = (),
) -> go.Figure:
    """Spearman ρ with its 95% interval over training steps, and held-out loss beneath
    where it is known.

    points: run, family, label, step (NaN where unknown), representation, rho, low,
    high, p, n and, where there are, p_holm (open marks from 0.05 on), held_out_loss,
    and null_low, null_high and null_p of a permutation null. One panel per "model" or
    per "representation". ceiling: value and short name. marks: label → ρ of the paper,
    drawn as stars. selected: (run, representation) to stand out.
    families: all models whose marks are told apart, where others are drawn elsewhere. A
    point's customdata starts with run and representation.
    """
    axis = step_axis(points["step"].tolist())
    facet = "representation" if panels == "representation" else "family"
    names = _panels(points, facet)
    loss = "held_out_loss" in points and bool(points["held_out_loss"].notna().any())
    heights = [_height(points[points[facet] == name]) for name in names] + [_LOSS] * loss
    canvas = Canvas()
    families = list(families or dict.fromkeys(points["family"]))
    # Panels of their own tell models apart; in a shared panel, marks and dashes do.
    by_symbol = facet == "representation" and len(families) > 1
    for row, name in enumerate(names, 1):
        shown = points[points[facet] == name]
        null_band(canvas, shown, axis, row)
        if ceiling is not None:
            ceiling_line(canvas, ceiling, axis, row)
        for (family, kind), line in shown.groupby(["family", "representation"], sort=False):
            look = style(str(kind), str(family), families, by_symbol=by_symbol)
            rho_curve(canvas, line, axis, row, look)
            if selected is not None:
                _chosen(canvas, line, axis, row, selected, look.shift)
        if marks and (facet == "family" or name == "experts"):
            paper_marks(canvas, marks, axis, row)
        if len(heights) > 1:
            canvas.add_title(str(name), row)
    if "p_holm" in points and (points["p_holm"] >= ALPHA).any():
        legend_of_open(canvas)
    vertical = [
        {"title": {"text": measure}, "zeroline": True, "range": _rho_range(points, ceiling, marks)}
    ] * len(names)
    if loss:
        loss_curves(canvas, points, axis, len(heights), families, by_symbol=by_symbol)
        canvas.add_title("held-out loss", len(heights))
        vertical.append({"title": {"text": "loss"}, "nticks": 4})
    return canvas.figure(
        heights,
        x=axis.layout(left=0.08, right=0.16 if marks else 0.08),
        y=vertical,
        gap=min(34 / sum(heights), 0.9 / len(heights)),
        height=_ALONE if len(heights) == 1 else sum(heights) + _AROUND,
    )


def _panels(points: pd.DataFrame, facet: str) -> list[str]:
    """Names of the panels: representations in their order, or models, those with most
    checkpoints first.
    """
    names = list(dict.fromkeys(points[facet]))
    if facet == "representation":
        return [name for name in REPRESENTATIONS if name in names]
    checkpoints = points.groupby("family")["step"].nunique()
    return sorted(names, key=lambda name: -min(3, checkpoints[name]))


def _height(points: pd.DataFrame) -> int:
    """Models of one or two checkpoints have less to show."""
    return _TALL if points["step"].nunique() >= 3 else _SHORT


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


def _chosen(
    canvas: Canvas,
    line: pd.DataFrame,
    axis: StepAxis,
    row: int,
    selected: tuple[str, str],
    shift: float,
) -> None:
    run, representation = selected
    chosen = line[(line["run"] == run) & (line["representation"] == representation)]
    if chosen.empty:
        return
    canvas.add_scatter(
        x=[axis.place(step) + shift * axis.span for step in chosen["step"]],
        y=chosen["rho"],
        mode="markers",
        marker=halo(24),
        hoverinfo="skip",
        showlegend=False,
        row=row,
    )

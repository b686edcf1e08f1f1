"""How well overlap recovers the domains: against tau, and over training steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.axes import step_axis
from explorer.figures.panels import once
from explorer.figures.recovery_marks import (
    ARI,
    CHANCE,
    NMI,
    RATIO,
    Line,
    add_chance,
    add_halo,
    add_undefined,
    add_values,
)
from explorer.figures.theme import PALETTE, faded, frame, safe

TITLES = {
    RATIO: "Overlap within ÷ across domains",
    ARI: "Adjusted Rand index of communities",
    NMI: "NMI of communities with domains",
    "domain_modularity": "Modularity of the domains",
    "modularity": "Modularity of the communities",
}
"""Measure → title of its panel."""
_UNTRAINED = PALETTE["none"]


def over_tau(points: pd.DataFrame, *, mark: float | None = None) -> go.Figure:
    """A panel for each measure against tau: a run, and its untrained control in grey.

    points: label, control (bool), tau, n, and the measures: ratio (log axis) with low
    and high, ari and nmi with what chance stays below in 95% of cases, and both
    modularities. A measure that is not defined at a tau has a cross at the foot of its
    panel. mark: tau to point out.
    """
    measures = list(TITLES)
    lines = [
        Line(
            safe(label),
            line.sort_values("tau"),
            line["tau"],
            _UNTRAINED if control else PALETTE["experts"],
            int(control),
        )
        for (label, control), line in points.groupby(["label", "control"], sort=False)
    ]
    figure = _panels(measures, points, lines)
    if mark is not None:
        figure.add_vline(
            x=mark, line={"color": faded(PALETTE["none"], 0.6), "width": 1, "dash": "dash"}
        )
    figure.update_xaxes(dtick=0.1, tickformat=".1f", range=[0.485, 0.965])
    figure.update_xaxes(title_text="expertise threshold τ", row=len(measures))
    return figure


def over_steps(points: pd.DataFrame, *, selected: str | None = None) -> go.Figure:
    """Ratio (log axis) with its 95% interval and adjusted Rand index over training
    steps, a curve for each model.

    points: run, family, label, step (NaN where unknown), n and the measures of
    `over_tau`. Models differ by mark and dash. A measure that is not defined at a step
    has a cross at the foot of its panel. selected: run to ring.
    """
    axis = step_axis(points["step"].tolist())
    families = list(dict.fromkeys(points["family"]))
    lines = []
    for number, family in enumerate(families):
        line = points[points["family"] == family]
        shift = (number - (len(families) - 1) / 2) * 0.012 * axis.span
        x = pd.Series([axis.place(step) + shift for step in line["step"]], line.index)
        # A run of unknown step is a point of its own: a line would claim that it
        # follows from the others.
        parts = (x[line["step"].notna()].sort_values(), x[line["step"].isna()])
        lines += [
            Line(safe(family), line.loc[x.index], x, PALETTE["experts"], number)
            for x in parts
            if len(x)
        ]
    figure = _panels([RATIO, ARI], points, lines, selected=selected)
    values, texts = zip(*axis.ticks, strict=True)
    edge = 0.08 * axis.span
    figure.update_xaxes(
        tickvals=values, ticktext=texts, range=[axis.first - edge, axis.final + edge]
    )
    return figure.update_xaxes(title_text="training step (log scale)", row=2)


def _panels(
    measures: Sequence[str],
    points: pd.DataFrame,
    lines: Sequence[Line],
    *,
    selected: str | None = None,
) -> go.Figure:
    rows = len(measures)
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.26 / rows)
    seen: set[str] = set()
    for row, measure in enumerate(measures, 1):
        low, high = _range(points, measure)
        at = {"row": row, "col": 1}
        if measure in (RATIO, ARI):
            value = 1.0 if measure == RATIO else 0.0
            figure.add_hline(y=value, line={"color": PALETTE["chance"], "width": 1}, **at)
        for line in lines:
            add_values(figure, line, measure, low, in_legend=once(seen, line.name), **at)
            add_undefined(figure, line, measure, low, **at)
            add_chance(figure, line, measure, **at)
            if selected is not None:
                add_halo(figure, line, measure, selected, **at)
        axis = _log_axis(low, high) if measure == RATIO else {"range": [low, high]}
        figure.update_yaxes(**axis, **at)
        figure.add_annotation(**_title(measure, row))
    return frame(figure, height=150 + 235 * rows).update_layout(margin={"t": 56})


def _title(measure: str, row: int) -> dict[str, object]:
    at = "" if row == 1 else str(row)
    return {
        "text": f"<b>{TITLES[measure]}</b>",
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
        "x": 0,
        "y": 1,
        "xref": f"x{at} domain",
        "yref": f"y{at} domain",
    }


def _range(points: pd.DataFrame, measure: str) -> tuple[float, float]:
    if measure == RATIO:
        return _range_of_ratio(points)
    columns = [measure, *([CHANCE[measure]] if measure in CHANCE else [])]
    values = points[columns].to_numpy(float)
    low, high = np.nanmin(values, initial=0.0), np.nanmax(values, initial=0.2)
    return min(0.0, float(low)) - 0.06, float(high) + 0.06


def _range_of_ratio(points: pd.DataFrame) -> tuple[float, float]:
    """A decade around the ratios: a wide interval would flatten all others."""
    ratios = points[RATIO][np.isfinite(points[RATIO]) & (points[RATIO] > 0)]
    bottom = float(ratios.min()) if len(ratios) else 1.0
    top = float(ratios.max()) if len(ratios) else 1.0
    low, high = points["low"].min(skipna=True), points["high"].max(skipna=True)
    lowest = bottom if pd.isna(low) else max(float(low), bottom / 10)
    highest = top if pd.isna(high) else min(float(high), top * 10)
    return min(lowest, bottom, 0.8) / 1.3, max(highest, top, 1.25) * 1.3


def _log_axis(low: float, high: float) -> dict[str, object]:
    """Ticks that name whole numbers: plotly's own between two decades are single
    digits.
    """
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    steps = (1, 2, 5) if last - first <= 3 else (1,)
    ticks = [digit * 10.0**decade for decade in range(first, last + 1) for digit in steps]
    names = [f"{tick:g}" for tick in ticks]
    return {
        "type": "log",
        "range": [np.log10(low), np.log10(high)],
        "tickvals": ticks,
        "ticktext": names,
    }

"""How well overlap recovers the domains: against tau, and over training steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.axes import step_axis
from explorer.figures.curves import DASHES, SYMBOLS
from explorer.figures.panels import once
from explorer.figures.theme import PALETTE, faded, frame, safe

RATIO, ARI, NMI = "ratio", "ari", "nmi"
TITLES = {
    RATIO: "Overlap within ÷ across domains",
    ARI: "Adjusted Rand index of communities",
    NMI: "NMI of communities with domains",
    "domain_modularity": "Modularity of the domains",
    "modularity": "Modularity of the communities",
}
"""Measure → title of its panel."""
_CHANCE = {ARI: "ari_chance", NMI: "nmi_chance"}
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
        (
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
            (safe(family), line.loc[x.index], x, PALETTE["experts"], number)
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


_Line = tuple[str, pd.DataFrame, pd.Series, str, int]
"""Legend entry, points, their x, colour, number of the mark and dash."""


def _panels(
    measures: Sequence[str],
    points: pd.DataFrame,
    lines: Sequence[_Line],
    *,
    selected: str | None = None,
) -> go.Figure:
    rows = len(measures)
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.26 / rows)
    seen: set[str] = set()
    for row, measure in enumerate(measures, 1):
        low, high = _range(points, measure)
        if measure in (RATIO, ARI):
            value = 1.0 if measure == RATIO else 0.0
            figure.add_hline(y=value, line={"color": PALETTE["chance"], "width": 1}, row=row, col=1)
        for line in lines:
            _curve(figure, row, measure, line, low, seen)
            if selected is not None:
                _ring(figure, row, measure, line, selected)
        figure.update_yaxes(
            **(_log_axis(low, high) if measure == RATIO else {"range": [low, high]}), row=row, col=1
        )
        title = {
            "text": f"<b>{TITLES[measure]}</b>",
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "bottom",
        }
        at = "" if row == 1 else str(row)
        figure.add_annotation(**title, x=0, y=1, xref=f"x{at} domain", yref=f"y{at} domain")
    return frame(figure, height=150 + 235 * rows).update_layout(margin={"t": 56})


def _curve(
    figure: go.Figure, row: int, measure: str, line: _Line, foot: float, seen: set[str]
) -> None:
    name, points, x, colour, number = line
    at: dict[str, Any] = {"row": row, "col": 1}
    common = {"legendgroup": name, "showlegend": False}
    if measure == RATIO:
        # The axis is cut where an interval says next to nothing, and so is the
        # interval.
        errors = {
            "array": points["high"] - points[RATIO],
            "arrayminus": points[RATIO] - points["low"].clip(lower=foot),
            "symmetric": False,
        }
        bars = {"error_y": errors | {"thickness": 1.5, "width": 4, "color": faded(colour, 0.6)}}
    else:
        bars = {}
    drawable = np.isfinite(points[measure]) & ((points[measure] > 0) | (measure != RATIO))
    shown = points[measure].where(drawable)
    dash, symbol = DASHES[number % len(DASHES)], SYMBOLS[number % len(SYMBOLS)]
    marker = {"color": colour, "symbol": symbol, "size": 8}
    figure.add_scatter(
        x=x,
        y=shown,
        mode="lines+markers",
        name=name,
        legendgroup=name,
        showlegend=once(seen, name),
        line={"color": colour, "width": 2, "dash": dash},
        marker=marker,
        customdata=_custom(points),
        hovertemplate=_hover(measure),
        **bars,
        **at,
    )
    missing = ~drawable
    if missing.any():
        figure.add_scatter(
            x=x[missing],
            y=[foot * 1.15 if measure == RATIO else foot] * int(missing.sum()),
            mode="markers",
            marker={
                "color": colour,
                "symbol": "x-thin",
                "size": 9,
                "line": {"color": colour, "width": 2},
            },
            text=[_why(value) for value in points.loc[missing, measure]],
            customdata=_custom(points[missing]),
            hovertemplate="<b>%{customdata[1]}</b>, τ "
            "%{customdata[2]:.2f}<br>%{text}<extra></extra>",
            cliponaxis=False,
            **common,
            **at,
        )
    if measure in _CHANCE:
        chance = {"color": colour, "width": 1, "dash": "dot"}
        figure.add_scatter(
            x=x,
            y=points[_CHANCE[measure]],
            mode="lines",
            line=chance,
            hovertemplate="by chance, 95% below %{y:.2f}<extra></extra>",
            **common,
            **at,
        )


def _ring(figure: go.Figure, row: int, measure: str, line: _Line, selected: str) -> None:
    _, points, x, _, _ = line
    chosen = points["run"] == selected
    mark = {"symbol": "circle-open", "size": 19, "color": PALETTE["chance"], "line": {"width": 2}}
    figure.add_scatter(
        x=x[chosen],
        y=points.loc[chosen, measure],
        mode="markers",
        marker=mark,
        hoverinfo="skip",
        showlegend=False,
        row=row,
        col=1,
    )


def _range(points: pd.DataFrame, measure: str) -> tuple[float, float]:
    if measure != RATIO:
        values = points[[measure, *([_CHANCE[measure]] if measure in _CHANCE else [])]].to_numpy(
            float
        )
        return min(0.0, float(np.nanmin(values, initial=0.0))) - 0.06, float(
            np.nanmax(values, initial=0.2)
        ) + 0.06
    ratios = points[RATIO][np.isfinite(points[RATIO]) & (points[RATIO] > 0)]
    bottom, top = (
        float(ratios.min()) if len(ratios) else 1.0,
        float(ratios.max()) if len(ratios) else 1.0,
    )
    # A decade around the ratios: an interval over many decades would flatten all
    # others.
    low = (
        max(float(points["low"].min(skipna=True)), bottom / 10)
        if points["low"].notna().any()
        else bottom
    )
    high = (
        min(float(points["high"].max(skipna=True)), top * 10)
        if points["high"].notna().any()
        else top
    )
    return min(low, bottom, 0.8) / 1.3, max(high, top, 1.25) * 1.3


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


def _why(value: float) -> str:
    if value == 0:
        return "no overlap within domains: 0"
    return (
        "no overlap across domains: infinite"
        if value == np.inf
        else "not defined: no concepts overlap"
    )


def _custom(points: pd.DataFrame) -> np.ndarray:
    labels = [safe(label) for label in points["label"]]
    return np.array(
        [points["run"], labels, *(points[c] for c in ("tau", "low", "high", "n"))], dtype=object
    ).T


def _hover(measure: str) -> str:
    value = (
        "%{y:.2f}× [%{customdata[3]:.2f}, %{customdata[4]:.2f}]" if measure == RATIO else "%{y:.3f}"
    )
    return (
        f"<b>%{{customdata[1]}}</b>, τ %{{customdata[2]:.2f}}<br>{value}<br>n = "
        f"%{{customdata[5]}}<extra></extra>"
    )

"""Overlap within concept against the size of a set: what more sentences gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import error_bars
from explorer.figures.panels import once
from explorer.figures.stability_grid import legend_key, paper_mark
from explorer.figures.theme import PALETTE, frame, safe
from explorer.measure.stability_grid import PAPER, SIZES

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "triangle-up", "cross", "x", "star")


def by_size(
    points: pd.DataFrame, *, along: str, colours: Mapping[str, str], paper: bool = False
) -> go.Figure:
    """Overlap within concept against the size of one set, with 95% intervals.

    points: source, n_positive, n_negative, mean, low, high, n, shared (share of the
    sentences of that set that two folds have in common). along: the column on the x
    axis; the other one is told by dash and mark. paper: point out what the paper
    reports, at its set size where the axis reaches it, else as a dotted line.
    """
    other = next(size for size in SIZES if size != along)
    sizes, others = (sorted(points[size].unique().tolist()) for size in (along, other))
    names = sorted(points["source"].unique())
    gap = min(np.diff(sizes), default=max(sizes[0], 1))
    lines = [(name, size) for name in names for size in others]
    figure = go.Figure()
    seen: set[str] = set()
    for place, (name, size) in enumerate(lines):
        line = points[(points["source"] == name) & (points[other] == size)].sort_values(along)
        if line.empty:
            continue
        shift = gap * 0.5 * ((place + 0.5) / len(lines) - 0.5)
        figure.add_scatter(
            x=line[along] + shift,
            y=line["mean"],
            error_y=_bars(line, colours[name]),
            mode="lines+markers",
            line={
                "color": colours[name],
                "width": 1.5,
                "dash": _DASHES[others.index(size) % len(_DASHES)],
            },
            marker={"size": 7, "symbol": _SYMBOLS[others.index(size) % len(_SYMBOLS)]},
            name=safe(name),
            legendgroup=f"source {name}",
            showlegend=once(seen, name),
            customdata=line[[along, "low", "high", "n", "shared"]],
            hovertemplate=f"<b>{safe(name)}</b>, {SIZES[other]} {size:,}<br>{SIZES[along]} "
            "%{customdata[0]:,}: %{y:.3f} [%{customdata[1]:.3f}, %{customdata[2]:.3f}]<br>"
            "n = %{customdata[3]} concepts<br>two folds share %{customdata[4]:.1%} of its "
            "sentences<extra></extra>",
        )
    for number, size in enumerate(others):
        legend_key(
            figure,
            f"{SIZES[other]} {size:,}",
            _DASHES[number % len(_DASHES)],
            _SYMBOLS[number % len(_SYMBOLS)],
        )
    if paper:
        _paper_at(
            figure, PAPER.n_positive if along == "n_positive" else PAPER.n_negative, sizes, seen
        )
    figure.update_xaxes(
        title_text=f"{SIZES[along]}, sentences", tickvals=sizes, ticktext=[f"{s:,}" for s in sizes]
    )
    figure.update_xaxes(range=[sizes[0] - 0.5 * gap, sizes[-1] + 0.5 * gap])
    figure.update_yaxes(title_text="overlap within concept (Jaccard)")
    return frame(figure, height=480)


def _bars(line: pd.DataFrame, colour: str) -> dict[str, object]:
    return error_bars(line["mean"], line["low"], line["high"], colour, thickness=1.3, width=3)


def _paper_at(figure: go.Figure, size: int, sizes: Sequence[int], seen: set[str]) -> None:
    mark = paper_mark(seen)
    if sizes[0] <= size <= sizes[-1]:
        figure.add_scatter(x=[size], y=[PAPER.overlap], **mark)
        return
    line = {"color": PALETTE["experts"], "width": 1, "dash": "dot"}
    figure.add_scatter(
        x=[sizes[0], sizes[-1]], y=[PAPER.overlap] * 2, **{**mark, "mode": "lines", "line": line}
    )

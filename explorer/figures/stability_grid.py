"""Overlap over set sizes and sources: the paper's grid as small multiples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.panels import once
from explorer.figures.stability import NAMES, headed
from explorer.figures.theme import PALETTE, band, faded, frame, safe
from explorer.measure.stability_grid import PAPER, SIZES

SOURCE_COLOURS = ("#8C0DF2", "#009E73", "#E69F00", "#CC79A7", "#A6BF73", "#8C4026", "#0072B2")
"""Of theme.DOMAIN_COLORS, without the two that mean within and between on the same
page.
"""
_STYLE = {"within": ("solid", "circle"), "between": ("dash", "square")}
_PAPER = (
    f"paper, ≈ {PAPER.overlap:.2f} within concept at N⁺ {PAPER.n_positive}, N⁻ "
    f"{PAPER.n_negative:,} (not ours)"
)


def source_colours(names: Iterable[str]) -> dict[str, str]:
    """Source → colour, by its place among all names given: give all sources that there
    are.
    """
    return {
        name: SOURCE_COLOURS[k % len(SOURCE_COLOURS)] for k, name in enumerate(sorted(set(names)))
    }


def grid(
    curves: pd.DataFrame, *, colours: Mapping[str, str], title: str = "", mark: float | None = None
) -> go.Figure:
    """Overlap over tau with 95% bands: a column for each N⁺, a row for each N⁻, a
    colour for each source.

    curves: source, n_positive, n_negative, tau, kind (a key of NAMES), mean, low, high,
    n. mark: tau to point out. The axes are those of Fig. 1 of arXiv 2502.15090.
    """
    columns, rows = (sorted(curves[size].unique().tolist()) for size in SIZES)
    figure = make_subplots(
        rows=len(rows),
        cols=len(columns),
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.06 / len(columns),
        vertical_spacing=0.12 / len(rows),
        column_titles=[f"N⁺ {size:,}" for size in columns],
        row_titles=[f"N⁻ {size:,}" for size in rows],
        x_title="expertise threshold τ",
        y_title="overlap (Jaccard)",
    )
    figure.update_annotations(font_size=13)
    seen: set[str] = set()
    for (n_positive, n_negative), panel in curves.groupby(["n_positive", "n_negative"]):
        at = {"row": rows.index(n_negative) + 1, "col": columns.index(n_positive) + 1}
        _chance(figure, panel, at, seen)
        for source, lines in panel.groupby("source"):
            _lines(figure, lines, str(source), colours[str(source)], at, seen)
        if (n_positive, n_negative) == PAPER[:2]:
            figure.add_scatter(
                x=[PAPER.tau], y=[PAPER.overlap], cliponaxis=False, **paper_mark(seen), **at
            )
    _keys(figure, [kind for kind in _STYLE if (curves["kind"] == kind).any()])
    if mark is not None:
        figure.add_vline(
            x=mark, line={"color": faded(PALETTE["none"], 0.6), "width": 1, "dash": "dash"}
        )
    # Five columns on a phone leave room for two labels each.
    figure.update_xaxes(tickvals=[0.6, 0.8], tickformat=".1f", range=[0.48, 0.97])
    figure.update_yaxes(range=[-0.03, 1.03], dtick=0.5)
    frame(figure, height=225 + 165 * len(rows)).update_layout(
        margin={"t": 64, "l": 56, "r": 34, "b": 150}
    )
    return headed(figure, title, "") if title else figure


def _chance(figure: go.Figure, panel: pd.DataFrame, at: Mapping[str, int], seen: set[str]) -> None:
    """What random sets give, one thin grey line a source and kind."""
    x: list[float] = []
    y: list[float] = []
    for _, line in panel[panel["kind"].str.endswith("by chance")].groupby(["source", "kind"]):
        x += [*line["tau"], np.nan]
        y += [*line["mean"], np.nan]
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": PALETTE["chance"], "width": 1},
        name="by chance (random sets of these sizes)",
        legendgroup="chance",
        showlegend=once(seen, "chance"),
        hovertemplate="by chance, τ = %{x:.2f}: %{y:.3f}<extra></extra>",
        **at,
    )


def _lines(
    figure: go.Figure,
    lines: pd.DataFrame,
    source: str,
    colour: str,
    at: Mapping[str, int],
    seen: set[str],
) -> None:
    """Within and between of one source in one panel."""
    group = {"legendgroup": f"source {source}"}
    for kind, (dash, symbol) in _STYLE.items():
        line = lines[lines["kind"] == kind].sort_values("tau")
        if line.empty:
            continue
        figure.add_scatter(**band(line["tau"], line["low"], line["high"], colour), **group, **at)
        figure.add_scatter(
            x=line["tau"],
            y=line["mean"],
            mode="lines+markers",
            line={"color": colour, "width": 1.5, "dash": dash},
            marker={"size": 4, "symbol": symbol},
            name=safe(source),
            showlegend=once(seen, source),
            customdata=line[["low", "high", "n", "n_positive", "n_negative"]],
            hovertemplate=f"<b>{safe(source)}</b>, N⁺ %{{customdata[3]:,}}, N⁻ "
            f"%{{customdata[4]:,}}<br>{NAMES[kind]}, "
            "τ = %{x:.2f}: %{y:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<br>n = "
            "%{customdata[2]:,}"
            "<extra></extra>",
            **group,
            **at,
        )


def _keys(figure: go.Figure, kinds: Sequence[str]) -> None:
    """Legend entries that tell the dashes apart, whatever the colour."""
    for kind in kinds:
        dash, symbol = _STYLE[kind]
        legend_key(figure, NAMES[kind], dash, symbol)


def legend_key(figure: go.Figure, name: str, dash: str, symbol: str) -> None:
    """A legend entry in grey for what a dash and a mark mean."""
    line, marker = (
        {"color": PALETTE["none"], "width": 2, "dash": dash},
        {"symbol": symbol, "size": 7},
    )
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="lines+markers",
        name=name,
        line=line,
        marker=marker,
        hoverinfo="skip",
    )


def paper_mark(seen: set[str]) -> dict[str, object]:
    """How the paper's result is drawn: a star, named as not ours."""
    return {
        "mode": "markers",
        "marker": {
            "symbol": "star",
            "size": 12,
            "color": PALETTE["experts"],
        },
        "name": _PAPER,
        "showlegend": once(seen, "paper"),
        "hovertemplate": f"{_PAPER}<extra></extra>",
    }

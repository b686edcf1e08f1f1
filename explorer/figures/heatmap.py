"""Overlap of every two concepts as a heatmap, ordered by domain or by a tree that hangs
beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.figures.dendrogram import draw_tree
from explorer.figures.theme import PALETTE, domain_styles, faded, frame, safe
from explorer.measure.graph.linkage import Tree

NO_DOMAIN = "no domain"
NAMED = 60
"""Heatmaps of more concepts than this name no concepts along the axis; hovering does.
"""
_TREE, _MATRIX = (0.0, 0.27), (0.275, 1.0)
"""Shares of the width for the tree and for the matrix beside it."""


def heatmap(
    matrix: np.ndarray,
    words: Sequence[str],
    domains: Sequence[str | None],
    *,
    tree: Tree | None = None,
    top: float | None = None,
) -> go.Figure:
    """Overlap of every two concepts; the diagonal, always 1, is left out.

    Ordered by domain, or, where there is a `tree` of these concepts, by its leaves, and
    the tree stands to the left with its leaves at the rows. top: overlap of the
    strongest colour, the greatest off the diagonal by default.
    """
    order = tree.order if tree is not None else domain_order(domains)
    names = [safe(words[i]) for i in order]
    groups = [domains[i] or NO_DOMAIN for i in order]
    shown = np.array(matrix, float)[np.ix_(order, order)]
    np.fill_diagonal(shown, np.nan)
    figure = go.Figure(_matrix(shown, names, groups, top))
    edge = {"showgrid": False, "zeroline": False, "showline": False}
    n = len(names)
    ticks: dict[str, object] = {"showticklabels": False}
    if n <= NAMED:
        ticks = {"tickvals": list(range(n)), "ticktext": names, "tickfont": {"size": 10}}
    elif tree is None:
        ticks = _group_ticks(groups)
    figure.update_yaxes(
        **ticks, **edge, range=[n - 0.5, -0.5], side="left" if tree is None else "right"
    )
    across = {"showticklabels": False} if tree is not None else _group_ticks(groups)
    figure.update_xaxes(**across, **edge, range=[-0.5, n - 0.5], tickangle=-90)
    if tree is None:
        _outline(figure, groups)
    else:
        figure.update_layout(xaxis={"domain": _MATRIX})
        draw_tree(figure, tree, words, domains, share=_TREE)
    return frame(figure, height=max(640, 120 + 13 * n if n <= NAMED else 700))


def colour_scale() -> list[list[object]]:
    """Of experts, from nothing to the strongest."""
    colour = PALETTE["experts"]
    # Opacity instead of lightness: zero is the page itself, light or dark.
    shades = ((0, faded(colour, 0)), (0.25, faded(colour, 0.4)), (0.5, faded(colour, 0.68)))
    return [*map(list, shades), [1, colour]]


def colour_bar(title: str) -> dict[str, object]:
    """A bar that lies above the right end of the figure."""
    return {
        "title": {"text": title, "side": "top"},
        "orientation": "h",
        "thickness": 10,
        "outlinewidth": 0,
        "nticks": 5,
        "y": 1.0,
        "yanchor": "bottom",
        "len": 0.5,
        "x": 1.0,
        "xanchor": "right",
    }


def domain_order(domains: Sequence[str | None]) -> list[int]:
    """Indices of the concepts, domain by domain in the order of the legend, those
    without one last.
    """
    rank = {name: position for position, name in enumerate(domain_styles(domains))}
    return sorted(range(len(domains)), key=lambda i: (rank.get(domains[i] or "", len(rank)), i))


def _matrix(
    shown: np.ndarray, names: Sequence[str], groups: Sequence[str], top: float | None
) -> go.Heatmap:
    return go.Heatmap(
        z=shown,
        zmin=0,
        zmax=top if top is not None else max(float(np.nanmax(shown, initial=0.0)), 1e-6),
        colorscale=colour_scale(),
        colorbar=colour_bar("overlap"),
        customdata=_corners(names, groups),
        hovertemplate=(
            "<b>%{customdata[0]} – %{customdata[1]}</b><br>overlap %{z:.3f}"
            "<br>%{customdata[2]} × %{customdata[3]}<extra></extra>"
        ),
        hoverongaps=False,
    )


def _group_ticks(groups: Sequence[str]) -> dict[str, object]:
    starts = [i for i, group in enumerate(groups) if i == 0 or groups[i - 1] != group]
    middles = [(a + b - 1) / 2 for a, b in itertools.pairwise([*starts, len(groups)])]
    return {
        "tickvals": middles,
        "ticktext": [safe(groups[i]) for i in starts],
        "tickfont": {"size": 11},
    }


def _corners(names: Sequence[str], groups: Sequence[str]) -> np.ndarray:
    n = len(names)
    sides = np.array([list(names), [safe(group) for group in groups]], dtype=object)
    rows, columns = np.repeat(sides[:, :, None], n, 2), np.repeat(sides[:, None, :], n, 1)
    return np.stack([rows[0], columns[0], rows[1], columns[1]], axis=-1)


def _outline(figure: go.Figure, groups: Sequence[str]) -> None:
    styles = domain_styles(group for group in groups if group != NO_DOMAIN)
    start = 0
    for end in range(1, len(groups) + 1):
        if end < len(groups) and groups[end] == groups[start]:
            continue
        if groups[start] != NO_DOMAIN:
            corner = {"x0": start - 0.5, "x1": end - 0.5, "y0": start - 0.5, "y1": end - 0.5}
            figure.add_shape(
                type="rect", **corner, line={"color": styles[groups[start]][0], "width": 2}
            )
        start = end

"""Concepts by their overlap: a network and a heatmap, with the domains in colour."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, domain_styles, faded, frame, safe

_WIDE, _TALL = (420.0, 270.0), (230.0, 380.0)
"""Half the width and height of the drawing on a desk and on a phone, in pixels at its natural size."""
_ROOM = (74.0, 44.0)
"""Least distance of two nodes beside and above each other, so that labels stay legible."""
_NO_DOMAIN = "no domain"
_LABELLED = 60
"""Heatmaps of more concepts than this name domains, not concepts, along the axes."""


def network_data(
    matrix: np.ndarray,
    words: Sequence[str],
    domains: Sequence[str | None],
    positions: Mapping[str, tuple[float, float]],
    *,
    n_edges: int,
    selected: str | None = None,
) -> dict[str, object]:
    """What the network component draws: nodes, the `n_edges` strongest edges above 0, and the legend.

    matrix: (concepts, concepts) overlap. positions: word → (x, y) in about [-1, 1]; a node gets pixels for a
    wide and for a tall canvas. Plain data only; the component writes words as text, never as HTML.
    """
    styles = domain_styles(domains)
    grey = PALETTE["none"]
    places = np.array([positions[word] for word in words]).reshape(-1, 2)
    wide, tall = spread(places, _WIDE).round(1).tolist(), spread(places, _TALL).round(1).tolist()
    nodes = [
        {
            "id": word,
            "label": word,
            "title": f"{word} · {domain or _NO_DOMAIN}",
            "color": styles[domain][0] if domain else grey,
            "shape": styles[domain][1] if domain else "dot",
            "wide": wide[n],
            "tall": tall[n],
        }
        for n, (word, domain) in enumerate(zip(words, domains, strict=True))
    ]
    edges = [
        {
            "from": words[a],
            "to": words[b],
            "overlap": round(float(matrix[a, b]), 4),
            "color": grey if across else styles[str(domains[a])][0],
            "across": across,
        }
        for a, b in strongest(matrix, n_edges)
        for across in [domains[a] is None or domains[a] != domains[b]]
    ]
    legend = [{"name": name, "color": colour, "shape": shape} for name, (colour, shape) in styles.items()]
    return {"nodes": nodes, "edges": edges, "legend": legend, "selected": selected}


def spread(places: np.ndarray, half: tuple[float, float] = _WIDE, rounds: int = 200) -> np.ndarray:
    """(n, 2) pixels of (n, 2) positions scaled to ±half, pushed apart until no two labels collide.

    Deterministic; a crowd that cannot be resolved in so many rounds stays a little crowded.
    """
    span = np.abs(places).max(axis=0, initial=0.0)
    # Distances in units of the room a node needs; a tiny spiral separates nodes at the same place.
    turn = np.arange(len(places))
    start = places / np.where(span > 0, span, 1.0) * np.array(half) / np.array(_ROOM)
    unit = start + 1e-3 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for _ in range(rounds):
        away = unit[:, None] - unit[None]
        distance = np.sqrt((away**2).sum(-1)) + np.eye(len(unit))
        push = np.clip(1.0 - distance, 0.0, None)
        if push.max(initial=0.0) < 0.02:
            break
        unit = unit + 0.4 * (away / distance[..., None] * push[..., None]).sum(1)
    pixels: np.ndarray = unit * np.array(_ROOM)
    return pixels


def strongest(matrix: np.ndarray, n_edges: int) -> list[tuple[int, int]]:
    """Index pairs (a < b) of the greatest overlaps above 0, in descending order."""
    a, b = np.triu_indices(len(matrix), 1)
    values = matrix[a, b]
    order = np.argsort(-values, kind="stable")[: max(n_edges, 0)]
    return [(int(a[k]), int(b[k])) for k in order if values[k] > 0]


@functools.cache
def network_script() -> str:
    """The component's module: the vis-network that pyvis ships, then our drawing code."""
    library = resources.files("pyvis").joinpath("lib", "vis-9.1.2", "vis-network.min.js").read_text("utf-8")
    ours = resources.files("explorer.figures").joinpath("network.js").read_text("utf-8")
    return f"{library}\n{ours}"


@functools.cache
def network_style() -> str:
    """The component's style sheet."""
    return resources.files("explorer.figures").joinpath("network.css").read_text("utf-8")


def heatmap(
    matrix: np.ndarray, words: Sequence[str], domains: Sequence[str | None], *, top: float | None = None
) -> go.Figure:
    """Overlap of every two concepts, ordered by domain; the diagonal, always 1, is left out.

    top: overlap of the strongest colour, the greatest off the diagonal by default.
    """
    order = domain_order(domains)
    names = [safe(words[i]) for i in order]
    groups = [domains[i] or _NO_DOMAIN for i in order]
    shown = np.array(matrix, float)[np.ix_(order, order)]
    np.fill_diagonal(shown, np.nan)
    colour = PALETTE["experts"]
    figure = go.Figure()
    figure.add_heatmap(
        z=shown,
        zmin=0,
        zmax=top if top is not None else max(float(np.nanmax(shown, initial=0.0)), 1e-6),
        # Opacity instead of lightness: zero is the page itself, light or dark.
        colorscale=[[0, faded(colour, 0)], [0.25, faded(colour, 0.4)], [0.5, faded(colour, 0.68)], [1, colour]],
        colorbar={"title": {"text": "overlap", "side": "top"}, "orientation": "h", "thickness": 10, "outlinewidth": 0},
        customdata=_corners(names, groups),
        hovertemplate=(
            "<b>%{customdata[0]} – %{customdata[1]}</b><br>overlap %{z:.3f}"
            "<br>%{customdata[2]} × %{customdata[3]}<extra></extra>"
        ),
        hoverongaps=False,
    )
    _groups(figure, groups)
    if len(names) <= _LABELLED:
        ticks = {"tickvals": list(range(len(names))), "ticktext": names, "tickfont": {"size": 10}}
    else:
        starts = [i for i, group in enumerate(groups) if i == 0 or groups[i - 1] != group]
        middles = [(a + b - 1) / 2 for a, b in zip(starts, [*starts[1:], len(groups)], strict=True)]
        ticks = {"tickvals": middles, "ticktext": [safe(groups[i]) for i in starts], "tickfont": {"size": 11}}
    edge = {"showgrid": False, "zeroline": False, "range": [-0.5, len(names) - 0.5]}
    figure.update_xaxes(**ticks, **edge, tickangle=-90)
    figure.update_yaxes(**ticks, **edge | {"range": [len(names) - 0.5, -0.5]})
    return frame(figure, height=640)


def domain_order(domains: Sequence[str | None]) -> list[int]:
    """Indices of the concepts, domain by domain in the order of the legend, those without one last."""
    rank = {name: position for position, name in enumerate(domain_styles(domains))}
    return sorted(range(len(domains)), key=lambda i: (rank.get(domains[i] or "", len(rank)), i))


def _corners(names: Sequence[str], groups: Sequence[str]) -> np.ndarray:
    n = len(names)
    sides = np.array([list(names), [safe(group) for group in groups]], dtype=object)
    rows, columns = np.repeat(sides[:, :, None], n, 2), np.repeat(sides[:, None, :], n, 1)
    return np.stack([rows[0], columns[0], rows[1], columns[1]], axis=-1)


def _groups(figure: go.Figure, groups: Sequence[str]) -> None:
    styles = domain_styles(group for group in groups if group != _NO_DOMAIN)
    start = 0
    for end in range(1, len(groups) + 1):
        if end < len(groups) and groups[end] == groups[start]:
            continue
        if groups[start] != _NO_DOMAIN:
            corner = {"x0": start - 0.5, "x1": end - 0.5, "y0": start - 0.5, "y1": end - 0.5}
            figure.add_shape(type="rect", **corner, line={"color": styles[groups[start]][0], "width": 2})
        start = end

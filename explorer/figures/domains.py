"""The network of concepts by their overlap, with the domains in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.dendrogram import SYMBOLS
from explorer.figures.theme import PALETTE, domain_styles, frame, halo, safe

_WIDE, _TALL = (420.0, 270.0), (230.0, 380.0)
"""Half the width and height of the drawing on a desk and on a phone, in pixels at its
natural size.
"""
_ROOM = (74.0, 44.0)
"""Least distance of two nodes beside and above each other, so that labels stay legible.
"""
_NO_DOMAIN = "no domain"
_MANY = 80
"""Networks of more concepts than this have smaller marks and words."""
_EDGE = (0.8, 9.0)
"""Width in pixels of a link of no overlap, and what the greatest adds."""
_PAGE = 940
"""Width of the drawing in a file, in pixels."""


def network_data(
    matrix: np.ndarray,
    words: Sequence[str],
    domains: Sequence[str | None],
    positions: Mapping[str, tuple[float, float]],
    *,
    n_edges: int,
    selected: str | None = None,
) -> dict[str, object]:
    """What the network component draws: nodes, the `n_edges` strongest edges above 0,
    and the legend.

    matrix: (concepts, concepts) overlap. positions: word → (x, y) in about [-1, 1]; a
    node gets pixels for a wide and for a tall canvas. Plain data only; the component
    writes words as text, never as HTML.
    """
    styles, grey = domain_styles(domains), PALETTE["none"]
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
    return {**concepts_data(words, domains, positions), "edges": edges, "selected": selected}


def concepts_data(
    words: Sequence[str],
    domains: Sequence[str | None],
    positions: Mapping[str, tuple[float, float]],
) -> dict[str, object]:
    """The nodes and the legend of `network_data`."""
    styles, grey = domain_styles(domains), PALETTE["none"]
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
    legend = [
        {"name": name, "color": colour, "shape": shape} for name, (colour, shape) in styles.items()
    ]
    return {"nodes": nodes, "legend": legend}


def spread(places: np.ndarray, half: tuple[float, float] = _WIDE, rounds: int = 200) -> np.ndarray:
    """(n, 2) pixels of (n, 2) positions scaled to ±half, pushed apart until no two
    labels collide.

    Deterministic; a crowd that cannot be resolved in so many rounds stays a little
    crowded.
    """
    span = np.abs(places).max(axis=0, initial=0.0)
    # Distances in units of the room a node needs; a tiny spiral separates nodes at the
    # same place.
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


def network_figure(data: Mapping[str, Any]) -> go.Figure:
    """What the network component draws of `network_data`, as a figure for files.

    Edges have one of the looks of its "links", if it has some (name, color, dash).
    Raises KeyError for other data.
    """
    nodes, edges = data["nodes"], data["edges"]
    places = {node["id"]: node["wide"] for node in nodes}
    small = len(nodes) > _MANY
    traces = [
        *_links(edges, places, data.get("links")),
        *_concepts(nodes, data["legend"], small=small),
    ]
    if data.get("selected") in places:
        traces.append(_selection(*places[data["selected"]]))
    spans = _spans(np.array([*places.values()], float).reshape(-1, 2))
    (left, right), (top, bottom) = spans
    layout = {
        "xaxis": {"visible": False, "range": [left, right]},
        # The component counts downwards.
        "yaxis": {"visible": False, "range": [bottom, top]},
    }
    height = int(_PAGE * (bottom - top) / (right - left)) + 110
    return frame(go.Figure(traces, layout), height=height)


def _spans(places: np.ndarray) -> list[tuple[float, float]]:
    """Least and greatest coordinate with room for words: left and right, top and
    bottom.

    A few concepts stay small, in the middle.
    """
    spans = []
    for values, half, room in zip(places.T, _WIDE, _ROOM, strict=True):
        low, high = (values.min(), values.max()) if len(values) else (0.0, 0.0)
        reach = max((high - low) / 2 + room / 2, half / 2)
        spans.append(((low + high) / 2 - reach, (low + high) / 2 + reach))
    return spans


def _links(
    edges: Sequence[Mapping[str, Any]],
    places: Mapping[str, Any],
    links: Sequence[Mapping[str, str]] | None,
) -> list[dict[str, Any]]:
    """A trace for each look, the widest below, and what the looks mean."""
    greatest = max((edge["overlap"] for edge in edges), default=1.0)
    looks: dict[tuple[float, str, str], list[list[float | None]]] = {}
    for edge in edges:
        width = round(2 * (_EDGE[0] + _EDGE[1] * edge["overlap"] / greatest)) / 2
        dash = edge.get("dash", "dash" if edge["across"] else "solid")
        ends = looks.setdefault((width, edge["color"], dash), [])
        ends += [places[edge["from"]], places[edge["to"]], [None, None]]
    traces: list[dict[str, Any]] = [
        {
            "x": [end[0] for end in ends],
            "y": [end[1] for end in ends],
            "mode": "lines",
            "line": {"color": colour, "width": width, "dash": dash},
            "opacity": 0.65,
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for (width, colour, dash), ends in sorted(looks.items(), reverse=True)
    ]
    across = {"name": "across domains", "color": PALETTE["none"], "dash": "dash"}
    dashed = any(edge["across"] for edge in edges)
    for entry in links if links is not None else [across] * dashed:
        line = {"color": entry["color"], "width": 2, "dash": entry["dash"]}
        key = {"x": [None], "y": [None], "mode": "lines", "line": line, "showlegend": True}
        traces.append({**key, "name": entry["name"]})
    return traces


def _concepts(
    nodes: Sequence[Mapping[str, Any]], legend: Sequence[Mapping[str, Any]], *, small: bool
) -> list[dict[str, Any]]:
    """Marks and words, a trace for each domain, those without one below."""
    names = [(PALETTE["none"], "dot", _NO_DOMAIN)]
    names += [(entry["color"], entry["shape"], entry["name"]) for entry in legend]
    traces = []
    for colour, shape, name in names:
        shown = [node for node in nodes if (node["color"], node["shape"]) == (colour, shape)]
        if not shown:
            continue
        traces.append(
            {
                "x": [node["wide"][0] for node in shown],
                "y": [node["wide"][1] for node in shown],
                "text": [safe(node["label"]) for node in shown],
                "mode": "markers+text",
                "marker": {"color": colour, "symbol": SYMBOLS[shape], "size": 10 if small else 16},
                "textposition": "bottom center",
                "textfont": {"size": 11 if small else 14, "shadow": "auto"},
                "name": safe(name),
                "showlegend": True,
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _selection(x: float, y: float) -> dict[str, Any]:
    place = {"x": [x], "y": [y], "mode": "markers", "marker": halo(28)}
    return {**place, "hoverinfo": "skip", "showlegend": False}

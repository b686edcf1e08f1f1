"""The network of concepts by their overlap, with the domains in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.figures.theme import PALETTE, domain_styles

_WIDE, _TALL = (420.0, 270.0), (230.0, 380.0)
"""Half the width and height of the drawing on a desk and on a phone, in pixels at its
natural size.
"""
_ROOM = (74.0, 44.0)
"""Least distance of two nodes beside and above each other, so that labels stay legible.
"""
_NO_DOMAIN = "no domain"


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
    legend = [
        {"name": name, "color": colour, "shape": shape} for name, (colour, shape) in styles.items()
    ]
    return {"nodes": nodes, "edges": edges, "legend": legend, "selected": selected}


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

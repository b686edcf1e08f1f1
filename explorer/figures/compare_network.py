"""The networks of two runs in one layout: links of both, of the one, of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.figures.domains import concepts_data, strongest
from explorer.figures.theme import PALETTE

BOTH, ONLY_A, ONLY_B = "in both", "only in A", "only in B"
LOOKS = {
    BOTH: (PALETTE["none"], "solid"),
    ONLY_A: (PALETTE["A"], "dash"),
    ONLY_B: (PALETTE["B"], "dot"),
}
"""Colour and dash of links."""


def links(a: np.ndarray, b: np.ndarray, n_edges: int) -> list[tuple[int, int, str]]:
    """Index pairs of the `n_edges` strongest overlaps of each (C, C) matrix, and which
    of the two have them among these: those of both first.
    """
    in_a, in_b = strongest(a, n_edges), strongest(b, n_edges)
    also, mine = set(in_b), set(in_a)
    rows = [(*pair, BOTH) for pair in in_a if pair in also]
    rows += [(*pair, ONLY_A) for pair in in_a if pair not in also]
    return rows + [(*pair, ONLY_B) for pair in in_b if pair not in mine]


def network_data(
    edges: Sequence[tuple[int, int, str, float]],
    words: Sequence[str],
    domains: Sequence[str | None],
    positions: Mapping[str, tuple[float, float]],
) -> dict[str, object]:
    """What the network component draws, as `figures.domains.network_data`.

    edges: index pairs, one of the looks, and what their width shows.
    """
    shown = [kind for kind in LOOKS if any(edge[2] == kind for edge in edges)]
    return {
        **concepts_data(words, domains, positions),
        "edges": [
            {
                "from": words[i],
                "to": words[j],
                "overlap": round(float(overlap), 4),
                "color": LOOKS[kind][0],
                "dash": LOOKS[kind][1],
                "across": domains[i] is None or domains[i] != domains[j],
            }
            for i, j, kind, overlap in edges
        ],
        "links": [
            {"name": kind, "color": LOOKS[kind][0], "dash": LOOKS[kind][1]} for kind in shown
        ],
        "selected": None,
    }

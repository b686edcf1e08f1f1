"""Communities of a weighted network: the Louvain method on a dense matrix."""

from __future__ import annotations

import numpy as np

from explorer.measure.graph.partitions import modularity, off_diagonal

STARTS = 5
LEAST_GAIN = 1e-12


def communities(matrix: np.ndarray, seed: int = 0) -> np.ndarray:
    """(C,) community numbers, the largest community first: Louvain (Blondel et al.
    2008) on overlap as weight.

    The best modularity of a few seeded starts. A concept without overlap is alone.
    Dense arrays, because almost every two concepts overlap a little, and a graph of
    objects takes tens of times as long.
    """
    weights = off_diagonal(matrix)
    if not weights.any():
        return np.arange(len(weights))
    candidates = [
        _louvain(weights, np.random.default_rng([seed, start])) for start in range(STARTS)
    ]
    return _numbered(max(candidates, key=lambda codes: modularity(weights, codes)))


def _louvain(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    total = weights.sum()
    codes = np.arange(len(weights))
    # On the diagonal of an aggregated network stands what its nodes share inside, in
    # both directions.
    level = weights / total
    while True:
        moved = _local_moves(level, rng)
        names, moved = np.unique(moved, return_inverse=True)
        codes = moved[codes]
        if len(names) == len(level):
            return codes
        members = np.eye(len(names))[moved]
        level = members.T @ level @ members


def _local_moves(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move single nodes to the community that gains most until none gains; shares (n,
    n) sum to 1.
    """
    n = len(shares)
    strength = shares.sum(1)
    links = shares - np.diag(
        np.diag(shares)
    )  # of a node with each community; grows with its members
    inside = strength.copy()
    codes = np.arange(n)
    improved = True
    while improved:
        improved = False
        for node in rng.permutation(n):
            own = codes[node]
            others = inside.copy()
            others[own] -= strength[node]
            gain = links[node] - strength[node] * others
            best = int(gain.argmax())
            if gain[best] <= gain[own] + LEAST_GAIN:
                continue
            column = shares[:, node].copy()
            column[node] = 0.0
            links[:, own] -= column
            links[:, best] += column
            inside[own] -= strength[node]
            inside[best] += strength[node]
            codes[node], improved = best, True
    return codes


def _numbered(codes: np.ndarray) -> np.ndarray:
    _, first, inverse, sizes = np.unique(
        codes, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), int)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return np.asarray(rank[inverse])

"""A tree of concepts by their overlap: average linkage, and the order of leaves that
keeps neighbours alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from explorer.measure.graph.partitions import off_diagonal


@dataclass(frozen=True)
class Link:
    """Two branches joined at `height`: where each stands among the leaves, how high it
    ends, all leaves below.
    """

    places: tuple[float, float]
    ends: tuple[float, float]
    height: float
    leaves: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tree:
    """Merges of C concepts.

    order: (C,) concepts from first to last leaf. merges: (C - 1, 4) as scipy's linkage.
    cophenetic: correlation of the heights at which pairs meet with their distances
    (Sokal & Rohlf 1962) over `n_pairs`, NaN where either does not vary.
    """

    order: list[int]
    merges: np.ndarray
    cophenetic: float
    n_pairs: int

    def links(self) -> list[Link]:
        """The C - 1 joins to draw, lowest first; leaf k of the order stands at k."""
        n = len(self.order)
        places = dict(zip(self.order, map(float, range(n)), strict=True))
        ends, leaves = dict.fromkeys(range(n), 0.0), _singles(n)
        found = []
        for number, (first, second, height, _) in enumerate(self.merges, n):
            a, b = sorted((int(first), int(second)), key=lambda k: places[k])
            leaves[number] = leaves[a] + leaves[b]
            places[number], ends[number] = (places[a] + places[b]) / 2, float(height)
            found.append(
                Link((places[a], places[b]), (ends[a], ends[b]), float(height), leaves[number])
            )
        return found


def _singles(n: int) -> dict[int, tuple[int, ...]]:
    return {k: (k,) for k in range(n)}


def tree(matrix: np.ndarray) -> Tree:
    """The tree of an overlap matrix (C, C): average linkage (Sokal & Michener 1958) on
    1 - overlap.

    Branches are turned so that the distances of neighbouring leaves sum to the least
    (Bar-Joseph et al. 2001). Fewer than two concepts have no merge.
    """
    overlap = off_diagonal(matrix)
    n = len(overlap)
    if n < 2:
        return Tree(list(range(n)), np.empty((0, 4)), np.nan, 0)
    square = 1.0 - overlap - np.eye(n)
    distances = squareform(square, checks=False)
    merges = hierarchy.linkage(distances, "average")
    heights = hierarchy.cophenet(merges)
    varied = np.ptp(heights) > 0 and np.ptp(distances) > 0
    cophenetic = float(np.corrcoef(heights, distances)[0, 1]) if varied else np.nan
    return Tree(_optimal_order(merges, square), merges, cophenetic, len(distances))


def _optimal_order(merges: np.ndarray, distances: np.ndarray) -> list[int]:
    """Leaves in the order, among those that turning branches allows, whose neighbours'
    distances sum to the least.

    Bar-Joseph et al. (2001): the best inner sum for every pair of outer leaves, from
    the lowest branch up. Ours because scipy 1.17 falls short of it: a test lists all
    orders of small trees.
    """
    n = len(distances)
    leaves = {k: np.array([k]) for k in range(n)}
    joined: dict[
        int, np.ndarray
    ] = {}  # (leaves of the first branch, leaves of the second) best sum between them

    def between(node: int) -> np.ndarray:
        if node < n:
            return np.zeros((1, 1))
        rows, columns = joined[node].shape
        best = np.full((rows + columns, rows + columns), np.inf)
        best[:rows, rows:] = joined[node]
        best[rows:, :rows] = joined[node].T
        return best

    for node, (a, b) in enumerate(merges[:, :2].astype(int).tolist(), n):
        step = distances[np.ix_(leaves[a], leaves[b])]
        joined[node] = _least_sums(_least_sums(between(a), step), between(b))
        leaves[node] = np.concatenate([leaves[a], leaves[b]])
    root = between(2 * n - 2)
    first, last = np.unravel_index(root.argmin(), root.shape)
    order, left = [], [(2 * n - 2, int(first), int(last))]
    while left:
        node, start, end = left.pop()
        if node < n:
            order.append(node)
            continue
        a, b = merges[node - n, :2].astype(int).tolist()
        rows = len(leaves[a])
        in_a, in_b = (start, end - rows) if start < rows else (end, start - rows)
        total = (
            between(a)[in_a][:, None] + distances[np.ix_(leaves[a], leaves[b])] + between(b)[in_b]
        )
        last_of_a, first_of_b = (int(at) for at in np.unravel_index(total.argmin(), total.shape))
        # The stack gives back what was put last: the branch that holds `start` comes
        # out first.
        if start < rows:
            left += [(b, first_of_b, in_b), (a, in_a, last_of_a)]
        else:
            left += [(a, last_of_a, in_a), (b, in_b, first_of_b)]
    return order


def _least_sums(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(i, j) min over k of a_ik + b_kj, row by row to save memory."""
    return np.array([(row[:, None] + b).min(0) for row in a])

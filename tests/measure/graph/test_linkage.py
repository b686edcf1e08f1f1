from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import pearsonr

from explorer.measure.graph.linkage import tree


def overlaps(n: int, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).random((n, n))
    matrix = (drawn + drawn.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def slow_linkage(distances: np.ndarray) -> tuple[list[tuple[frozenset[int], float]], np.ndarray]:
    """Clusters in the order they are formed with their height, and the height at which
    each pair meets.
    """
    clusters = [frozenset([i]) for i in range(len(distances))]
    met, formed = np.zeros_like(distances), []
    while len(clusters) > 1:
        a, b = min(
            itertools.combinations(clusters, 2),
            key=lambda p: np.mean([distances[i, j] for i in p[0] for j in p[1]]),
        )
        height = float(np.mean([distances[i, j] for i in a for j in b]))
        for i, j in itertools.product(a, b):
            met[i, j] = met[j, i] = height
        clusters = [c for c in clusters if c not in (a, b)] + [a | b]
        formed.append((a | b, height))
    return formed, met


@pytest.mark.parametrize("seed", range(5))
def test_merges_and_cophenetic_correlation_equal_a_slow_plain_loop(seed: int) -> None:
    matrix = overlaps(9, seed)
    found = tree(matrix)
    formed, met = slow_linkage(1 - matrix)
    assert {frozenset(link.leaves): pytest.approx(link.height) for link in found.links()} == dict(
        formed
    )
    upper = np.triu_indices(9, 1)
    assert found.cophenetic == pytest.approx(pearsonr(met[upper], (1 - matrix)[upper]).statistic)
    assert found.n_pairs == 36


@pytest.mark.parametrize("seed", range(6))
def test_the_leaf_order_is_the_best_that_turning_branches_allows(seed: int) -> None:
    matrix = overlaps(7, seed)
    found = tree(matrix)

    def cost(order: tuple[int, ...]) -> float:
        return sum(1 - matrix[a, b] for a, b in itertools.pairwise(order))

    wholes = [set(link.leaves) for link in found.links()]
    allowed = [
        order
        for order in itertools.permutations(range(7))
        if all(
            max(places) - min(places) == len(whole) - 1
            for whole in wholes
            for places in [[order.index(leaf) for leaf in whole]]
        )
    ]
    assert len(allowed) == 2**6
    assert cost(tuple(found.order)) == pytest.approx(min(map(cost, allowed)))


def test_every_branch_stands_over_the_middle_of_its_two() -> None:
    found = tree(overlaps(8))
    at = {frozenset([leaf]): (float(place), 0.0) for place, leaf in enumerate(found.order)}
    for link in found.links():
        children = {(place, end) for place, end in zip(link.places, link.ends, strict=True)}
        assert children <= set(at.values())
        at[frozenset(link.leaves)] = (sum(link.places) / 2, link.height)
    assert sorted(found.links()[-1].leaves) == list(range(8))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_concept_has_a_tree_too(n: int) -> None:
    found = tree(np.eye(n))
    assert sorted(found.order) == list(range(n))
    assert len(found.links()) == max(n - 1, 0)
    assert np.isnan(found.cophenetic)


def test_no_overlap_at_all_has_no_cophenetic_correlation() -> None:
    assert np.isnan(tree(np.eye(6)).cophenetic)

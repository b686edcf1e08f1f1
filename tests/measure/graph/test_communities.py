from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from explorer.measure.graph.communities import communities
from explorer.measure.graph.partitions import modularity


def planted(sizes: list[int], seed: int = 0) -> np.ndarray:
    codes = np.repeat(range(len(sizes)), sizes)
    noise = np.random.default_rng(seed).uniform(0, 0.02, (len(codes), len(codes)))
    matrix = np.where(np.equal.outer(codes, codes), 0.4, 0.02) + (noise + noise.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_planted_communities_are_found_and_numbered_by_size() -> None:
    matrix = planted([2, 4, 4, 4])
    found = communities(matrix, 3)
    assert np.array_equal(found, communities(matrix, 3))
    assert found.tolist() == [3, 3, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]


def test_concepts_without_overlap_are_alone() -> None:
    assert communities(np.eye(4)).tolist() == [0, 1, 2, 3]
    assert communities(np.empty((0, 0))).tolist() == []


@pytest.mark.parametrize("seed", range(8))
def test_the_modularity_reaches_that_of_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.gamma(0.3, 1.0, (30, 30)) * np.where(
        np.equal.outer(np.arange(30) // 5, np.arange(30) // 5), 3, 1
    )
    matrix = np.triu(matrix, 1) + np.triu(matrix, 1).T
    graph = nx.from_numpy_array(matrix)
    rival = max(
        nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=start))
        for start in range(5)
    )
    assert modularity(matrix, communities(matrix)) >= rival - 0.01


def test_no_single_move_improves_what_was_found() -> None:
    matrix = planted([3, 5, 6], 4) ** 2
    codes = communities(matrix)
    best = modularity(matrix, codes)
    for node in range(len(codes)):
        for other in range(codes.max() + 2):
            moved = codes.copy()
            moved[node] = other
            assert modularity(matrix, moved) <= best + 1e-12

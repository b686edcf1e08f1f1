from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from explorer.measure.graph.partitions import (
    adjusted_rand_index,
    agreement_by_chance,
    modularity,
    normalized_mutual_information,
)

PARTITIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20)


@given(PARTITIONS)
def test_the_scores_of_two_partitions_equal_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    assert adjusted_rand_index(a, b) == pytest.approx(adjusted_rand_score(a, b), abs=1e-9)
    assert normalized_mutual_information(a, b) == pytest.approx(
        normalized_mutual_info_score(a, b), abs=1e-9
    )


@given(PARTITIONS)
def test_names_and_order_of_the_groups_do_not_matter(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    renamed = [f"group {3 - x}" for x in a]
    assert adjusted_rand_index(renamed, b) == pytest.approx(adjusted_rand_index(b, a))
    assert normalized_mutual_information(renamed, b) == pytest.approx(
        normalized_mutual_information(b, a)
    )


def test_unrelated_partitions_score_about_0_only_when_corrected_for_chance() -> None:
    rng = np.random.default_rng(0)
    draws = [(rng.integers(0, 10, 40), rng.integers(0, 10, 40)) for _ in range(200)]
    assert np.mean([adjusted_rand_index(a, b) for a, b in draws]) == pytest.approx(0, abs=0.01)
    assert np.mean([normalized_mutual_information(a, b) for a, b in draws]) > 0.3


def test_unrelated_partitions_pass_the_level_of_chance_5_times_in_100() -> None:
    rng, above = np.random.default_rng(1), []
    for seed in range(150):
        a, b = rng.integers(0, 10, 40), rng.integers(0, 8, 40)
        ari, nmi = agreement_by_chance(a, b, n=60, seed=seed)
        above.append((adjusted_rand_index(a, b) > ari, normalized_mutual_information(a, b) > nmi))
    assert np.mean(above, axis=0) == pytest.approx([0.05, 0.05], abs=0.045)


def test_partitions_of_different_items_are_refused() -> None:
    with pytest.raises(ValueError, match="3 and 2 items"):
        adjusted_rand_index([1, 2, 3], [1, 2])


@given(st.lists(st.integers(0, 2), min_size=7, max_size=7), st.integers(0, 100))
def test_modularity_equals_networkx(codes: list[int], seed: int) -> None:
    matrix = np.random.default_rng(seed).random((7, 7))
    matrix = matrix + matrix.T
    np.fill_diagonal(matrix, 0)
    groups = [{i for i, code in enumerate(codes) if code == g} for g in set(codes)]
    expected = nx.community.modularity(nx.from_numpy_array(matrix), groups)
    np.fill_diagonal(matrix, 1)
    assert modularity(matrix, codes) == pytest.approx(expected, abs=1e-12)


def test_a_single_group_has_modularity_0_and_no_overlap_has_none() -> None:
    assert modularity(np.ones((4, 4)), [0, 0, 0, 0]) == pytest.approx(0)
    assert np.isnan(modularity(np.eye(4), [0, 0, 1, 1]))


def test_an_asymmetric_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="symmetric"):
        modularity(np.arange(9.0).reshape(3, 3), [0, 0, 1])

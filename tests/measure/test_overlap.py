from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import hypergeom

from explorer.measure import overlap
from explorer.measure.overlap import (
    chance_overlap,
    fold_overlaps,
    jaccard,
    overlap_grid,
    pairwise_overlap,
    shared_counts,
)

N_UNITS = 40
TAUS = np.array([0.5, 0.55, 0.7, 0.95])
SETS = st.lists(st.sets(st.integers(0, N_UNITS - 1)), min_size=1, max_size=6)


def arrays(sets: list[set[int]]) -> list[np.ndarray]:
    return [np.array(sorted(s), np.int32) for s in sets]


def plain_jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def scored(
    n_concepts: int, n_units: int, seed: int = 0
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    units = [np.flatnonzero(rng.random(n_units) < 0.3).astype(np.int32) for _ in range(n_concepts)]
    return units, [rng.uniform(0.5, 1, len(u)).astype(np.float32) for u in units]


@given(SETS)
def test_pairwise_overlap_equals_that_of_python_sets(sets: list[set[int]]) -> None:
    found = pairwise_overlap(arrays(sets), N_UNITS)
    for i, a in enumerate(sets):
        for j, b in enumerate(sets):
            expected = 1.0 if i == j else plain_jaccard(a, b)
            assert found[i, j] == expected
            if i != j:
                assert found[i, j] == jaccard(*arrays([a, b]))


@given(SETS)
def test_overlap_is_symmetric_and_between_0_and_1(sets: list[set[int]]) -> None:
    found = pairwise_overlap(arrays(sets), N_UNITS)
    assert np.array_equal(found, found.T)
    assert found.min() >= 0
    assert found.max() <= 1


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_jaccard_distance_obeys_the_triangle_inequality(
    a: set[int], b: set[int], c: set[int]
) -> None:
    # It holds for the union-based distance; two empty sets count as far apart here.
    x, y, z = arrays([a | {9}, b | {9}, c | {9}])
    assert (1 - jaccard(x, z)) <= (1 - jaccard(x, y)) + (1 - jaccard(y, z)) + 1e-12


def test_two_empty_sets_have_overlap_0_and_a_diagonal_of_1() -> None:
    found = pairwise_overlap(arrays([set(), set(), {1}]), N_UNITS)
    assert np.array_equal(found, np.eye(3))


def test_jaccard_does_not_need_ascending_arrays() -> None:
    assert jaccard(np.array([5, 1, 3]), np.array([3, 9, 5])) == 0.5


@pytest.mark.parametrize(
    "constants", [{}, {"BLOCK_UNITS": 7}, {"_DENSE": 1, "_PAIRS": 10}, {"_DENSE": 100}]
)
def test_units_in_common_are_counted_as_by_a_sparse_product(
    constants: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    member = rng.random((30, 500)) < rng.random(500) ** 3
    for name, value in constants.items():
        monkeypatch.setattr(overlap, name, value)
    found = shared_counts([np.flatnonzero(row) for row in member])
    sparse = csr_array(member.astype(np.int32))
    assert np.array_equal(found, (sparse @ sparse.T).toarray())


def test_a_unit_outside_of_the_model_is_refused() -> None:
    with pytest.raises(ValueError, match="of a model of 10"):
        pairwise_overlap([np.array([3, 10])], 10)


def test_the_grid_equals_pairwise_overlap_at_each_tau() -> None:
    units, aps = scored(7, 300)
    grid = overlap_grid(units, aps, TAUS, 300)
    assert grid.shape == (4, 7, 7)
    for tau, found in zip(TAUS, grid, strict=True):
        kept = [u[a > np.float32(tau)] for u, a in zip(units, aps, strict=True)]
        assert np.array_equal(found, pairwise_overlap(kept, 300))


def test_the_order_of_the_taus_is_kept() -> None:
    units, aps = scored(4, 100)
    assert np.array_equal(
        overlap_grid(units, aps, TAUS[::-1], 100), overlap_grid(units, aps, TAUS, 100)[::-1]
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_ap_that_equals_tau_is_no_expert(dtype: type) -> None:
    units = [np.array([1, 2]), np.array([1, 3])]
    for tau in np.arange(50, 100, 5) / 100:
        aps: list[np.ndarray] = [np.array([tau, 0.99], dtype), np.array([tau, 0.99], dtype)]
        assert overlap_grid(units, aps, [tau], 5)[0, 0, 1] == 0.0
        above = [np.nextafter(a, dtype(1)) for a in aps]
        assert overlap_grid(units, above, [tau], 5)[0, 0, 1] == pytest.approx(1 / 3)


def test_concepts_without_experts_are_allowed() -> None:
    nothing = [np.empty(0, np.int32)] * 3
    assert np.array_equal(
        overlap_grid(nothing, [np.empty(0, np.float32)] * 3, TAUS, 9), [np.eye(3)] * 4
    )


def test_units_and_aps_must_match() -> None:
    with pytest.raises(ValueError, match="2 units but 1 APs"):
        overlap_grid([np.array([1, 2])], [np.array([0.6])], TAUS, 9)


def test_fold_overlaps_equal_the_grid_of_the_folds() -> None:
    units, aps = scored(4, 1000)
    assert np.array_equal(fold_overlaps(units, aps, TAUS), overlap_grid(units, aps, TAUS, 1000))


def test_identical_folds_overlap_wholly_while_they_have_experts() -> None:
    units, aps = np.array([4, 8, 9]), np.array([0.6, 0.6, 0.8], np.float32)
    found = fold_overlaps([units] * 3, [aps] * 3, TAUS)[:, 0, 1]
    assert found.tolist() == [1.0, 1.0, 1.0, 0.0]


def test_chance_overlap_is_what_random_sets_show() -> None:
    rng = np.random.default_rng(0)
    drawn = [
        jaccard(rng.choice(200, 30, replace=False), rng.choice(200, 50, replace=False))
        for _ in range(3000)
    ]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert chance_overlap(30, 50, 200) == pytest.approx(np.mean(drawn), abs=4 * error)


@settings(max_examples=50)
@given(st.integers(10, 60), st.integers(10, 60), st.integers(60, 2000))
def test_chance_overlap_is_within_2_percent_of_the_exact_expectation(
    m: int, n: int, n_units: int
) -> None:
    k = np.arange(min(m, n) + 1)
    exact = np.sum(hypergeom.pmf(k, n_units, m, n) * k / (m + n - k))
    assert float(chance_overlap(m, n, n_units)) == pytest.approx(exact, rel=0.02)


def test_chance_overlap_knows_its_extremes() -> None:
    assert chance_overlap(0, 0, 100) == 0
    assert chance_overlap(0, 10, 100) == 0
    assert chance_overlap(100, 100, 100) == 1
    assert chance_overlap(25, 100, 100) == pytest.approx(0.25)
    assert 0.75 / 100 <= chance_overlap(1, 1, 100) <= 1 / 100


def test_chance_overlap_broadcasts() -> None:
    sizes = np.array([5, 10, 20])
    found = chance_overlap(sizes[:, None], sizes[None, :], 500)
    assert found.shape == (3, 3)
    assert np.array_equal(found, found.T)
    assert found[0, 2] == chance_overlap(5, 20, 500)


def test_many_concepts_and_units_take_seconds() -> None:
    rng = np.random.default_rng(0)
    units = [np.unique(rng.integers(0, 155_520, 3000)).astype(np.int32) for _ in range(150)]
    start = time.perf_counter()
    pairwise_overlap(units, 155_520)
    assert time.perf_counter() - start < 3

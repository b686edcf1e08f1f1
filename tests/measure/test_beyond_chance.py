"""Overlap beyond chance against plain code, and at limits known by construction."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import hypergeom

from explorer.measure.beyond_chance import beyond_chance, expected_overlap
from explorer.measure.overlap import chance_overlap, pairwise_overlap
from explorer.measure.where import sizes_within

WIDTHS = (60, 200, 40)
SIZES = np.array([[20, 30, 0], [25, 60, 10], [0, 12, 12], [60, 10, 5]])


def exact(a: np.ndarray, b: np.ndarray, widths: tuple[int, ...]) -> float:
    """The mean over every number of units that each module may hold of both."""
    parts = [
        [(k, hypergeom.pmf(k, n, x, y)) for k in range(min(x, y) + 1)]
        for x, y, n in zip(a.tolist(), b.tolist(), widths, strict=True)
    ]
    total, mean = int(a.sum() + b.sum()), 0.0
    for combination in itertools.product(*parts):
        shared = sum(k for k, _ in combination)
        mean += np.prod([p for _, p in combination]) * shared / (total - shared)
    return mean


def drawn(rng: np.random.Generator, sizes: np.ndarray) -> list[np.ndarray]:
    """A random set with so many units in every module, for each row."""
    starts = np.cumsum([0, *WIDTHS[:-1]])
    return [
        np.sort(
            np.concatenate(
                [
                    start + rng.choice(width, size, replace=False)
                    for start, width, size in zip(starts, WIDTHS, row, strict=True)
                ]
            )
        )
        for row in sizes
    ]


def test_the_expectation_is_that_of_every_way_to_draw() -> None:
    found = expected_overlap(SIZES, WIDTHS)
    for i, j in itertools.combinations(range(len(SIZES)), 2):
        assert found[i, j] == pytest.approx(exact(SIZES[i], SIZES[j], WIDTHS), rel=0.02)
    assert np.array_equal(found, found.T)


def test_small_sets_are_expected_at_most_a_quarter_too_little() -> None:
    sizes = np.array([[1, 0, 0], [1, 0, 0], [2, 1, 0], [0, 3, 1]])
    found = expected_overlap(sizes, WIDTHS)
    for i, j in itertools.combinations(range(len(sizes)), 2):
        truth = exact(sizes[i], sizes[j], WIDTHS)
        assert 0.75 * truth - 1e-12 <= found[i, j] <= 1.01 * truth


def test_one_module_is_the_whole_model() -> None:
    sizes = np.array([[3], [40], [0], [100]])
    rows = sizes[:, 0]
    np.testing.assert_allclose(
        expected_overlap(sizes, [100]), chance_overlap(rows[:, None], rows[None, :], 100)
    )


def test_sets_that_crowd_in_one_module_are_expected_to_share_more() -> None:
    crowded = expected_overlap(np.array([[30, 0, 0], [30, 0, 0]]), WIDTHS)[0, 1]
    assert crowded > 4 * chance_overlap(30, 30, sum(WIDTHS))


def test_random_sets_have_a_mean_of_0_whatever_their_sizes() -> None:
    rng = np.random.default_rng(0)
    expected, values = expected_overlap(SIZES, WIDTHS), []
    for _ in range(4000):
        overlap = pairwise_overlap(drawn(rng, SIZES), sum(WIDTHS))
        values.append(beyond_chance(overlap, expected)[np.triu_indices(len(SIZES), 1)])
    error = np.std(values, axis=0) / np.sqrt(len(values))
    assert (np.abs(np.mean(values, axis=0)) < 4 * error + 1e-4).all()


def test_jaccard_of_random_sets_rises_with_their_sizes_and_corrected_overlap_does_not() -> None:
    rng = np.random.default_rng(1)
    sizes = np.repeat(np.array([[6, 20, 4], [30, 100, 20]]), 12, axis=0)
    sets = drawn(rng, sizes)
    overlap = pairwise_overlap(sets, sum(WIDTHS))
    corrected = beyond_chance(overlap, expected_overlap(sizes, WIDTHS))
    small, large = np.triu_indices(12, 1), tuple(12 + np.array(np.triu_indices(12, 1)))
    assert overlap[large].mean() > 4 * overlap[small].mean()
    assert abs(corrected[large].mean()) < 0.02
    assert abs(corrected[small].mean()) < 0.02


def test_equal_sets_have_1_and_sets_apart_less_than_0() -> None:
    units = np.arange(40)
    sets = [units, units, np.arange(60, 100)]
    places = np.repeat(np.arange(3), WIDTHS)
    expected = expected_overlap(sizes_within(sets, places, 3).T, WIDTHS)
    found = beyond_chance(pairwise_overlap(sets, sum(WIDTHS)), expected)
    assert found[0, 1] == 1
    assert found[0, 2] == 0  # apart by module: chance gives nothing either
    sets[2] = np.arange(40, 60)
    expected = expected_overlap(sizes_within(sets, places, 3).T, WIDTHS)
    found = beyond_chance(pairwise_overlap(sets, sum(WIDTHS)), expected)
    assert found[0, 2] == pytest.approx(-expected[0, 2] / (1 - expected[0, 2]))
    assert found[0, 2] < 0


def test_empty_sets_and_sets_of_everything_say_nothing() -> None:
    sets = [np.arange(300), np.arange(300), np.empty(0, int), np.empty(0, int)]
    sizes = sizes_within(sets, np.repeat(np.arange(3), WIDTHS), 3).T
    found = beyond_chance(pairwise_overlap(sets, 300), expected_overlap(sizes, WIDTHS))
    np.testing.assert_array_equal(found, np.eye(4))

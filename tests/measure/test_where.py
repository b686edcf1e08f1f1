"""Where experts are: against slow code and limits known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.where import bimodality, depth, mean_difference, overlap_within, sizes_within

RNG = np.random.default_rng(0)


def test_overlap_of_a_group_is_that_of_plain_sets() -> None:
    groups = np.repeat([0, 1, 2, 1], 25)
    sets = [np.flatnonzero(RNG.random(100) < share) for share in (0.3, 0.5, 0.1, 0.0)]
    a, b = (index.ravel() for index in np.indices((4, 4)))
    found = overlap_within(sets, groups, sizes_within(sets, groups, 3), a, b)
    for group in range(3):
        for k, (i, j) in enumerate(zip(a, b, strict=True)):
            x, y = (set(s[groups[s] == group].tolist()) for s in (sets[i], sets[j]))
            expected = 1.0 if i == j else len(x & y) / len(x | y) if x | y else 0.0
            assert found[group, k] == expected


def test_one_group_of_all_units_gives_the_whole_overlap() -> None:
    from explorer.measure.overlap import pairwise_overlap

    sets = [np.flatnonzero(RNG.random(80) < 0.3) for _ in range(5)]
    groups, (a, b) = np.zeros(80, int), np.triu_indices(5)
    whole = overlap_within(sets, groups, sizes_within(sets, groups, 1), a, b)[0]
    np.testing.assert_array_equal(whole, pairwise_overlap(sets, 80)[a, b])


def test_depth_runs_from_the_first_layer_to_the_last() -> None:
    layers = np.repeat([0, 1, 2], 10)
    assert depth(np.arange(10), layers) == 0.0
    assert depth(np.arange(20, 30), layers) == 1.0
    assert depth(np.array([0, 29]), layers) == 0.5
    assert np.isnan(depth(np.empty(0, int), layers))


def test_two_peaks_are_bimodal_and_one_is_not() -> None:
    assert bimodality(np.repeat([0.0, 10.0], 200)) > 0.9
    assert bimodality(RNG.random(20_000)) == pytest.approx(5 / 9, abs=0.01)
    assert bimodality(RNG.normal(size=20_000)) == pytest.approx(1 / 3, abs=0.02)
    assert np.isnan(bimodality(np.ones(50)))
    assert np.isnan(bimodality(np.array([1.0, 2.0])))


def test_the_interval_of_a_mean_difference_covers_as_stated() -> None:
    covered = []
    for _ in range(2000):
        before = RNG.normal(size=40)
        after = before + RNG.normal(0.3, 1.0, 40)
        _, low, high, n = mean_difference(before, after)
        covered.append(low <= 0.3 <= high)
        assert n == 40
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_pairs_without_both_values_are_left_out() -> None:
    mean, low, high, n = mean_difference(
        np.array([1.0, np.nan, 2.0, 3.0]), np.array([2.0, 5.0, np.nan, 4.0])
    )
    assert n == 2
    assert np.isnan([mean, low, high]).all()

"""Rung 1 of units: shuffled labels are called selective no more often than stated."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from explorer.measure.evidence.selective import (
    false_discovery,
    false_discovery_at,
    null_ap,
    twice_the_median,
)

SIZES = [(10, 30), (30, 250), (100, 500)]


def shuffled(n_positive: int, n_negative: int, n: int, levels: int, seed: int) -> np.ndarray:
    """APs of n units whose labels were shuffled; levels: distinct responses, 0 for no
    ties.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(n_positive + n_negative) < n_positive
    responses = rng.normal(size=(n, len(labels)))
    if levels:
        responses = np.floor(levels * rng.random((n, len(labels))) ** 2)
    return np.array([average_precision_score(labels, row) for row in responses])


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("levels", [0, 3, 40])
def test_shuffled_labels_reach_a_level_no_more_often_than_it_says(
    sizes: tuple[int, int], levels: int
) -> None:
    p = null_ap(*sizes).p(shuffled(*sizes, 4000, levels, seed=1))
    for level in (0.05, 0.01):
        spread = 3 * np.sqrt(level / 4000)
        assert (p <= level).mean() <= level + spread, (sizes, levels, level)
    if not levels:
        assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.012)


@pytest.mark.slow
def test_the_tail_beyond_the_shuffles_is_rather_too_large() -> None:
    rng = np.random.default_rng(7)
    n, n_positive, n_negative = 1_500_000, 10, 30
    counts = np.arange(1, n_positive + 1)
    draws = []
    for _ in range(15):
        keys = rng.random((n // 15, n_positive + n_negative), np.float32)
        ranks = np.sort(np.argsort(keys, axis=1)[:, :n_positive], axis=1) + 1
        draws.append((counts / ranks).mean(1))
    sample = np.sort(np.concatenate(draws))
    for level in (1e-3, 1e-4, 1e-5):
        ap = sample[int(n * (1 - level))]
        assert null_ap(n_positive, n_negative).p(ap) >= 0.75 * level, level


@pytest.mark.slow
def test_the_best_of_many_shuffled_units_seldom_passes() -> None:
    n_units, trials, false = 1000, 400, 0
    null = null_ap(10, 30)
    rng = np.random.default_rng(3)
    counts = np.arange(1, 11)
    for _ in range(trials):
        keys = rng.random((n_units, 40), np.float32)
        ranks = np.sort(np.argsort(keys, axis=1)[:, :10], axis=1) + 1
        best = (counts / ranks).mean(1).max()
        false += int(n_units * null.p(best) <= 0.05)
    assert false / trials <= 0.05 + 3 * np.sqrt(0.05 / trials)


def test_a_perfect_unit_is_far_beyond_chance_and_a_constant_one_is_not() -> None:
    null = null_ap(100, 500)
    assert null.p(1.0) < 1e-20
    assert null.p(100 / 600) > 0.3


def test_the_null_of_a_size_is_the_same_each_time() -> None:
    again = null_ap.__wrapped__(10, 30)
    np.testing.assert_array_equal(null_ap(10, 30).sample, again.sample)


@pytest.mark.parametrize("n_folds", [2, 4, 8])
def test_folds_that_share_sentences_do_not_raise_the_false_positive_rate(n_folds: int) -> None:
    rng = np.random.default_rng(n_folds)
    shared = rng.normal(size=(40_000, 1))
    z = np.sqrt(0.6) * shared + np.sqrt(0.4) * rng.normal(size=(40_000, n_folds))
    from scipy.stats import norm

    p = twice_the_median(norm.sf(z))
    assert (p <= 0.05).mean() <= 0.053


def test_one_fold_keeps_its_p() -> None:
    np.testing.assert_array_equal(twice_the_median(np.array([[0.2], [0.9]])), [0.2, 0.9])


def test_adjusted_p_of_a_larger_family_are_those_of_all() -> None:
    p = np.sort(np.random.default_rng(0).random(200)) ** 3
    every = false_discovery(p)
    np.testing.assert_allclose(false_discovery(p[:20], 200)[:10], every[:10])
    assert false_discovery(np.empty(0)).shape == (0,)


def test_the_false_discovery_rate_of_one_test_is_that_among_all() -> None:
    p = np.random.default_rng(6).random(50).round(2) ** 3
    every = false_discovery(p, 400)
    assert [false_discovery_at(p, at, 400) for at in range(50)] == every.tolist()
    assert every.min() < 1

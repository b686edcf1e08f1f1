"""Rungs 2 to 4: false positives as stated, and equality with slow code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from explorer.measure.evidence.beyond_words import rank_among_alike
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, SELECTIVE, STABLE, standing
from explorer.measure.evidence.learned import false_share, false_share_at, learned_from
from explorer.measure.evidence.stable import common_p, returns_p


def test_random_sets_come_back_as_often_as_the_binomial_says() -> None:
    rng = np.random.default_rng(0)
    n_units, size, n_folds = 400, 60, 4
    counts = np.zeros(n_folds + 1)
    for _ in range(400):
        member = np.array([rng.permutation(n_units) < size for _ in range(n_folds)])
        first = member[0]
        for folds in member[:, first].sum(0):
            counts[folds] += 1
    observed = counts[::-1].cumsum()[::-1] / counts.sum()
    for folds in (2, 3, 4):
        p = returns_p([folds], n_folds, [size] * n_folds, n_units)
        assert p == pytest.approx(observed[folds], rel=0.2)
    assert returns_p([1], 1, [size], n_units) == 1.0


def test_two_random_sets_share_what_the_hypergeometric_says() -> None:
    shared, sizes = np.array([[20, 5, 9], [5, 30, 4], [9, 4, 25]]), np.array([20, 30, 25])
    p = common_p(shared, sizes, 100)
    assert p.shape == (3,)
    rng = np.random.default_rng(1)
    draws = [np.sum(rng.permutation(100)[:20] < 30) for _ in range(20_000)]
    assert p[0] == pytest.approx(np.mean(np.array(draws) >= 5), abs=0.02)
    assert common_p(np.zeros((2, 2)), np.zeros(2), 100).tolist() == [1.0]


@pytest.mark.parametrize("n", [5, 40, 400])
def test_units_of_two_untrained_models_are_seldom_called_learned(n: int) -> None:
    rng = np.random.default_rng(n)
    called = [
        (false_share(rng.beta(2, 5, n), rng.beta(2, 5, n)) <= 0.05).any() for _ in range(1500)
    ]
    assert np.mean(called) <= 0.05 + 3 * np.sqrt(0.05 / 1500)


def test_the_false_share_is_that_of_slow_code() -> None:
    rng = np.random.default_rng(2)
    trained, untrained = rng.random(60).round(1) + 0.2, rng.random(30).round(1)
    at = {x: min(1.0, (1 + (untrained >= x).sum()) / (trained >= x).sum()) for x in set(trained)}
    expected = [min(share for x, share in at.items() if x <= own) for own in trained]
    np.testing.assert_allclose(false_share(trained, untrained), expected)
    assert false_share(np.empty(0), untrained).shape == (0,)


@pytest.mark.parametrize("digits", [1, 6])
def test_units_are_learned_from_the_least_ap_whose_false_share_is_small(digits: int) -> None:
    rng = np.random.default_rng(digits)
    for n, m in ((0, 5), (30, 0), (400, 3), (400, 100), (400, 400)):
        trained = (rng.beta(4, 2, n) + 0.1).round(digits)
        untrained = rng.beta(2, 4, m).round(digits)
        passed = trained[false_share(trained, untrained) <= 0.05]
        assert learned_from(trained, untrained, 0.05) == passed.min(initial=np.inf)


def test_the_false_share_of_one_unit_is_that_among_all() -> None:
    rng = np.random.default_rng(4)
    trained, untrained = rng.random(60).round(1) + 0.2, rng.random(30).round(1)
    every = false_share(trained, untrained)
    assert [false_share_at(trained, untrained, at) for at in range(60)] == every.tolist()


def test_without_any_untrained_unit_twenty_are_needed() -> None:
    assert (false_share(np.linspace(0.6, 0.9, 19), np.empty(0)) > 0.05).all()
    assert (false_share(np.linspace(0.6, 0.9, 20), np.empty(0)) <= 0.05).all()


def test_likeness_that_words_explain_passes_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(3)
    words = rng.beta(1, 4, 6000)
    overlap = words**2 * np.exp(rng.normal(0, 0.3 + words, 6000))
    p, mean = rank_among_alike(overlap, words)
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    assert np.corrcoef(mean, words**2)[0, 1] > 0.8


def test_ranks_among_alike_are_those_of_slow_code() -> None:
    rng = np.random.default_rng(4)
    values, covariate, k = rng.random(50).round(1), rng.random(50), 11
    p, mean = rank_among_alike(values, covariate, k)
    order = np.argsort(covariate)
    for place, pair in enumerate(order):
        start = min(max(place - k // 2, 0), 50 - k - 1)
        window = [q for q in order[start : start + k + 1] if q != pair]
        assert p[pair] == (1 + sum(values[q] >= values[pair] for q in window)) / (k + 1)
        assert mean[pair] == pytest.approx(np.mean(values[window]))


def test_one_pair_has_none_to_be_ranked_among() -> None:
    p, mean = rank_among_alike(np.array([0.3]), np.array([0.1]))
    assert p.tolist() == [1.0]
    assert np.isnan(mean).all()


def test_the_climb_ends_at_the_first_rung_that_is_not_passed() -> None:
    table = pd.DataFrame(
        {
            SELECTIVE: [True, True, True, False, True],
            STABLE: [True, True, None, True, True],
            LEARNED: [True, False, True, True, True],
            BEYOND_WORDS: [True, True, True, True, None],
        }
    )
    assert standing(table).tolist() == [4, 2, 1, 0, 3]
    assert standing(table.drop(columns=BEYOND_WORDS)).tolist() == [3, 2, 1, 0, 3]

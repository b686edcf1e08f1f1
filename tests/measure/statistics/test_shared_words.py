"""The standard error of an estimate over pairs that share words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from explorer.measure.statistics.shared_words import Spread, numbered, spread


def slow_variance(influence: np.ndarray, words: np.ndarray) -> float:
    """Products of the influences of all two pairs that share a word, each pair itself
    included.
    """
    total = 0.0
    for a, mine in zip(influence, words, strict=True):
        for b, other in zip(influence, words, strict=True):
            total += a * b * bool({*mine} & {*other})
    return total / len(influence) ** 2


def graph(n: int, n_words: int, seed: int) -> np.ndarray:
    """(n, 2) words of different pairs."""
    rng = np.random.default_rng(seed)
    pairs = {tuple(sorted(rng.choice(n_words, 2, replace=False))) for _ in range(20 * n)}
    return np.array(sorted(pairs))[rng.permutation(len(pairs))[:n]]


@pytest.mark.parametrize("seed", range(4))
def test_it_sums_over_all_two_pairs_that_share_a_word(seed: int) -> None:
    words = graph(40, 12, seed)
    effect = np.random.default_rng(seed).normal(size=12)
    influence = effect[words].sum(1)
    influence -= influence.mean()
    n_words = len(np.unique(words))
    expected = slow_variance(influence, words) * n_words / (n_words - 2)
    found = spread(influence, numbered(words, 40))
    assert found.error == pytest.approx(np.sqrt(expected))
    assert found.degrees == n_words - 2


def test_pairs_of_their_own_words_have_the_common_standard_error() -> None:
    influence = np.random.default_rng(0).normal(size=50)
    found = spread(influence, numbered(None, 50))
    assert found.error == pytest.approx(np.sqrt((influence**2).sum()) / 50 * np.sqrt(50 / 48))
    assert found.degrees == 48


def test_it_is_never_below_that_of_independent_pairs() -> None:
    star = numbered([[0, k] for k in range(1, 11)], 10)
    influence = np.tile([1.0, -1.0], 5)  # what pairs share cancels
    assert spread(influence, star).error == pytest.approx(np.sqrt(10) / 10 * np.sqrt(10 / 8))


def test_words_of_another_number_of_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="two words a pair"):
        numbered([[0, 1], [1, 2]], 3)


def test_interval_and_p_are_of_students_t() -> None:
    of = Spread(0.1, 7)
    half = t.ppf(0.975, 7) * 0.1
    assert of.interval(0.3) == pytest.approx((0.3 - half, 0.3 + half))
    assert of.p(0.3) == pytest.approx(2 * t.sf(3, 7))
    assert of.p(-half) == pytest.approx(0.05)
    assert (Spread(0, 7).p(0.0), Spread(0, 7).p(0.1)) == (1.0, 0.0)


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.4, 0.97])
def test_the_interval_of_a_correlation_stays_within_its_bounds(rho: float) -> None:
    of = Spread(0.2, 20).of_correlation()
    low, high = of.interval(rho)
    assert -1 < low < rho < high < 1
    assert np.arctanh(high) - np.arctanh(rho) == pytest.approx(np.arctanh(rho) - np.arctanh(low))
    assert (of.p(rho) < 0.05) == (low > 0 or high < 0)


def test_perfect_agreement_has_no_spread() -> None:
    of = Spread(0.0, 20).of_correlation()
    assert of.interval(1.0) == (1.0, 1.0)
    assert of.p(1.0) == 0.0

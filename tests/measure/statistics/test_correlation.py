"""Spearman's ρ and the influence of each pair, against slow plain code."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.statistics.correlation import rank_correlations


def three_rankings(n: int, seed: int = 0) -> np.ndarray:
    """(3, n) values that share a cause, two of them with ties."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=n)
    a, b, c = cause + rng.normal(size=(3, n))
    return np.array([np.maximum(0, np.round(a, 1)), np.round(b), c])


def test_every_rho_is_that_of_scipy() -> None:
    values = three_rankings(60)
    matrix, _ = rank_correlations(values)
    np.testing.assert_allclose(matrix, spearmanr(values.T).statistic, atol=1e-12)


def slow_rho(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """ρ of weighted pairs by the definition: mid-distribution values, compared pair by
    pair.
    """

    def middle(values: np.ndarray) -> np.ndarray:
        below = values[:, None] > values[None, :]
        tied = values[:, None] == values[None, :]
        return np.asarray((below + tied / 2) @ weight)

    f, g = middle(x), middle(y)
    f, g = f - weight @ f, g - weight @ g
    return float(weight @ (f * g) / np.sqrt((weight @ f**2) * (weight @ g**2)))


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations(range(3), 2)))
def test_influence_is_the_change_of_rho_when_a_pair_gains_weight(a: int, b: int) -> None:
    values = three_rankings(30)
    n, step = 30, 1e-6
    even = np.full(n, 1 / n)
    expected = []
    for e in range(n):
        more = (1 - step) * even
        more[e] += step
        change = slow_rho(values[a], values[b], more) - slow_rho(values[a], values[b], even)
        expected.append(change / step)
    _, influence = rank_correlations(values)
    np.testing.assert_allclose(influence[a, b], expected, atol=2e-4)
    assert influence[a, b].sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_array_equal(influence[a, b], influence[b, a])
    np.testing.assert_allclose(influence[a, a], 0, atol=1e-12)


def test_rho_without_a_pair_is_what_its_influence_says() -> None:
    values = three_rankings(400)
    matrix, influence = rank_correlations(values)
    without = [
        spearmanr(np.delete(values[0], e), np.delete(values[2], e)).statistic for e in range(400)
    ]
    predicted = matrix[0, 2] - influence[0, 2] / 399
    np.testing.assert_allclose(predicted, without, atol=2e-4)

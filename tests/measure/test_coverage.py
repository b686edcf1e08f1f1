"""Intervals said to hold 95 times in 100 do: simulated data sets whose true
correlations are known.

Spearman's ρ of a bivariate normal of Pearson correlation r is 6/π · asin(r/2) (Pearson
1907). Differences and partial ρ are functions of such ρ, so their true values are known
too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.measure.alignment import align, compare
from explorer.measure.partial import partial_align

pytestmark = pytest.mark.slow

PAIRS, TRIALS, RESAMPLES = 300, 1000, 300


def spearman(pearson: float) -> float:
    """Spearman's ρ of a bivariate normal."""
    return float(6 / np.pi * np.arcsin(pearson / 2))


def share(
    found: Callable[[np.ndarray, int], tuple[float, float]],
    correlations: list[list[float]],
    truth: float,
) -> float:
    """Of simulated sets of pairs with these Pearson correlations, the share whose
    interval holds the truth.
    """
    rng = np.random.default_rng(1)
    factor = np.linalg.cholesky(np.array(correlations))
    hits = 0
    for trial in range(TRIALS):
        low, high = found(factor @ rng.normal(size=(len(factor), PAIRS)), trial % 10)
        hits += low <= truth <= high
    return hits / TRIALS


@pytest.mark.parametrize("pearson", [0.0, 0.8])
def test_the_interval_of_an_alignment_holds_95_times_in_100(pearson: float) -> None:
    def interval(data: np.ndarray, seed: int) -> tuple[float, float]:
        found = align(data[0], data[1], n_boot=RESAMPLES, seed=seed)
        return found.low, found.high

    assert 0.93 <= share(interval, [[1, pearson], [pearson, 1]], spearman(pearson)) <= 0.97


def test_the_interval_of_a_difference_holds_95_times_in_100() -> None:
    def interval(data: np.ndarray, seed: int) -> tuple[float, float]:
        found = compare(data[0], data[1], data[2], n_boot=RESAMPLES, seed=seed)
        return found.low, found.high

    truth = spearman(0.6) - spearman(0.4)
    assert 0.93 <= share(interval, [[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]], truth) <= 0.97


def test_the_interval_of_a_partial_alignment_holds_95_times_in_100() -> None:
    def interval(data: np.ndarray, seed: int) -> tuple[float, float]:
        found = partial_align(data[0], data[1], data[2], n_boot=RESAMPLES, seed=seed)
        return found.low, found.high

    xy, xz, yz = spearman(0.6), spearman(0.5), spearman(0.4)
    truth = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert 0.93 <= share(interval, [[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]], truth) <= 0.97

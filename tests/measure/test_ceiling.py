"""The ceiling that binary judgements set, against sets whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.ceiling import rating_noise_ceiling, sampling_noise_ceiling


@pytest.mark.parametrize("judgements", [10, 50])
def test_it_is_the_correlation_of_the_truth_with_what_people_said(judgements: int) -> None:
    rng = np.random.default_rng(0)
    expected, told = [], []
    for _ in range(20):
        true = rng.beta(2, 2, 400)
        said = rng.binomial(judgements, true)
        expected.append(spearmanr(true, said).statistic)
        told.append(sampling_noise_ceiling(said, judgements, n=50)[0])
    assert np.mean(told) == pytest.approx(np.mean(expected), abs=0.005)


def test_scores_without_any_signal_leave_nothing() -> None:
    said = np.random.default_rng(0).binomial(10, 0.5, 50)
    assert sampling_noise_ceiling(said, 10)[0] < 0.5
    assert sampling_noise_ceiling(np.full(9, 5), 10) == (0.0, 0.0, 0.0)


def test_more_judgements_raise_it() -> None:
    few, many = (sampling_noise_ceiling(np.linspace(0, n, 60).round(), n, n=100) for n in (10, 100))
    assert few[0] < many[0]
    assert few[1] < few[0] < few[2]


def test_scores_that_are_no_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="counts from 0 to 50"):
        sampling_noise_ceiling([3, 51], 50)


def plain_ratings(
    rng: np.random.Generator, true: np.ndarray, raters: np.ndarray, spread: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of ratings that are drawn one by one."""
    means, sds = [], []
    for value, number, sd in zip(true, raters, spread, strict=True):
        ratings = [float(rng.normal(value, sd)) for _ in range(int(number))]
        means.append(sum(ratings) / len(ratings))
        sds.append(np.std(ratings, ddof=1))
    return np.array(means), np.array(sds)


@pytest.mark.parametrize("number", [4, 15])
def test_of_means_it_is_the_correlation_of_the_truth_with_what_raters_said(number: int) -> None:
    rng = np.random.default_rng(0)
    expected, told = [], []
    for _ in range(30):
        true = rng.normal(5, 2, 300)
        raters = rng.integers(number, number + 6, 300)
        said, sds = plain_ratings(rng, true, raters, rng.uniform(1, 3, 300))
        expected.append(spearmanr(true, said).statistic)
        told.append(rating_noise_ceiling(said, sds, raters, n=50)[0])
    assert np.mean(told) == pytest.approx(np.mean(expected), abs=0.01)


def test_its_range_holds_what_single_sets_of_raters_reach() -> None:
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(60):
        true = rng.normal(5, 2, 150)
        raters = np.full(150, 10)
        said, sds = plain_ratings(rng, true, raters, np.full(150, 2.5))
        _, low, high = rating_noise_ceiling(said, sds, raters, n=200)
        inside += low <= spearmanr(true, said).statistic <= high
    assert inside >= 52


def test_of_normal_scores_it_is_the_root_of_the_reliability_as_a_rank_correlation() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 2, 20_000)
    found = rating_noise_ceiling(scores, np.full(20_000, 3.0), np.full(20_000, 9), n=20)[0]
    reliability = 1 - 1 / scores.var()
    assert found == pytest.approx(6 / np.pi * np.arcsin(np.sqrt(reliability) / 2), abs=0.002)


def test_raters_who_agree_allow_everything_and_mere_noise_nothing() -> None:
    scores = np.arange(10.0)
    assert rating_noise_ceiling(scores, np.zeros(10), np.full(10, 5)) == (1.0, 1.0, 1.0)
    assert rating_noise_ceiling(scores, np.full(10, 50.0), np.full(10, 2)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("sds", "raters"), [([1.0], [2, 2]), ([1.0, -1.0], [2, 2]), ([1.0, 1.0], [2, 0])]
)
def test_spreads_that_are_none_are_refused(sds: list[float], raters: list[int]) -> None:
    with pytest.raises(ValueError, match="needed"):
        rating_noise_ceiling([1.0, 2.0], sds, raters)

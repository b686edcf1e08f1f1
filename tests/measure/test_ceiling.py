"""The ceiling that binary judgements set, against sets whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.ceiling import sampling_noise_ceiling


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

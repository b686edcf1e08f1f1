"""Partial ρ against residuals of ranks, and where it is not defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, rankdata, spearmanr

from explorer.measure.alignment import align
from explorer.measure.partial import partial_align


def by_residuals(model: np.ndarray, human: np.ndarray, covariate: np.ndarray) -> float:
    """Correlation of what a straight line through the covariate's ranks leaves of the
    other two rankings.
    """
    x, y, z = (rankdata(values) for values in (model, human, covariate))
    design = np.column_stack([np.ones(len(z)), z])
    left = [values - design @ np.linalg.lstsq(design, values, rcond=None)[0] for values in (x, y)]
    return float(pearsonr(*left).statistic)


def three(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tied values that share a cause with a tied covariate."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=n)
    model, human, covariate = cause + rng.normal(size=(3, n))
    return np.round(np.maximum(model, 0), 1), np.round(human), np.round(covariate, 1)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_correlation_of_the_residuals_of_the_ranks(seed: int) -> None:
    model, human, covariate = three(70, seed)
    found = partial_align(model, human, [covariate])
    expected = by_residuals(model, human, covariate)
    assert found.rho == pytest.approx(expected, abs=1e-12)
    assert found.low < expected < found.high


def test_several_covariates_are_held_constant_together() -> None:
    rng = np.random.default_rng(2)
    causes = rng.normal(size=(2, 500))
    model, human = causes.sum(0) + 0.7 * rng.normal(size=(2, 500))
    ranks = np.array([rankdata(values) for values in (model, human, *causes)])
    design = np.column_stack([np.ones(500), *ranks[2:]])
    left = [v - design @ np.linalg.lstsq(design, v, rcond=None)[0] for v in ranks[:2]]
    found = partial_align(model, human, list(causes))
    assert found.rho == pytest.approx(float(pearsonr(*left).statistic), abs=1e-12)
    assert found.rho < partial_align(model, human, [causes[0]]).rho - 0.1


def test_influence_is_the_change_of_the_partial_rho_when_a_pair_gains_weight() -> None:
    model, human, covariate = three(40)
    found = partial_align(model, human, [covariate])
    without = [
        by_residuals(*(np.delete(values, e) for values in (model, human, covariate)))
        for e in range(40)
    ]
    predicted = found.rho - found.influence / 39
    np.testing.assert_allclose(predicted, without, atol=0.012)
    assert np.corrcoef(predicted, without)[0, 1] > 0.995


def test_a_covariate_twice_takes_no_more_away() -> None:
    model, human, covariate = three(60)
    once, twice = (partial_align(model, human, [covariate] * k) for k in (1, 2))
    assert twice.rho == pytest.approx(once.rho, abs=1e-9)
    np.testing.assert_allclose(twice.influence, once.influence, atol=1e-6)


def test_what_a_common_cause_explains_goes_away() -> None:
    rng = np.random.default_rng(0)
    cause = rng.normal(size=2000)
    model, human = cause + 0.5 * rng.normal(size=(2, 2000))
    assert spearmanr(model, human).statistic > 0.7
    found = partial_align(model, human, [cause])
    assert found.low < 0 < found.high


def test_an_unrelated_covariate_takes_nothing_away() -> None:
    model, human, _ = three(3000)
    noise = np.random.default_rng(9).normal(size=3000)
    assert partial_align(model, human, [noise]).rho == pytest.approx(
        align(model, human).rho, abs=0.01
    )


def test_a_constant_covariate_takes_nothing_away() -> None:
    model, human, _ = three(50)
    found, raw = partial_align(model, human, [np.ones(50)]), align(model, human)
    assert found.rho == raw.rho
    np.testing.assert_allclose(found.influence, raw.influence)


@pytest.mark.parametrize("which", [0, 1])
def test_nothing_is_left_beside_a_covariate_of_the_same_order(which: int) -> None:
    values = three(30)
    found = partial_align(values[0], values[1], [np.exp(values[which] / 10)])
    assert np.isnan([found.rho, found.low, found.high, found.p]).all()
    assert found.note.startswith("The covariate orders the pairs")


@pytest.mark.parametrize("n", [3, 4])
def test_few_pairs_are_too_few(n: int) -> None:
    found = partial_align(np.arange(n), np.arange(n) ** 2, [[3, 1, 2, 0][:n]])
    assert np.isnan(found.rho)
    assert "too few" in found.note


def test_pairs_without_a_value_are_left_out_and_counted() -> None:
    model, human, covariate = three(30)
    with_gap = covariate.copy()
    with_gap[4] = np.nan
    found = partial_align(model, human, [with_gap])
    rest = [np.delete(values, 4) for values in (model, human, covariate)]
    assert (found.n, found.note) == (29, "1 pairs without a value were left out.")
    assert found.rho == pytest.approx(by_residuals(*rest))

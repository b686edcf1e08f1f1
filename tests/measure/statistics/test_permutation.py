"""The label-shuffled null, against theory and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.alignment import align
from explorer.measure.statistics import permutation
from explorer.measure.statistics.permutation import permutation_nulls
from tests.measure.test_alignment import tied_pairs


def test_the_band_is_where_chance_alone_would_put_rho() -> None:
    model, human = tied_pairs(400)
    (null,) = permutation_nulls([model], human, n=2000)
    assert (null.low, null.high) == pytest.approx(
        (-1.96 / np.sqrt(399), 1.96 / np.sqrt(399)), abs=0.015
    )
    assert align(model, human, n_boot=10).rho > null.high
    assert null.p == 1 / 2001


def test_p_is_the_share_of_shuffles_as_far_from_0() -> None:
    rng = np.random.default_rng(1)
    human, model = rng.integers(0, 6, 12).astype(float), rng.integers(0, 4, 12).astype(float)
    observed = abs(spearmanr(model, human).statistic) - 1e-9
    far = [abs(spearmanr(model, rng.permutation(human)).statistic) >= observed for _ in range(1500)]
    (null,) = permutation_nulls([model], human, n=20000)
    assert null.p == pytest.approx(np.mean(far), abs=0.04)
    assert 0.05 < null.p < 0.95


def test_p_agrees_with_students_t() -> None:
    rng = np.random.default_rng(4)
    for shift in (0.0, 0.1, 0.2):
        human = rng.normal(size=120)
        model = shift * human + rng.normal(size=120)
        (null,) = permutation_nulls([model], human, n=20000)
        assert null.p == pytest.approx(align(model, human, n_boot=2).p, abs=0.012)


def test_unrelated_models_are_significant_5_times_in_100() -> None:
    rng, hits, trials = np.random.default_rng(2), 0, 1000
    for seed in range(trials // 20):
        human, models = rng.normal(size=30), rng.normal(size=(20, 30))
        hits += sum(
            null.p < 0.05 for null in permutation_nulls(list(models), human, n=400, seed=seed)
        )
    assert 0.03 <= hits / trials <= 0.07


def test_models_share_the_shuffles_and_each_has_its_own_null() -> None:
    model, human = tied_pairs(60)
    other = np.random.default_rng(3).normal(size=60)
    both = permutation_nulls([model, other], human, n=300)
    alone = [permutation_nulls([one], human, n=300)[0] for one in (model, other)]
    for one, same in zip(both, alone, strict=True):
        assert (one.low, one.high, one.p) == pytest.approx((same.low, same.high, same.p))
    assert both[0] != both[1]


def test_the_size_of_the_blocks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    model, human = tied_pairs(50)
    whole = permutation_nulls([model], human, n=40)
    monkeypatch.setattr(permutation, "BLOCK", 120)
    assert permutation_nulls([model], human, n=40)[0].low == pytest.approx(whole[0].low)


def test_an_undefined_rho_has_no_null() -> None:
    human = np.arange(8.0)
    flat, defined = permutation_nulls([np.zeros(8), human**2], human, n=50)
    assert np.isnan([flat.low, flat.high, flat.p]).all()
    assert np.isfinite([defined.low, defined.high, defined.p]).all()
    (few,) = permutation_nulls([[1, 2, 3]], [1, 2, 3])
    assert np.isnan(few.p)

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, spearmanr

from explorer.measure.alignment import PAPER_MARKS, align, compare, difference, holm
from explorer.measure.statistics import correlation
from explorer.measure.statistics.bootstrap import resample_indices


def tied_pairs(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Overlaps with many zeros and human scores with few levels, as in real data."""
    rng = np.random.default_rng(seed)
    human = rng.integers(0, 12, n).astype(float)
    return np.round(np.maximum(0, human + rng.normal(0, 5, n) - 4), 0), human


LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=9, max_size=30)


@given(LEVELS)
@settings(max_examples=60)
def test_rho_and_p_equal_scipy_with_ties(pairs: list[tuple[int, int]]) -> None:
    model, human = np.array(pairs, float).T
    found = align(model, human, n_boot=2)
    if np.ptp(model) == 0 or np.ptp(human) == 0:
        assert np.isnan(found.rho)
        return
    expected = spearmanr(model, human)
    assert found.rho == pytest.approx(expected.statistic, abs=1e-12)
    assert found.p == pytest.approx(expected.pvalue, abs=1e-9)


@pytest.mark.parametrize("n", [14, 40, 121])
def test_each_resample_is_ranked_anew(n: int) -> None:
    model, human = tied_pairs(n)
    found = align(model, human, n_boot=60, seed=2)
    expected = [
        spearmanr(model[drawn], human[drawn]).statistic for drawn in resample_indices(n, 60, 2)
    ]
    np.testing.assert_allclose(found.samples, expected, atol=1e-12)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(expected, [0.025, 0.975])))


def test_a_resample_of_equal_values_is_undefined_and_no_part_of_the_interval() -> None:
    model, human = np.array([0, 0, 0, 0, 0, 1.0]), np.arange(6.0)
    found = align(model, human, n_boot=300)
    constant = [np.ptp(model[drawn]) == 0 for drawn in resample_indices(6, 300, 0)]
    assert np.isnan(found.samples).tolist() == constant
    assert 0 < sum(constant) < 300
    assert np.isfinite([found.low, found.high]).all()
    assert np.isfinite(compare(model, human, human, n_boot=300).p)


def test_the_size_of_the_blocks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    model, human = tied_pairs(50)
    whole = align(model, human, n_boot=40).samples
    monkeypatch.setattr(correlation, "BLOCK", 120)
    assert np.array_equal(align(model, human, n_boot=40).samples, whole)


def test_rho_sees_order_only() -> None:
    model, human = tied_pairs(60)
    assert align(np.exp(model), human**3).rho == align(model, human).rho
    assert align(-model, human).rho == pytest.approx(-align(model, human).rho)


def test_perfect_agreement_is_1_in_every_resample() -> None:
    found = align(np.arange(30), np.arange(30) ** 2, n_boot=200)
    assert found.rho == pytest.approx(1.0)
    np.testing.assert_allclose(found.samples, 1.0)
    assert found.p == pytest.approx(0.0, abs=1e-12)


def test_few_pairs_are_judged_by_all_their_orders() -> None:
    assert align([1, 2, 3, 4], [1, 2, 3, 4], n_boot=10).p == pytest.approx(2 / 24)
    model, human = [3, 1, 1, 5, 4], [2, 1, 3, 3, 5]
    reached = abs(spearmanr(model, human).statistic) - 1e-9
    orders = [
        abs(spearmanr(model, order).statistic) >= reached for order in itertools.permutations(human)
    ]
    assert align(model, human, n_boot=10).p == pytest.approx(np.mean(orders))


@pytest.mark.parametrize(
    ("model", "human", "note"),
    [
        ([1, 2, 3], [1, 2, 3], "3 pairs are too few"),
        ([0, 0, 0, 0, 0], [1, 2, 3, 4, 5], "Model similarity is the same"),
        ([1, 2, 3, 4, 5], [7, 7, 7, 7, 7], "Human similarity is the same"),
    ],
)
def test_an_undefined_rho_is_nan_and_says_why(
    model: list[float], human: list[float], note: str
) -> None:
    found = align(model, human)
    assert np.isnan([found.rho, found.low, found.high, found.p]).all()
    assert found.note.startswith(note)
    difference = compare(model, model, human)
    assert np.isnan(difference.delta)
    assert difference.note == found.note


def test_pairs_without_a_value_are_left_out_and_counted() -> None:
    model, human = tied_pairs(30)
    with_gaps = model.copy()
    with_gaps[[3, 8]] = np.nan
    found = align(with_gaps, human, n_boot=10)
    assert found.n == 28
    assert found.note == "2 pairs without a value were left out."
    assert found.rho == align(np.delete(model, [3, 8]), np.delete(human, [3, 8]), n_boot=10).rho


def test_values_of_different_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="one value a pair"):
        align(np.arange(5), np.arange(6))


def test_a_difference_is_that_of_two_alignments_in_the_same_resamples() -> None:
    a, human = tied_pairs(80)
    b = np.random.default_rng(5).normal(size=80)
    found = compare(a, b, human, n_boot=100, seed=3)
    first, second = align(a, human, n_boot=100, seed=3), align(b, human, n_boot=100, seed=3)
    assert found.delta == pytest.approx(first.rho - second.rho)
    paired = first.samples - second.samples
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(paired, [0.025, 0.975])))
    assert found.p == pytest.approx(min(1, 2 * (1 + min(sum(paired <= 0), sum(paired >= 0))) / 101))


def test_a_difference_of_two_alignments_is_the_comparison_of_their_models() -> None:
    a, human = tied_pairs(80)
    b = np.random.default_rng(5).normal(size=80)
    first, second = (align(model, human, n_boot=100, seed=3) for model in (a, b))
    assert difference(first, second) == compare(a, b, human, n_boot=100, seed=3)


def test_alignments_over_other_pairs_have_no_difference() -> None:
    model, human = tied_pairs(40)
    with pytest.raises(ValueError, match="the same pairs"):
        difference(align(model, human, n_boot=2), align(model[:-1], human[:-1], n_boot=2))
    undefined = difference(align(model, human, n_boot=2), align(0 * model, human, n_boot=2))
    assert np.isnan(undefined.delta)
    assert undefined.note.startswith("Model similarity is the same")


def test_swapping_the_models_turns_the_difference_around() -> None:
    a, human = tied_pairs(60)
    b = np.random.default_rng(5).normal(size=60)
    there, back = compare(a, b, human), compare(b, a, human)
    assert (there.delta, there.low, there.high) == pytest.approx(
        (-back.delta, -back.high, -back.low)
    )
    assert there.p == back.p


def test_a_model_does_not_differ_from_itself() -> None:
    model, human = tied_pairs(40)
    found = compare(model, model, human)
    assert (found.delta, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_clear_difference_has_the_smallest_p_and_an_interval_without_0() -> None:
    rng = np.random.default_rng(0)
    human = rng.normal(size=150)
    good, none = human + 0.3 * rng.normal(size=150), rng.normal(size=150)
    found = compare(good, none, human, n_boot=999)
    spread = np.std(align(good, human, n_boot=999).samples - align(none, human, n_boot=999).samples)
    assert found.p == pytest.approx(2 * norm.sf(found.delta / spread))
    assert found.p < 1e-6
    assert found.low > 0


def test_few_pairs_never_have_a_p_beyond_their_resamples() -> None:
    human = np.arange(20.0)
    found = compare(human, -human, human, n_boot=99)
    assert found.p == pytest.approx(0.02)


def test_equally_good_models_differ_significantly_5_times_in_100() -> None:
    rng, trials, hits = np.random.default_rng(11), 200, 0
    for seed in range(trials):
        human = rng.normal(size=60)
        a, b = human + rng.normal(size=(2, 60))
        hits += compare(a, b, human, n_boot=200, seed=seed).p < 0.05
    assert 0.005 <= hits / trials <= 0.10


def test_holm_gives_the_textbook_values() -> None:
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_rejects_what_stepping_down_rejects(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert (adjusted >= p_values).all()
    assert (adjusted <= 1).all()
    order = np.argsort(p_values, kind="stable")
    level, rejecting = 0.05, True
    for step, index in enumerate(order):
        rejecting = rejecting and p_values[index] * (len(p_values) - step) <= level
        assert (adjusted[index] <= level) == rejecting


def test_holm_leaves_undefined_p_values_out_of_the_family() -> None:
    np.testing.assert_allclose(holm([0.02, np.nan, 0.04]), [0.04, np.nan, 0.04])
    assert holm([]).shape == (0,)


def test_the_marks_are_those_of_the_paper() -> None:
    assert {mark.model: mark.rho for mark in PAPER_MARKS} == {
        "pythia-70m": 0.70,
        "pythia-1b": 0.77,
        "pythia-12b": 0.79,
    }

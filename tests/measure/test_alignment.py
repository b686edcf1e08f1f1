from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from explorer.measure.alignment import PAPER_MARKS, align, compare, difference, holm
from explorer.measure.statistics.shared_words import numbered, spread


def tied_pairs(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Overlaps with many zeros and human scores with few levels, as in real data."""
    rng = np.random.default_rng(seed)
    human = rng.integers(0, 12, n).astype(float)
    return np.round(np.maximum(0, human + rng.normal(0, 5, n) - 4), 0), human


LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=9, max_size=30)


@given(LEVELS)
@settings(max_examples=60)
def test_rho_equals_scipy_and_p_agrees_with_the_interval(
    pairs: list[tuple[int, int]],
) -> None:
    model, human = np.array(pairs, float).T
    found = align(model, human)
    if np.ptp(model) == 0 or np.ptp(human) == 0:
        assert np.isnan(found.rho)
        return
    assert found.rho == pytest.approx(spearmanr(model, human).statistic, abs=1e-12)
    assert found.low <= found.rho <= found.high
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_rho_sees_order_only() -> None:
    model, human = tied_pairs(60)
    assert align(np.exp(model), human**3).rho == align(model, human).rho
    assert align(-model, human).rho == pytest.approx(-align(model, human).rho)


def test_perfect_agreement_is_1_and_has_no_interval() -> None:
    found = align(np.arange(30), np.arange(30) ** 2)
    assert (found.rho, found.low, found.high) == pytest.approx((1, 1, 1))
    assert found.p == 0


def test_pairs_that_share_words_make_the_interval_wider() -> None:
    rng = np.random.default_rng(3)
    words = np.array([(i, j) for i in range(30) for j in range(i) if rng.random() < 0.5])
    mine, other = rng.normal(size=(2, 30))
    model = mine[words].sum(1) + 0.3 * rng.normal(size=len(words))
    human = (0.5 * mine + other)[words].sum(1)
    apart, joined = align(model, human), align(model, human, words)
    assert apart.rho == joined.rho
    assert joined.high - joined.low > 1.5 * (apart.high - apart.low)
    assert joined.p > apart.p


def test_the_names_of_the_words_do_not_matter() -> None:
    model, human = tied_pairs(12)
    words = [(k % 5, 5 + k % 3) for k in range(12)]
    named = [(f"w{i}", f"w{j}") for i, j in words]
    assert align(model, human, words).low == align(model, human, np.array(named)).low


def test_few_pairs_are_judged_by_all_their_orders() -> None:
    assert align([1, 2, 3, 4], [1, 2, 3, 4]).p == pytest.approx(2 / 24)
    model, human = [3, 1, 1, 5, 4], [2, 1, 3, 3, 5]
    reached = abs(spearmanr(model, human).statistic) - 1e-9
    orders = [
        abs(spearmanr(model, order).statistic) >= reached for order in itertools.permutations(human)
    ]
    assert align(model, human).p == pytest.approx(np.mean(orders))


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
    found = align(with_gaps, human)
    assert found.n == 28
    assert found.note == "2 pairs without a value were left out."
    assert found.rho == align(np.delete(model, [3, 8]), np.delete(human, [3, 8])).rho


def test_values_of_different_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="one value a pair"):
        align(np.arange(5), np.arange(6))


def test_a_difference_has_the_spread_of_the_difference_of_the_influences() -> None:
    a, human = tied_pairs(80)
    b = np.random.default_rng(5).normal(size=80)
    first, second = align(a, human), align(b, human)
    found = compare(a, b, human)
    assert found == difference(first, second)
    of = spread(first.influence - second.influence, numbered(None, 80))
    assert found.delta == pytest.approx(first.rho - second.rho)
    assert (found.low, found.high) == of.interval(found.delta)
    assert found.p == of.p(found.delta)


def test_models_that_err_alike_differ_more_surely_than_their_intervals_say() -> None:
    rng = np.random.default_rng(0)
    human = rng.normal(size=300)
    error = rng.normal(size=300)
    better, worse = human + error, 0.75 * human + error
    found = compare(better, worse, human)
    a, b = align(better, human), align(worse, human)
    assert b.high > a.low
    assert found.p < 0.001


def test_alignments_over_other_pairs_have_no_difference() -> None:
    model, human = tied_pairs(40)
    with pytest.raises(ValueError, match="the same pairs"):
        difference(align(model, human), align(model[:-1], human[:-1]))
    undefined = difference(align(model, human), align(0 * model, human))
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


def test_a_family_more_changes_no_other_verdict() -> None:
    p = [0.01, 0.2, 0.03, 0.04]
    alone = holm(p, ["a", "a", "b", "b"])
    np.testing.assert_allclose(alone, [*holm(p[:2]), *holm(p[2:])])
    np.testing.assert_allclose(holm([*p, 0.5], ["a", "a", "b", "b", "c"])[:4], alone)
    np.testing.assert_allclose(holm([0.02, np.nan], ["a", "b"]), [0.02, np.nan])


def test_holm_leaves_undefined_p_values_out_of_the_family() -> None:
    np.testing.assert_allclose(holm([0.02, np.nan, 0.04]), [0.04, np.nan, 0.04])
    assert holm([]).shape == (0,)


def test_the_marks_are_those_of_the_paper() -> None:
    assert {mark.model: mark.rho for mark in PAPER_MARKS} == {
        "pythia-70m": 0.70,
        "pythia-1b": 0.77,
        "pythia-12b": 0.79,
    }

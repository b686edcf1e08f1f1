"""What average precision must be whatever the responses: both kernels against the
definition, slowly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.extract.ranking import device
from explorer.extract.ranking.host import average_precision, sort_pool
from tests.support.ap_oracle import KERNELS, ours, sklearn

UNITS = 3
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
FEW = st.sampled_from([np.float32(level) for level in (-3, -1, -0.0, 0.0, 0.5, 2, 7)])
RESPONSES = st.one_of(FEW, FEW, FLOATS)
LEVELS = (-np.inf, -2.5, -1, -0.0, 0.0, 1e-45, -1e-45, 0.5, 3.0, 65504, np.inf)
COARSE = st.sampled_from([np.float32(level) for level in LEVELS])
FINE = st.floats(-1e6, 1e6, width=32)
SEEDS = st.integers(0, 2**32 - 1)
kernels = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)


def responses(
    least: int = 1, most: int = 60, elements: st.SearchStrategy[Any] = RESPONSES
) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(
        np.float32, st.tuples(st.integers(least, most), st.just(UNITS)), elements=elements
    )


def by_definition(negatives: np.ndarray, positives: np.ndarray) -> np.ndarray:
    """Mean over positives of TP / (TP + FP), each counted at or above the positive's
    own response.
    """
    found = []
    for mine, others in zip(positives.T, negatives.T, strict=True):
        hits = [(np.sum(mine >= score), np.sum(others >= score)) for score in mine]
        found.append(np.mean([tp / (tp + fp) for tp, fp in hits]))
    return np.array(found)


def transformed(parts: list[np.ndarray], levels: np.ndarray) -> list[np.ndarray]:
    """The parts with their k-th lowest value replaced by the k-th of the ascending
    levels.
    """
    known = np.unique(np.concatenate(parts))
    return [levels[np.searchsorted(known, part)] for part in parts]


@settings(max_examples=300, deadline=None)
@given(responses(elements=COARSE | FINE), responses(elements=COARSE | FINE))
def test_any_responses_equal_scikit_learn(negatives: np.ndarray, positives: np.ndarray) -> None:
    found = ours(negatives, positives)
    finite = np.isfinite(negatives).all(0) & np.isfinite(positives).all(0)
    if finite.any():
        assert found[finite] == pytest.approx(
            sklearn(negatives[:, finite], positives[:, finite]), abs=1e-9
        )
    assert (found > 0).all()
    assert (found <= 1 + 1e-12).all()


@settings(max_examples=100, deadline=None)
@given(responses(), responses(), st.integers(1, 9), SEEDS)
def test_folds_side_by_side_equal_folds_alone(
    negatives: np.ndarray, positives: np.ndarray, folds: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    in_pool, in_union = (rng.random((len(part), folds)) < 0.6 for part in (negatives, positives))
    in_union[0] = True
    found = average_precision(sort_pool(negatives), in_pool, positives, in_union)
    alone = [ours(negatives[a], positives[b]) for a, b in zip(in_pool.T, in_union.T, strict=True)]
    assert found == pytest.approx(np.array(alone), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(responses(elements=COARSE), st.integers(1, 4))
def test_repeating_every_sentence_changes_nothing(values: np.ndarray, times: int) -> None:
    negatives, positives = values, values[: max(1, len(values) // 2)] + np.float32(0)
    repeated = [np.repeat(part, times, axis=0) for part in (negatives, positives)]
    assert ours(*repeated) == pytest.approx(ours(negatives, positives), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(responses(elements=FINE), responses(elements=FINE))
def test_swapping_labels_and_signs_keeps_separation(
    negatives: np.ndarray, positives: np.ndarray
) -> None:
    perfect = ours(negatives, positives) == 1
    assert np.array_equal(perfect, ours(-positives, -negatives) == 1)


@kernels
@settings(max_examples=60, deadline=None)
@given(responses(), responses())
def test_labels_swapped_and_signs_turned_is_the_definition_of_the_swapped_case(
    kernel, negatives: np.ndarray, positives: np.ndarray
) -> None:
    found = kernel(-positives, -negatives)
    assert found == pytest.approx(by_definition(-positives, -negatives), abs=1e-12)
    assert found == pytest.approx(sklearn(-positives, -negatives), abs=1e-9)


@kernels
@settings(max_examples=60, deadline=None)
@given(responses(), responses(), st.data())
def test_any_map_that_keeps_the_order_of_float32_keeps_every_score(
    kernel, negatives: np.ndarray, positives: np.ndarray, data: st.DataObject
) -> None:
    n = len(np.unique(np.concatenate([negatives, positives])))
    # Zero twice would make a tie of two levels: -0.0 equals 0.0.
    wide = st.lists(FLOATS.filter(lambda x: x != 0), min_size=n, max_size=n, unique=True)
    levels = np.sort(np.array(data.draw(wide), np.float32))
    assert np.array_equal(
        kernel(*transformed([negatives, positives], levels)), kernel(negatives, positives)
    )


@settings(max_examples=60, deadline=None)
@given(responses(), st.sampled_from([0.25, 2.0, 1024.0]), st.integers(1, 5))
def test_scaling_by_a_power_of_two_keeps_every_score(
    values: np.ndarray, scale: float, split: int
) -> None:
    # Exact in binary, short of overflow and of the smallest numbers.
    values = np.where((np.abs(values) < 1e30) & (np.abs(values) > 1e-30), values, 0).astype(
        np.float32
    )
    parts = values[: min(split, len(values))], values
    assert np.array_equal(ours(*(part * np.float32(scale) for part in parts)), ours(*parts))


@settings(max_examples=60, deadline=None)
@given(responses(2), responses(2), st.integers(1, 6), SEEDS)
def test_sentences_may_come_in_any_order_when_their_folds_come_along(
    negatives: np.ndarray, positives: np.ndarray, folds: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    drawn, taken = (
        rng.random((len(negatives), folds)) < 0.6,
        rng.random((len(positives), folds)) < 0.6,
    )
    taken[0] = True
    a, b = rng.permutation(len(negatives)), rng.permutation(len(positives))
    expected = average_precision(sort_pool(negatives), drawn, positives, taken)
    found = average_precision(sort_pool(negatives[a]), drawn[a], positives[b], taken[b])
    assert found == pytest.approx(expected, abs=1e-12)
    on_device = device.average_precision(
        device.sort_pool(torch.from_numpy(negatives[a])),
        drawn[a],
        torch.from_numpy(positives[b]),
        taken[b],
    )
    assert on_device == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(responses(2), responses(), SEEDS)
def test_sentences_of_the_pool_that_a_fold_did_not_draw_leave_no_trace(
    negatives: np.ndarray, positives: np.ndarray, seed: int
) -> None:
    drawn = np.random.default_rng(seed).random((len(negatives), 1)) < 0.5
    every = np.ones((len(positives), 1), bool)
    found = average_precision(sort_pool(negatives), drawn, positives, every)[0]
    alone = average_precision(
        sort_pool(negatives[drawn[:, 0]]), drawn[drawn[:, 0]], positives, every
    )[0]
    assert found == pytest.approx(alone, abs=1e-12)


@kernels
@settings(max_examples=60, deadline=None)
@given(responses(), responses(), responses())
def test_more_negatives_never_raise_a_score(
    kernel, negatives: np.ndarray, more: np.ndarray, positives: np.ndarray
) -> None:
    assert (
        kernel(np.concatenate([negatives, more]), positives) <= kernel(negatives, positives) + 1e-12
    ).all()


@kernels
@settings(max_examples=60, deadline=None)
@given(responses(), responses(), st.integers(1, 20))
def test_negatives_below_every_positive_change_nothing(
    kernel, negatives: np.ndarray, positives: np.ndarray, more: int
) -> None:
    low = np.full((more, UNITS), -np.inf, np.float32)
    extended = np.concatenate([negatives, low])
    assert kernel(extended, positives) == pytest.approx(kernel(negatives, positives), abs=1e-12)


@kernels
@settings(max_examples=60, deadline=None)
@given(responses(), responses(), st.integers(2, 5), SEEDS)
def test_equal_copies_of_some_sentences_are_scored_by_the_definition(
    kernel, negatives: np.ndarray, positives: np.ndarray, times: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    again = [part[rng.integers(0, len(part), times * 3)] for part in (negatives, positives)]
    # A copy of a positive among the negatives, too: the tie that a kernel is most
    # likely to get wrong.
    one = np.concatenate([negatives, again[0], positives[:2]])
    other = np.concatenate([positives, again[1], negatives[:2]])
    assert kernel(one, other) == pytest.approx(by_definition(one, other), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 50), st.integers(1, 50), FLOATS)
def test_a_constant_unit_scores_its_prevalence(
    n_negative: int, n_positive: int, value: float
) -> None:
    parts = [np.full((n, UNITS), value, np.float32) for n in (n_negative, n_positive)]
    assert ours(*parts) == pytest.approx(n_positive / (n_negative + n_positive), abs=1e-12)

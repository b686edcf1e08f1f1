from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.extract.average_precision import average_precision, sort_pool
from tests.extract.ap_oracle import ours, sklearn

LEVELS = (-np.inf, -2.5, -1, -0.0, 0.0, 1e-45, -1e-45, 0.5, 3.0, 65504, np.inf)
COARSE = st.sampled_from([np.float32(level) for level in LEVELS])
FINE = st.floats(-1e6, 1e6, width=32)


def scores(elements: st.SearchStrategy, most: int = 60) -> st.SearchStrategy[np.ndarray]:
    shape = st.tuples(st.integers(1, most), st.just(3))
    return arrays.arrays(np.float32, shape, elements=elements)


@settings(max_examples=300, deadline=None)
@given(scores(COARSE | FINE), scores(COARSE | FINE))
def test_any_responses_equal_scikit_learn(negatives: np.ndarray, positives: np.ndarray) -> None:
    found = ours(negatives, positives)
    finite = np.isfinite(negatives).all(0) & np.isfinite(positives).all(0)
    if finite.any():
        assert found[finite] == pytest.approx(sklearn(negatives[:, finite], positives[:, finite]), abs=1e-9)
    assert (found > 0).all()
    assert (found <= 1 + 1e-12).all()


@settings(max_examples=100, deadline=None)
@given(scores(COARSE), scores(COARSE), st.integers(0, 2**32 - 1))
def test_the_order_of_sentences_does_not_matter(negatives: np.ndarray, positives: np.ndarray, seed: int) -> None:
    shuffled = [np.random.default_rng(seed).permutation(part) for part in (negatives, positives)]
    assert ours(*shuffled) == pytest.approx(ours(negatives, positives), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(scores(COARSE), scores(COARSE))
def test_strictly_monotone_transforms_do_not_matter(negatives: np.ndarray, positives: np.ndarray) -> None:
    levels = np.unique(np.concatenate([negatives, positives]))
    ranked = [np.searchsorted(levels, part).astype(np.float32) * 3 - 7 for part in (negatives, positives)]
    assert np.array_equal(ours(*ranked), ours(negatives, positives))


@settings(max_examples=100, deadline=None)
@given(scores(COARSE | FINE), scores(COARSE | FINE), st.integers(1, 9), st.integers(0, 2**32 - 1))
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
@given(scores(COARSE), st.integers(1, 4))
def test_repeating_every_sentence_changes_nothing(values: np.ndarray, times: int) -> None:
    negatives, positives = values, values[: max(1, len(values) // 2)] + np.float32(0)
    repeated = [np.repeat(part, times, axis=0) for part in (negatives, positives)]
    assert ours(*repeated) == pytest.approx(ours(negatives, positives), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(scores(FINE), scores(FINE))
def test_swapping_labels_and_signs_keeps_separation(negatives: np.ndarray, positives: np.ndarray) -> None:
    perfect = ours(negatives, positives) == 1
    assert np.array_equal(perfect, ours(-positives, -negatives) == 1)

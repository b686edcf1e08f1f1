from __future__ import annotations

import warnings
from collections.abc import Callable

import numba
import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from explorer.extract.compiled import compiled
from explorer.extract.ranking import host as room
from explorer.extract.ranking.host import average_precision, sort_pool
from tests.support.ap_oracle import KERNELS, ours, sklearn


def bfloat16(values: np.ndarray) -> np.ndarray:
    return (np.ascontiguousarray(values, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)).view(
        np.float32
    )


ROUNDINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "float32": lambda values: values,
    "float16": lambda values: values.astype(np.float16).astype(np.float32),
    "bfloat16": bfloat16,
    "integers": np.round,
    "signs": np.sign,
    "tiny, so mostly signed zeros": lambda values: (values * np.float32(1e-45)).astype(np.float32),
    "huge": lambda values: values * np.float32(1e34),
}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHUNK_BYTES", 1)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize(
    ("n_negative", "n_positive"),
    [(1, 1), (17, 1), (1, 17), (40, 9), (250, 130), (300, 300), (1000, 400)],
)
def test_equals_scikit_learn_on_every_kind_of_response(
    kernel: str, rounding: str, n_negative: int, n_positive: int, rng: np.random.Generator
) -> None:
    shift = np.linspace(
        -4, 4, 24, dtype=np.float32
    )  # from units that avoid the concept to perfect experts
    negatives = ROUNDINGS[rounding](rng.standard_normal((n_negative, 24)).astype(np.float32))
    positives = ROUNDINGS[rounding](
        (rng.standard_normal((n_positive, 24)) + shift).astype(np.float32)
    )
    assert KERNELS[kernel](negatives, positives) == pytest.approx(
        sklearn(negatives, positives), abs=1e-9
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_equals_scikit_learn_on_the_listed_oracle(kernel: str) -> None:
    state = np.random.RandomState(1234)
    labels = np.array([1, 1, 0, 1, 0, 0])
    for scores in (state.rand(10, 6), state.rand(10, 6)):
        scores = scores.astype(np.float32)
        expected = [average_precision_score(labels, unit) for unit in scores]
        found = KERNELS[kernel](scores[:, labels == 0].T, scores[:, labels == 1].T)
        assert found == pytest.approx(expected, abs=1e-9)


def test_counts_ties_as_worked_out_by_hand() -> None:
    # Positives 3, 2, 2, 0; negatives 2, 1, 1: precisions 1/1, 3/4, 3/4 and 4/7.
    negatives, positives = np.float32([[2], [1], [1]]), np.float32([[3], [2], [2], [0]])
    assert ours(negatives, positives) == pytest.approx((1 + 3 / 4 + 3 / 4 + 4 / 7) / 4, abs=1e-12)


@pytest.mark.parametrize("value", [0.0, -1.5, 3e38, -np.inf, np.inf])
@pytest.mark.parametrize(("n_negative", "n_positive"), [(1, 1), (30, 7), (16, 64), (500, 300)])
def test_constant_units_score_their_prevalence(
    value: float, n_negative: int, n_positive: int
) -> None:
    negatives, positives = (np.full((n, 3), value, np.float32) for n in (n_negative, n_positive))
    assert ours(negatives, positives) == pytest.approx(
        n_positive / (n_negative + n_positive), abs=1e-12
    )


def test_negative_zero_ties_with_zero() -> None:
    zeros = np.float32([[0.0, -0.0], [-0.0, 0.0], [0.0, -0.0]])
    assert ours(zeros, -zeros[:2]) == pytest.approx(2 / 5, abs=1e-12)


def test_separated_units_score_one_and_their_opposite_scores_least() -> None:
    negatives, positives = (
        np.arange(40, dtype=np.float32)[:, None],
        np.arange(40, 60, dtype=np.float32)[:, None],
    )
    assert ours(negatives, positives) == 1
    assert ours(-negatives, -positives) == pytest.approx(
        np.mean([i / (i + 40) for i in range(1, 21)]), abs=1e-12
    )


@pytest.mark.parametrize(
    ("pool", "union", "folds"),
    [(60, 20, 1), (60, 20, 3), (200, 90, 5), (700, 600, 8), (90, 260, 33)],
)
@pytest.mark.parametrize("rounding", ["float32", "integers"])
def test_folds_of_any_sizes_side_by_side_equal_scikit_learn(
    pool: int, union: int, folds: int, rounding: str, rng: np.random.Generator
) -> None:
    negatives = ROUNDINGS[rounding](rng.standard_normal((pool, 4)).astype(np.float32))
    positives = ROUNDINGS[rounding]((rng.standard_normal((union, 4)) + 0.5).astype(np.float32))
    in_pool = rng.random((pool, folds)) < rng.uniform(0.05, 1, folds)
    in_union = rng.random((union, folds)) < rng.uniform(0.05, 1, folds)
    in_pool[0], in_union[0] = True, True
    found = average_precision(sort_pool(negatives), in_pool, positives, in_union)
    expected = [
        sklearn(negatives[a], positives[b]) for a, b in zip(in_pool.T, in_union.T, strict=True)
    ]
    assert found == pytest.approx(np.array(expected), abs=1e-9)


def test_a_pool_of_more_than_65536_sentences_is_counted_without_overflow(
    rng: np.random.Generator,
) -> None:
    negatives = rng.integers(0, 50, (70_000, 2)).astype(np.float32)
    positives = rng.integers(0, 50, (66_000, 2)).astype(np.float32)
    in_pool, in_union = np.ones((70_000, 3), bool), np.ones((66_000, 3), bool)
    in_pool[:65_000, 1], in_union[:65_000, 2] = False, False
    found = average_precision(sort_pool(negatives), in_pool, positives, in_union)
    expected = [
        sklearn(negatives[a], positives[b]) for a, b in zip(in_pool.T, in_union.T, strict=True)
    ]
    assert found == pytest.approx(np.array(expected), abs=1e-9)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("units", [1, 15, 16, 17, 100])
def test_chunks_and_threads_change_nothing(units: int, rng: np.random.Generator) -> None:
    negatives = rng.integers(-9, 9, (50, units)).astype(np.float32)
    positives = rng.integers(-9, 12, (30, units)).astype(np.float32)
    assert np.array_equal(
        ours(negatives, positives, threads=1), ours(negatives, positives, threads=3)
    )
    assert ours(negatives, positives, threads=3) == pytest.approx(
        sklearn(negatives, positives), abs=1e-9
    )


def test_views_and_read_only_arrays_are_accepted(rng: np.random.Generator) -> None:
    wide = rng.standard_normal((80, 64)).astype(np.float32)
    wide.flags.writeable = False
    expected = sklearn(wide[:50, ::2], wide[50:, ::2])
    assert ours(wide[:50, ::2], wide[50:, ::2]) == pytest.approx(expected, abs=1e-9)
    columns = [np.asfortranarray(part[:, ::2]) for part in (wide[:50], wide[50:])]
    assert ours(*columns) == pytest.approx(expected, abs=1e-9)


def test_one_sorted_pool_serves_every_concept(rng: np.random.Generator) -> None:
    negatives = rng.standard_normal((90, 6)).astype(np.float32)
    pool = sort_pool(negatives)
    for n in (3, 40):
        positives = rng.standard_normal((n, 6)).astype(np.float32)
        drawn = rng.random((90, 1)) < 0.5
        found = average_precision(pool, drawn, positives, np.ones((n, 1), bool))[0]
        assert found == pytest.approx(sklearn(negatives[drawn[:, 0]], positives), abs=1e-9)


def test_without_negatives_every_unit_is_perfect_and_without_positives_none_has_a_score() -> None:
    pool, positives = sort_pool(np.ones((4, 2), np.float32)), np.ones((3, 2), np.float32)
    some = np.ones((3, 2), bool)
    some[:, 1] = False
    found = average_precision(pool, np.zeros((4, 2), bool), positives, some)
    assert np.array_equal(found, [[1, 1], [np.nan, np.nan]], equal_nan=True)


def test_kernels_compile_where_nothing_can_be_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])

    def double(value: int) -> int:
        return 2 * value

    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(double)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled(double)(21) == 42

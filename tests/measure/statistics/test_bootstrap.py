from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.statistics.bootstrap import (
    bootstrap_mean,
    bootstrap_means,
    percentiles,
    resample_counts,
    resample_indices,
)

RNG = np.random.default_rng(3)


def test_every_resample_is_drawn_with_replacement_from_all_items() -> None:
    drawn = resample_indices(7, 500, 0)
    assert drawn.shape == (500, 7)
    assert set(drawn.ravel().tolist()) == set(range(7))
    assert any(len(set(row.tolist())) < 7 for row in drawn)


def test_the_seed_decides_the_resamples() -> None:
    assert np.array_equal(resample_indices(9, 20, 1), resample_indices(9, 20, 1))
    assert not np.array_equal(resample_indices(9, 20, 1), resample_indices(9, 20, 2))


def test_counts_tell_how_often_each_index_was_drawn() -> None:
    counts = resample_counts(6, 30, 5)
    for row, drawn in zip(counts, resample_indices(6, 30, 5), strict=True):
        assert row.tolist() == [int(np.sum(drawn == item)) for item in range(6)]


def test_samples_are_the_means_of_the_resamples() -> None:
    values = RNG.normal(size=15)
    interval = bootstrap_mean(values, n=50, seed=4)
    expected = [np.mean([values[i] for i in drawn]) for drawn in resample_indices(15, 50, 4)]
    np.testing.assert_allclose(interval.samples, expected)
    assert interval.value == pytest.approx(values.mean())
    assert (interval.low, interval.high) == pytest.approx(
        tuple(np.quantile(expected, [0.025, 0.975]))
    )


def test_a_wider_level_gives_a_wider_interval() -> None:
    values = RNG.normal(size=40)
    narrow, wide = bootstrap_mean(values, level=0.5), bootstrap_mean(values, level=0.99)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


def test_the_interval_is_as_wide_as_theory_says() -> None:
    values = RNG.normal(size=400)
    interval = bootstrap_mean(values)
    expected = 2 * 1.96 * values.std() / np.sqrt(400)
    assert interval.high - interval.low == pytest.approx(expected, rel=0.08)


def test_equal_values_have_an_interval_of_no_width() -> None:
    interval = bootstrap_mean([0.25] * 5)
    assert interval.low == interval.value == interval.high == 0.25


def test_one_value_has_a_mean_but_no_interval() -> None:
    interval = bootstrap_mean([0.3])
    assert interval.value == 0.3
    assert np.isnan([interval.low, interval.high]).all()


def test_no_value_has_no_mean() -> None:
    assert np.isnan(bootstrap_mean([]).value)


def test_columns_share_their_resamples() -> None:
    first, second = bootstrap_means(np.outer(RNG.normal(size=12), [1.0, 2.0]), n=30)
    np.testing.assert_allclose(second.samples, 2 * first.samples)


def test_undefined_samples_are_no_part_of_the_interval() -> None:
    assert percentiles(np.array([np.nan, 1.0, 1.0, np.nan])) == (1.0, 1.0)
    assert np.isnan(percentiles(np.array([np.nan]))).all()

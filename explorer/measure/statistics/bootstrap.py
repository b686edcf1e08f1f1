"""Percentile bootstrap, and the resamples it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Interval:
    """An estimate with its percentile interval; `samples` holds the estimate of every
    resample.
    """

    value: float
    low: float
    high: float
    samples: np.ndarray
    level: float = LEVEL


def resample_indices(n_items: int, n: int, seed: int) -> np.ndarray:
    """(n, n_items) indices drawn with replacement; the same arguments give the same
    draws.
    """
    return np.random.default_rng(seed).integers(0, n_items, (n, n_items), dtype=np.int32)


def resample_counts(n_items: int, n: int, seed: int) -> np.ndarray:
    """(n, n_items) how often each item occurs in each resample of
    `resample_indices`.
    """
    flat = resample_indices(n_items, n, seed) + n_items * np.arange(n, dtype=np.int64)[:, None]
    return np.bincount(flat.ravel(), minlength=n * n_items).reshape(n, n_items)


def percentiles(samples: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Ends of the central interval of the finite samples; NaN without any.

    Percentile interval: Efron & Tibshirani (1993), section 13.3.
    """
    finite = samples[np.isfinite(samples)]
    if not len(finite):
        return np.nan, np.nan
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_mean(
    values: Sequence[float] | np.ndarray, n: int = 2000, seed: int = 0, level: float = LEVEL
) -> Interval:
    """Mean of (items,) values with its interval over items. One value has no interval:
    its ends are NaN.
    """
    return bootstrap_means(np.asarray(values, float)[:, None], n, seed, level)[0]


def bootstrap_means(
    values: np.ndarray, n: int = 2000, seed: int = 0, level: float = LEVEL
) -> list[Interval]:
    """Mean of each column of (items, columns) values; all columns share the
    resamples.
    """
    n_items, n_columns = values.shape
    if n_items < 2:
        means = values.sum(0) if n_items else np.full(n_columns, np.nan)
        return [Interval(float(m), np.nan, np.nan, np.empty(0), level) for m in means]
    samples = resample_counts(n_items, n, seed) @ values / n_items
    return [
        Interval(float(mean), *percentiles(drawn, level), drawn, level)
        for mean, drawn in zip(values.mean(0), samples.T, strict=True)
    ]

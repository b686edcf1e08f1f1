"""Spearman's ρ as it is, and as it is in many resamples of the same pairs."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata, t

from explorer.measure.statistics.bootstrap import resample_counts

FEWEST_PAIRS = 4
EXACT_UP_TO = 8
"""Pairs up to which the p of a correlation comes from all orders of the pairs."""
BLOCK = 1 << 18


def complete(
    models: Sequence[ArrayLike], human: ArrayLike
) -> tuple[list[np.ndarray], np.ndarray, str]:
    """The pairs that have every value, and a note that counts the others. Raises
    ValueError for unequal shapes.
    """
    columns = [np.asarray(values, float) for values in (*models, human)]
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise ValueError(
            f"one value a pair is needed, got shapes {[column.shape for column in columns]}"
        )
    present = np.all(np.isfinite(columns), axis=0)
    left_out = int(np.sum(~present))
    note = f"{left_out} pairs without a value were left out." if left_out else ""
    *kept, y = (column[present] for column in columns)
    return kept, y, note


def problem(models: Sequence[np.ndarray], human: np.ndarray) -> str:
    """Why ρ of these complete values is not defined; empty where it is."""
    if len(human) < FEWEST_PAIRS:
        return f"{len(human)} pairs are too few for a correlation; {FEWEST_PAIRS} are needed."
    if np.ptp(human) == 0:
        return "Human similarity is the same for every pair, so a correlation is not defined."
    if any(np.ptp(model) == 0 for model in models):
        return "Model similarity is the same for every pair, so a correlation is not defined."
    return ""


def correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson correlation along the last axis; broadcasts. Of ranks, it is Spearman's
    ρ.
    """
    x = x - x.mean(-1, keepdims=True)
    y = y - y.mean(-1, keepdims=True)
    scale = np.sqrt((x * x).sum(-1) * (y * y).sum(-1))
    return np.asarray(np.clip((x * y).sum(-1) / scale, -1.0, 1.0))


def student_p(r: float, degrees: int) -> float:
    """Two-sided p of a correlation against 0 from Student's t; 0 for a perfect one."""
    if abs(r) >= 1.0:
        return 0.0
    return float(2 * t.sf(abs(r) * np.sqrt(degrees / (1 - r * r)), degrees))


def p_value(x: np.ndarray, y: np.ndarray, rho: float) -> float:
    """Two-sided p of ρ: of all n! orders up to n = 8, from Student's t with n - 2
    degrees of freedom above.
    """
    n = len(x)
    if n > EXACT_UP_TO:
        return student_p(rho, n - 2)
    orders = rankdata(y)[np.array(list(itertools.permutations(range(n))))]
    # Rounding must not decide whether an order that equals the observed one counts.
    return float(np.mean(np.abs(correlation(rankdata(x), orders)) >= abs(rho) - 1e-9))


class Ranker:
    """Average ranks of one variable in any resample, from counts alone: sorted once,
    never again.
    """

    def __init__(self, values: np.ndarray) -> None:
        self.order = np.argsort(values, kind="stable")
        new = np.concatenate([[True], np.diff(values[self.order]) != 0])
        self.ends = np.append(np.flatnonzero(new)[1:], len(values)) - 1
        self.group = np.empty(len(values), np.int64)
        self.group[self.order] = np.cumsum(new) - 1

    def centred(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(resamples, n) twice the average ranks minus their mean, whole numbers, and
        (resamples,) sums of squares of the ranks minus their mean.

        counts: (resamples, n). A tied group occupies consecutive ranks, so its average
        rank is the number of values up to its end minus half of its size less one; the
        sum of squares of n ranks is n³ less the cubes of the sizes, by 12.
        """
        n = len(self.group)
        ends = np.cumsum(np.take(counts, self.order, 1), axis=1, dtype=np.int32)
        if len(self.ends) < n:
            ends = np.take(ends, self.ends, 1)
        sizes = np.diff(ends, axis=1, prepend=np.int32(0))
        wide = sizes.astype(float)
        squares = (float(n) ** 3 - np.vecdot(wide * wide, wide)) / 12
        return np.take(2 * ends - sizes - n, self.group, 1), squares


def resampled_rho(models: np.ndarray, human: np.ndarray, n_boot: int, seed: int) -> np.ndarray:
    """(models, n_boot) Spearman ρ of (models, n) values with (n,) human ones, all in
    the same resamples.

    NaN where a resample holds a single distinct value.
    """
    counts = _counts(len(human), n_boot, seed)
    weighted, y_squares = _weighted(np.asarray(human, float).tobytes(), n_boot, seed)
    rho = np.full((len(models), n_boot), np.nan)
    for row, model in zip(rho, models, strict=True):
        ranker = Ranker(model)
        for part in _blocks(len(human), n_boot):
            x, x_squares = ranker.centred(counts[part])
            scale = np.sqrt(x_squares * y_squares[part])
            # Ranks were doubled on both sides.
            products = np.vecdot(x.astype(float), weighted[part].astype(float)) / 4
            np.divide(products, scale, out=row[part], where=scale > 0)
    return np.asarray(np.clip(rho, -1.0, 1.0))


def _blocks(n_pairs: int, n_boot: int) -> list[slice]:
    """Resamples that are small enough together for the processor's cache."""
    width = max(1, BLOCK // n_pairs)
    return [slice(first, first + width) for first in range(0, n_boot, width)]


# Every checkpoint and representation of a page is measured in the same resamples, and
# against the same ratings.
@functools.lru_cache(maxsize=2)
def _counts(n_pairs: int, n_boot: int, seed: int) -> np.ndarray:
    counts = resample_counts(n_pairs, n_boot, seed).astype(np.int32)
    counts.flags.writeable = False
    return counts


@functools.lru_cache(maxsize=2)
def _weighted(human: bytes, n_boot: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n_boot, n) doubled ranks of ratings times how often each pair was drawn, and
    (n_boot,) sums of squares of the ranks.
    """
    ranker = Ranker(np.frombuffer(human))
    n = len(ranker.group)
    counts = _counts(n, n_boot, seed)
    weighted, squares = np.empty((n_boot, n), np.int32), np.empty(n_boot)
    for part in _blocks(n, n_boot):
        ranks, squares[part] = ranker.centred(counts[part])
        np.multiply(ranks, counts[part], out=weighted[part])
    return weighted, squares

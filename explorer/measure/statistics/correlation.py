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
        self.starts = np.flatnonzero(new)
        self.group = np.empty(len(values), np.int64)
        self.group[self.order] = np.cumsum(new) - 1

    def centred(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, resamples) average ranks minus their mean, and (resamples,) their sums of
        squares.

        counts: (n, resamples). A tied group occupies consecutive ranks, so its average
        rank is the number of values up to its end minus half of its size less one.
        """
        sizes = np.add.reduceat(counts[self.order], self.starts, axis=0)
        ranks = np.cumsum(sizes, axis=0) - (sizes - 1) / 2 - (len(self.group) + 1) / 2
        return ranks[self.group], (sizes * ranks * ranks).sum(0)


def resampled_rho(models: np.ndarray, human: np.ndarray, n_boot: int, seed: int) -> np.ndarray:
    """(models, n_boot) Spearman ρ of (models, n) values with (n,) human ones, all in
    the same resamples.

    NaN where a resample holds a single distinct value.
    """
    counts = _counts(len(human), n_boot, seed)
    rankers, human_ranker = [Ranker(model) for model in models], Ranker(human)
    rho = np.full((len(models), n_boot), np.nan)
    width = max(1, BLOCK // len(human))
    for first in range(0, n_boot, width):
        block = np.ascontiguousarray(counts[:, first : first + width])
        y, y_squares = human_ranker.centred(block)
        weighted = block * y
        for row, ranker in zip(rho, rankers, strict=True):
            x, x_squares = ranker.centred(block)
            scale = np.sqrt(x_squares * y_squares)
            products = np.einsum("ij,ij->j", x, weighted)
            np.divide(products, scale, out=row[first : first + width], where=scale > 0)
    return np.asarray(np.clip(rho, -1.0, 1.0))


@functools.lru_cache(maxsize=2)
def _counts(n_pairs: int, n_boot: int, seed: int) -> np.ndarray:
    # Every checkpoint and representation of a page is measured in the same resamples.
    counts = np.ascontiguousarray(resample_counts(n_pairs, n_boot, seed).T.astype(np.int32))
    counts.flags.writeable = False
    return counts

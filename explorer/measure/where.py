"""Where experts are, and where in a model its alignment is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def overlap_within(
    sets: Sequence[np.ndarray], groups: np.ndarray, sizes: np.ndarray, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """(groups, P) Jaccard similarities of P pairs of C sets of units, of the units of
    one group at a time.

    groups: (units,) number of each unit's group; sizes: (groups, C) of `sizes_within`;
    i, j: (P,) numbers of the sets. Diagonal and empty sets as in `pairwise_overlap`.
    """
    shared = np.zeros((len(sizes), len(i)), np.int64)
    inside = np.zeros(len(groups), bool)
    for k, (a, b) in enumerate(zip(i, j, strict=True)):
        inside[sets[a]] = True
        shared[:, k] = np.bincount(groups[sets[b][inside[sets[b]]]], minlength=len(sizes))
        inside[sets[a]] = False
    union = sizes[:, i] + sizes[:, j] - shared
    overlap: np.ndarray = np.divide(shared, union, out=np.zeros(union.shape), where=union > 0)
    overlap[:, i == j] = 1.0
    return overlap


def sizes_within(sets: Sequence[np.ndarray], groups: np.ndarray, n_groups: int) -> np.ndarray:
    """(groups, C) numbers of units that C sets have in each group."""
    counts = [np.bincount(groups[units], minlength=n_groups) for units in sets]
    return np.array(counts).reshape(len(sets), n_groups).T


def depth(units: np.ndarray, layers: np.ndarray) -> float:
    """Mean depth of units, 0 in the first layer and 1 in the last; NaN without any."""
    return float(layers[units].mean() / max(layers.max(), 1)) if len(units) else float("nan")


def bimodality(values: np.ndarray) -> float:
    """Sarle's coefficient, (skewness² + 1) ÷ kurtosis, of a sample (Pfister et al.
    2013): 5/9 for a uniform distribution, more for two peaks. NaN below four values or
    without spread.
    """
    n = len(values)
    if n < 4 or np.ptp(values) == 0:
        return float("nan")
    skew = stats.skew(values, bias=False)
    excess = stats.kurtosis(values, bias=False)
    return float((skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


def mean_difference(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float, int]:
    """Mean of after − before over the pairs that have both, its 95% t interval, and
    their number; NaN below three.
    """
    delta = np.asarray(after, float) - np.asarray(before, float)
    delta = delta[np.isfinite(delta)]
    n = len(delta)
    if n < 3:
        return float("nan"), float("nan"), float("nan"), n
    half = stats.t.ppf(0.975, n - 1) * delta.std(ddof=1) / np.sqrt(n)
    return float(delta.mean()), float(delta.mean() - half), float(delta.mean() + half), n

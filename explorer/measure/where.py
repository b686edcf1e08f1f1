"""Where experts are, and where in a model its alignment is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from explorer.measure.evidence.popularity import shared_counts
from explorer.measure.overlap import jaccard_of_counts


def overlap_within(sets: Sequence[np.ndarray], groups: np.ndarray, n_groups: int) -> np.ndarray:
    """(groups, C, C) Jaccard similarities of C sets of units, of the units of one group
    at a time.

    sets: ascending units; groups: (units,) number of each unit's group. Two sets
    without a unit in the group have overlap 0.
    """
    flat = [groups[units] for units in sets]
    grids = []
    for group in range(n_groups):
        parts = [units[of == group] for units, of in zip(sets, flat, strict=True)]
        counts = shared_counts(parts)
        grids.append(jaccard_of_counts(counts, np.diag(counts).copy()))
    return np.array(grids).reshape(n_groups, len(sets), len(sets))


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

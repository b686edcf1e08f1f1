"""Rung 2: it comes back when other sentences are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def returns_p(folds: ArrayLike, n_folds: int, sizes: ArrayLike, n_units: int) -> np.ndarray:
    """P(a unit of a fold's set is in so many of the other folds by chance).

    folds: number of folds whose set holds the unit, at least 1; sizes: of the sets.
    Random sets as large as these are binomial in the mean share of units they hold. 1
    where there is no other fold.
    """
    share = float(np.mean(np.asarray(sizes, float))) / n_units
    others = np.asarray(folds) - 1
    return np.asarray(stats.binom.sf(others - 1, n_folds - 1, share))


def common_p(shared: np.ndarray, sizes: np.ndarray, n_units: int) -> np.ndarray:
    """P(two random sets share as many units), for every pair of folds of a set.

    shared: (F, F) sizes of intersections; sizes: (F,). Returns (F(F-1)/2,) upper tails
    of the hypergeometric distribution; an empty set has 1.
    """
    a, b = np.triu_indices(len(sizes), 1)
    return np.asarray(stats.hypergeom.sf(shared[a, b] - 1, n_units, sizes[a], sizes[b]))

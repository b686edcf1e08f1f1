"""Rung 1 of units and concepts: AP above what shuffled labels give."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

_DRAWS = 20_000
_TAIL = 250
"""Largest draws that the tail is read from, as in Knijnenburg et al. (2009)."""
_BLOCK = 1 << 22


@dataclass(frozen=True, eq=False)
class NullAP:
    """AP of a unit whose labels were dealt to its sentences at random."""

    sample: np.ndarray
    """Ascending."""

    def p(self, ap: ArrayLike) -> np.ndarray:
        """P(AP of shuffled labels ≥ ap), broadcasts; above 0 up to AP 1.

        Among the largest draws and beyond, the tail is exponential with their mean
        excess: a distribution whose tail falls ever faster, as that of AP does, lies
        below it, so p is rather too large.
        """
        ap = np.asarray(ap, float)
        n = len(self.sample)
        start = self.sample[n - _TAIL - 1]
        excess = float(np.mean(self.sample[n - _TAIL :] - start))
        p = np.asarray((1 + _TAIL) / (n + 1) * np.exp(-(ap - start) / excess))
        counted = ap <= start
        p[counted] = (1 + n - np.searchsorted(self.sample, ap[counted], "left")) / (n + 1)
        return p


@functools.lru_cache(32)
def null_ap(n_positive: int, n_negative: int, seed: int = 0) -> NullAP:
    """The null of AP for sets of these sizes, from 20,000 shuffles.

    Without ties every order of the sentences is equally likely, whatever the unit, so
    one null serves all. Ties make AP smaller (the whole group counts at its end), never
    larger.
    """
    total = n_positive + n_negative
    rng = np.random.default_rng([seed, n_positive, n_negative])
    counts = np.arange(1, n_positive + 1)
    values = []
    rows = max(1, _BLOCK // total)
    for first in range(0, _DRAWS, rows):
        keys = rng.random((min(rows, _DRAWS - first), total), np.float32)
        ranks = np.sort(np.argsort(keys, axis=1)[:, :n_positive], axis=1) + 1
        values.append((counts / ranks).mean(1))
    return NullAP(np.sort(np.concatenate(values)))


def twice_the_median(p: np.ndarray, axis: int = -1) -> np.ndarray:
    """One p of several dependent ones (Rüger 1978): twice their median, at most 1.

    Folds share sentences, so their p-values may not be multiplied or averaged.
    """
    if p.shape[axis] == 1:
        return np.asarray(p.min(axis))
    return np.asarray(np.minimum(1.0, 2 * np.median(p, axis=axis)))


def false_discovery(p: np.ndarray, n_tests: int | None = None) -> np.ndarray:
    """Benjamini & Hochberg's adjusted p-values (1995), in the order given.

    n_tests: of the family, where the p of those not given are larger than all given.
    """
    if not len(p):
        return np.asarray(p, float)
    more = 1.0 if n_tests is None else n_tests / len(p)
    return np.asarray(np.minimum(1.0, more * stats.false_discovery_control(p)))


def false_discovery_at(p: np.ndarray, at: int, n_tests: int) -> float:
    """`false_discovery` of one of the p-values, in a fraction of the time."""
    larger = np.sort(p)
    first = np.searchsorted(larger, p[at])
    steps = larger[first:] * (len(p) / np.arange(first + 1, len(p) + 1))
    return min(1.0, n_tests / len(p) * min(1.0, float(steps.min())))

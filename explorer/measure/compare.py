"""Comparison of two models by what is similar to each: second-order similarity."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from explorer.measure.alignment import align
from explorer.measure.statistics.correlation import standardised

FEWEST_CONCEPTS = 4
"""Three concepts make three pairs, too few for a correlation."""
_PERMUTATIONS, _OF_MANY, _MANY = 1999, 999, 200
"""Relabellings, fewer where there are more concepts than the last."""
_ALL_ORDERS_UP_TO = 6
"""Concepts up to which every order is tried."""


@dataclass(frozen=True)
class SecondOrder:
    """Spearman ρ of two matrices of overlap over the pairs of n concepts, its 95%
    interval and permutation p; NaN where ρ is not defined, and `note` says why.
    """

    rho: float
    low: float
    high: float
    p: float
    n_concepts: int
    n_pairs: int
    note: str = ""


def permutations_for(n_concepts: int) -> int:
    """How many relabellings a p is made of."""
    return _PERMUTATIONS if n_concepts <= _MANY else _OF_MANY


def of_pairs(matrix: np.ndarray) -> np.ndarray:
    """(…, C (C - 1) / 2) values above the diagonal of (…, C, C) matrices."""
    i, j = np.triu_indices(matrix.shape[-1], 1)
    return np.asarray(matrix[..., i, j])


def rank_places(values: np.ndarray) -> np.ndarray:
    """Average ranks along the last axis as shares, 0 for the least of many and 1 for
    the greatest.
    """
    return np.asarray((rankdata(values, axis=-1) - 1) / max(values.shape[-1] - 1, 1))


def second_order(
    a: np.ndarray, b: np.ndarray, *, n: int | None = None, seed: int = 0
) -> SecondOrder:
    """Second-order similarity of two models: Spearman ρ of (C, C) overlap matrices over
    the pairs of the same C concepts (Kriegeskorte, Mur & Bandettini 2008).

    p: two-sided Mantel test (Mantel 1967) by n relabellings of the concepts of `b`
    (1,999, or 999 of many concepts), which keep that pairs share concepts, as (1 +
    hits) / (1 + n); of all C! orders up to six concepts. The interval counts pairs with
    a concept in common, as that of `align`; in simulations of 20 to 150 concepts it
    covers 89 to 97%. Raises ValueError for unequal shapes.
    """
    if a.shape != b.shape or a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise ValueError(f"two matrices of the same concepts are needed, got {a.shape}, {b.shape}")
    c = len(a)
    n_pairs = c * (c - 1) // 2
    if c < FEWEST_CONCEPTS:
        why = f"{c} concepts in common are too few; {FEWEST_CONCEPTS} are needed."
        return SecondOrder(np.nan, np.nan, np.nan, np.nan, c, n_pairs, why)
    x, y = standardised(of_pairs(a)), standardised(of_pairs(b))
    if np.isnan(x).any() or np.isnan(y).any():
        which = "the first" if np.isnan(x).any() else "the second"
        why = f"In {which} all pairs have the same overlap, so a correlation is not defined."
        return SecondOrder(np.nan, np.nan, np.nan, np.nan, c, n_pairs, why)
    measured = align(of_pairs(a), of_pairs(b), np.stack(np.triu_indices(c, 1), axis=1))
    rho = float(np.clip(x @ y, -1.0, 1.0))
    n = permutations_for(c) if n is None else n
    drawn = _relabelled(x, y, c, n, seed)
    # Rounding must not decide whether an order that equals the observed one counts.
    hits = int((np.abs(drawn) >= abs(rho) - 1e-6).sum())
    exact = c <= _ALL_ORDERS_UP_TO
    p = hits / len(drawn) if exact else (1 + hits) / (1 + n)
    return SecondOrder(rho, measured.low, measured.high, p, c, n_pairs)


def _relabelled(x: np.ndarray, y: np.ndarray, c: int, n: int, seed: int) -> np.ndarray:
    """ρ under relabellings of the concepts of the second matrix."""
    i, j = np.triu_indices(c, 1)
    full = np.zeros((c, c))
    full[i, j] = full[j, i] = y
    if c <= _ALL_ORDERS_UP_TO:
        orders = np.array(list(itertools.permutations(range(c))))
        return np.asarray(full[orders[:, i], orders[:, j]] @ x)
    # Single precision halves what has to be moved, and errs by a millionth.
    first, full = np.zeros((c, c), np.float32), full.astype(np.float32)
    first[i, j] = x
    rng, rhos, moved = np.random.default_rng(seed), np.empty(n), np.empty_like(full)
    for k in range(n):
        order = rng.permutation(c)
        np.take(full[order], order, axis=1, out=moved, mode="clip")
        rhos[k] = np.vdot(first, moved)
    return rhos


def fold_agreement(folds: np.ndarray) -> float:
    """Mean Spearman ρ over the pairs of F folds of one (F, C, C) measurement; NaN for
    one fold, and where it is not defined.
    """
    if len(folds) < 2:
        return math.nan
    ranks = standardised(of_pairs(folds))
    return float(of_pairs(ranks @ ranks.T).mean())


def stepped_up(agreement: float, folds: int) -> float:
    """Reliability of a mean over so many folds from the agreement of two of them
    (Spearman 1910; Brown 1910).
    """
    return folds * agreement / (1 + (folds - 1) * agreement)


def ceiling(a: float, b: float) -> float:
    """The correlation that noise leaves to two measurements of the same, of these
    reliabilities (Spearman 1904); NaN where one is not positive.
    """
    return math.sqrt(a * b) if a > 0 and b > 0 else math.nan


def profiles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(…, C) Spearman ρ of every concept's overlaps with the C - 1 others in two
    (…, C, C) matrices; NaN where all are equal.
    """
    c = a.shape[-1]
    others = ~np.eye(c, dtype=bool)
    rows = [standardised(m[..., others].reshape(*m.shape[:-1], c - 1)) for m in (a, b)]
    return np.asarray(np.clip((rows[0] * rows[1]).sum(-1), -1.0, 1.0))

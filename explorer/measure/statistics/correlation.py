"""Spearman's ρ and the influence of every pair on it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

FEWEST_PAIRS = 4
EXACT_UP_TO = 8
"""Pairs up to which the p of a correlation comes from all orders of the pairs."""


def complete(
    models: Sequence[ArrayLike], human: ArrayLike
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, str]:
    """The values of the pairs that have all of them, which pairs these are, and a note
    that counts the others. Raises ValueError for unequal shapes.
    """
    columns = [np.asarray(values, float) for values in (*models, human)]
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise ValueError(
            f"one value a pair is needed, got shapes {[column.shape for column in columns]}"
        )
    present = np.all(np.isfinite(columns), axis=0)
    left_out = int(np.sum(~present))
    note = f"{left_out} pairs without a value were left out." if left_out else ""
    *rest, y = (column[present] for column in columns)
    return rest, y, present, note


def problem(models: Sequence[np.ndarray], human: np.ndarray) -> str:
    """Why ρ of these complete values is not defined; empty where it is."""
    if len(human) < FEWEST_PAIRS:
        return f"{len(human)} pairs are too few for a correlation; {FEWEST_PAIRS} are needed."
    if np.ptp(human) == 0:
        return "Human similarity is the same for every pair, so a correlation is not defined."
    if any(np.ptp(model) == 0 for model in models):
        return "Model similarity is the same for every pair, so a correlation is not defined."
    return ""


def standardised(values: np.ndarray) -> np.ndarray:
    """Average ranks along the last axis, centred, of length 1; NaN where all values are
    equal. Products of such rows are Spearman's ρ.
    """
    ranks = rankdata(values, axis=-1)
    ranks -= ranks.mean(-1, keepdims=True)
    length = np.linalg.norm(ranks, axis=-1, keepdims=True)
    return np.asarray(np.divide(ranks, length, np.full_like(ranks, np.nan), where=length > 0))


def exact_p(x: np.ndarray, y: np.ndarray, rho: float) -> float:
    """Two-sided p of ρ from all n! orders of the pairs, for up to 8 of them."""
    orders = standardised(y)[np.array(list(itertools.permutations(range(len(x)))))]
    # Rounding must not decide whether an order that equals the observed one counts.
    return float(np.mean(np.abs(orders @ standardised(x)) >= abs(rho) - 1e-9))


def rank_correlations(variables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(k, k) Spearman ρ of (k, n) variables, none of them constant, and the (k, k, n)
    influence of every pair on each.

    The influence function of ρ (Croux & Dehon 2010, section 3) at the data, for tied
    values with the average of their ranks: ρ is the correlation of mid-distribution
    values, and moving weight to a pair changes ρ through its own values and through the
    ranks of all others. Influences sum to 0; ρ without pair e is about
    ρ - influence[e] / (n - 1).
    """
    n_variables, n = variables.shape
    ranks = np.array([rankdata(values) - (n + 1) / 2 for values in variables]) / n
    above = [_Above(values) for values in variables]
    moments = ranks @ ranks.T / n
    influence = np.empty((n_variables, n_variables, n))
    for a, b in itertools.combinations_with_replacement(range(n_variables), 2):
        own = ranks[a] * ranks[b] + above[a].mean(ranks[b]) + above[b].mean(ranks[a])
        influence[a, b] = influence[b, a] = own - 3 * moments[a, b]
    spread = np.sqrt(np.diag(moments))
    rho = np.clip(moments / np.outer(spread, spread), -1.0, 1.0)
    scaled = influence / np.outer(spread, spread)[:, :, None]
    own = np.array([scaled[a, a] for a in range(n_variables)])
    return rho, scaled - rho[:, :, None] / 2 * (own[:, None] + own[None, :])


class _Above:
    """For every item, means over the items whose value is larger, ties by half."""

    def __init__(self, values: np.ndarray) -> None:
        _, self.group = np.unique(values, return_inverse=True)

    def mean(self, of: np.ndarray) -> np.ndarray:
        """(n,) sums of (n,) numbers over the items above each one, divided by n."""
        sums = np.bincount(self.group, of)
        above = sums.sum() - np.cumsum(sums)
        return np.asarray((above + sums / 2)[self.group] / len(of))

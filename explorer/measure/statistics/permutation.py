"""The null of shuffled words: where ρ would lie if the model's similarities belonged to
other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.measure.statistics.bootstrap import LEVEL, percentiles
from explorer.measure.statistics.correlation import problem, standardised

BLOCK = 1 << 18


@dataclass(frozen=True)
class Null:
    """Central 95% band of ρ under shuffled words, and the two-sided permutation p; NaN
    where ρ is undefined.
    """

    low: float
    high: float
    p: float


def permutation_nulls(
    models: Sequence[np.ndarray],
    human: ArrayLike,
    words: np.ndarray,
    n: int = 2000,
    seed: int = 0,
) -> list[Null]:
    """The null of each of several (C, C) model similarities, its C concepts being dealt
    new names n times.

    human: (pairs,) scores; words: (pairs, 2) which two concepts each one rates. As in
    the test of Mantel (1967), similarities move with their words, so that what pairs
    share by a common word stays. All models share the shuffles. p = (1 + shuffles with
    |ρ| no smaller than observed) / (n + 1) (Phipson & Smyth 2010), so it never falls
    below 1 / (n + 1). Pairs without a score take no part.
    """
    scores = np.asarray(human, float)
    rated = np.isfinite(scores)
    scores, (i, j) = scores[rated], np.asarray(words)[rated].T
    observed = [np.asarray(model, float)[i, j] for model in models]
    defined = [k for k, x in enumerate(observed) if not problem([x], scores)]
    nulls = [Null(np.nan, np.nan, np.nan)] * len(observed)
    if not defined:
        return nulls
    ranks = standardised(scores)
    shuffles = _shuffles(len(models[0]), n, seed)
    height = max(1, BLOCK // len(scores))
    for k in defined:
        drawn = np.concatenate(
            [
                standardised(models[k][part[:, i], part[:, j]]) @ ranks
                for part in np.array_split(shuffles, -(-n // height))
            ]
        )
        # Rounding must not decide whether a shuffle equals the observed order.
        beyond = int(np.sum(np.abs(drawn) >= abs(float(standardised(observed[k]) @ ranks)) - 1e-9))
        nulls[k] = Null(*percentiles(drawn, LEVEL), (1 + beyond) / (n + 1))
    return nulls


def _shuffles(n_items: int, n: int, seed: int) -> np.ndarray:
    """(n, n_items) orders."""
    return np.random.default_rng(seed).permuted(np.tile(np.arange(n_items), (n, 1)), axis=1)

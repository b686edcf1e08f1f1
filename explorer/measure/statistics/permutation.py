"""The label-shuffled null: where ρ would lie if human scores belonged to other
pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from explorer.measure.statistics.bootstrap import LEVEL, percentiles
from explorer.measure.statistics.correlation import complete, problem

BLOCK = 1 << 20


@dataclass(frozen=True)
class Null:
    """Central 95% band of ρ under shuffled scores, and the two-sided permutation p; NaN
    where ρ is undefined.
    """

    low: float
    high: float
    p: float


def permutation_nulls(
    models: Sequence[ArrayLike], human: ArrayLike, n: int = 5000, seed: int = 0
) -> list[Null]:
    """The null of each of several (pairs,) model similarities, human scores being dealt
    to pairs n times.

    All models share the shuffles. p = (1 + shuffles with |ρ| no smaller than observed)
    / (n + 1) (Phipson & Smyth 2010), so it never falls below 1 / (n + 1). Only pairs
    with every value take part; shuffling holds pairs to be exchangeable, although pairs
    may share a word.
    """
    columns, y, _ = complete(models, human)
    defined = [k for k, x in enumerate(columns) if not problem([x], y)]
    nulls = [Null(np.nan, np.nan, np.nan)] * len(columns)
    if not defined:
        return nulls
    x = np.array([_unit(columns[k]) for k in defined])
    ranks = _unit(y)
    rng = np.random.default_rng(seed)
    height = max(1, BLOCK // len(y))
    shuffled = np.empty((len(defined), n))
    for first in range(0, n, height):
        rows = min(height, n - first)
        shuffled[:, first : first + rows] = x @ rng.permuted(np.tile(ranks, (rows, 1)), axis=1).T
    # Rounding must not decide whether a shuffle that equals the observed order counts.
    reached = (np.abs(shuffled) >= np.abs(x @ ranks)[:, None] - 1e-9).sum(1)
    for k, drawn, beyond in zip(defined, shuffled, reached, strict=True):
        nulls[k] = Null(*percentiles(drawn, LEVEL), (1 + int(beyond)) / (n + 1))
    return nulls


def _unit(values: np.ndarray) -> np.ndarray:
    ranks = rankdata(values)
    ranks -= ranks.mean()
    return np.asarray(ranks / np.linalg.norm(ranks))

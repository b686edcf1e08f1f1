"""Rung 4 of pairs: more overlap than pairs have whose sentences share as many words."""

from __future__ import annotations

import numpy as np

NEIGHBOURS = 200


def rank_among_alike(
    values: np.ndarray, covariate: np.ndarray, neighbours: int = NEIGHBOURS
) -> tuple[np.ndarray, np.ndarray]:
    """p and the mean of the values among the pairs that are nearest in the covariate.

    values, covariate: (P,). Of each pair the `neighbours` others nearest in the order
    of the covariate are taken (all where there are no more). p = (1 + those with as
    large a value) ÷ (1 + their number): uniform or larger where pairs of the same
    covariate are exchangeable, whatever the relation between the two.
    """
    n = len(values)
    k = min(neighbours, n - 1)
    if k < 1:
        return np.ones(n), np.full(n, np.nan)
    order = np.argsort(covariate, kind="stable")
    sorted_values = np.asarray(values, float)[order]
    starts = np.clip(np.arange(n) - k // 2, 0, n - k - 1)
    # Each window holds the pair itself, which counts for the 1.
    reached = np.zeros(n, np.int64)
    for place in range(k + 1):
        reached += sorted_values[starts + place] >= sorted_values
    sums = np.lib.stride_tricks.sliding_window_view(sorted_values, k + 1).sum(1)
    means = (sums[starts] - sorted_values) / k
    p, mean = np.empty(n), np.empty(n)
    p[order], mean[order] = reached / (k + 1), means
    return p, mean

"""Turnover of units: which experts of a concept still are experts of it in another
checkpoint of the same training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.measure.statistics.bootstrap import percentiles, resample_counts
from explorer.measure.where import sizes_within


def turnover(
    before: Sequence[np.ndarray],
    after: Sequence[np.ndarray],
    groups: np.ndarray,
    widths: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of C sets of units before and after, by G groups of units, (G, C) each: units
    before; of these, units after; units expected after if the set after were as many
    units of the group drawn at random; and units expected if it were the set of another
    of the concepts.

    groups: (units,) number of each unit's group; widths: (G,) units of each. The mean
    of the hypergeometric distribution is before × after ÷ width.
    """
    n_groups, n_sets = len(widths), len(before)
    sizes, sizes_after = (sizes_within(sets, groups, n_groups) for sets in (before, after))
    popularity = np.bincount(np.concatenate([*after, np.empty(0, np.int64)]).astype(np.int64))
    popularity = np.pad(popularity, (0, max(0, len(groups) - len(popularity))))
    stayed, by_all = (np.zeros((n_groups, n_sets)) for _ in range(2))
    for k, (mine, later) in enumerate(zip(before, after, strict=True)):
        both = np.intersect1d(mine, later, assume_unique=True)
        stayed[:, k] = np.bincount(groups[both], minlength=n_groups)
        by_all[:, k] = np.bincount(groups[mine], popularity[mine], minlength=n_groups)
    chance = sizes * sizes_after / widths[:, None]
    others = (by_all - stayed) / max(n_sets - 1, 1)
    return sizes, stayed, chance, others


def shares(
    sizes: np.ndarray, stayed: np.ndarray, *, n_boot: int = 2000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(G,) share that stayed of all units before, and the ends of its 95% percentile
    bootstrap interval over the C concepts; NaN where there is none.

    sizes, stayed: (G, C) of `turnover`.
    """
    counts = resample_counts(sizes.shape[1], n_boot, seed)
    total, kept = sizes.sum(1), stayed.sum(1)
    value = np.divide(kept, total, out=np.full(len(total), np.nan), where=total > 0)
    drawn_total, drawn = counts @ sizes.T, counts @ stayed.T
    ratio = np.full(drawn.shape, np.nan)
    np.divide(drawn, drawn_total, out=ratio, where=drawn_total > 0)
    ends = np.array([percentiles(column) for column in ratio.T]).reshape(-1, 2)
    return value, ends[:, 0], ends[:, 1]

"""Bridges: concepts of two domains that overlap more than the domains lead to
expect.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from explorer.measure.graph.partitions import Labels, has_label, off_diagonal

PAPER = (("driver", "bus"), ("driver", "vehicle"))
"""Bridges that Fedzechkina et al. (arXiv 2502.15090, section 4, Fig. 3) name as pairs
of words.
"""
PAPER_WORD, PAPER_DOMAINS = "racing", ("sport", "vehicle")
"""Their third example: a word of the first domain that connects it with the second,
whose words they do not name.
"""
FIT_ROUNDS = 200
COLUMNS = [
    "rank",
    "word1",
    "domain1",
    "word2",
    "domain2",
    "overlap",
    "p",
    "p_shuffled",
    "p_max",
    "paper",
]


def bridges(
    matrix: np.ndarray,
    words: Sequence[str],
    labels: Labels,
    k: int = 20,
    n_perm: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """The k overlapping pairs across domains that overlap most, and the paper's
    examples: the columns COLUMNS.

    p: rank of the pair among all cross-domain pairs of its two concepts, (1 + others as
    high) / (1 + others): the exact permutation p of "as close as any cross-domain
    partners of theirs", for one pair. p_shuffled: for one pair, by `shuffled_p`; p_max:
    the same corrected for having looked at all pairs. paper: whether the paper names
    it. A paper's example without overlap or rank is left out.
    """
    weights = off_diagonal(matrix)
    known = has_label(labels)
    names = np.array([str(label) for label in labels])
    cross = (names[:, None] != names[None, :]) & known[:, None] & known[None, :]
    i, j = np.nonzero(np.triu(cross))
    p_single, p_max = shuffled_p(weights, i, j, n_perm, seed)
    rows = []
    for rank, at in enumerate(np.lexsort((j, i, -weights[i, j])), 1):
        a, b = i[at], j[at]
        value = weights[a, b]
        named = _in_paper((words[a], names[a]), (words[b], names[b]))
        if value <= 0 or (rank > k and not named):
            continue
        others = np.concatenate([weights[a, cross[a]], weights[b, cross[b]]])
        # The pair itself is counted once from each of its concepts.
        p = (np.sum(others >= value) - 1) / (len(others) - 1)
        found = (float(value), float(p), float(p_single[at]), float(p_max[at]), named)
        rows.append((rank, words[a], labels[a], words[b], labels[b], *found))
    return pd.DataFrame(rows, columns=COLUMNS)


def shuffled_p(
    weights: np.ndarray, i: np.ndarray, j: np.ndarray, n_perm: int = 2000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """(pairs,) one-sided p of each overlap weights[i, j], and the same p against the
    greatest of all pairs.

    The null: overlaps follow from how much each concept overlaps across domains in all,
    and what a pair has beyond that fell to it by chance. Expected is e = f_i·f_j,
    fitted to the concepts' sums (quasi-independence, Goodman 1968); the residuals (w -
    e)/e^g, of equal spread by the choice of g (`_spread_power`), are dealt anew to the
    pairs, which gives other overlaps, between 0 and 1. Against the greatest:
    single-step max-T (Westfall & Young 1993). p = (1 + hits) / (1 + n_perm), or the
    share of all orders where those are no more than n_perm.

    Chance of any p_max ≤ 0.05 without a bridge, simulated (40 concepts, 160 draws): 2
    to 8% with uniform, Poisson, overdispersed Poisson and log-normal (sd 0.6) pairs,
    14% with log-normal pairs of sd 1.2, which have outliers.
    """
    observed = weights[i, j]
    if not observed.any():
        return np.ones(len(i)), np.ones(len(i))
    expected = _expected(weights, i, j)
    scale = expected ** _spread_power(observed, expected)
    residual = np.divide(observed - expected, scale, out=np.zeros(len(i)), where=scale > 0)
    reached = observed - 1e-12
    single, largest, n = np.zeros(len(i)), np.zeros(len(i)), 0
    for order in _orders(len(i), n_perm, seed):
        dealt = np.clip(expected + scale * residual[order], 0.0, 1.0)
        single += dealt >= reached
        largest += dealt.max() >= reached
        n += 1
    first = 0 if _enumerated(len(i), n_perm) else 1
    return (first + single) / (first + n), (first + largest) / (first + n)


def _enumerated(n_pairs: int, n_perm: int) -> bool:
    return n_pairs < 20 and math.factorial(n_pairs) <= n_perm


def _orders(n_pairs: int, n_perm: int, seed: int) -> Iterator[np.ndarray]:
    if _enumerated(n_pairs, n_perm):
        yield from (np.array(order) for order in itertools.permutations(range(n_pairs)))
    else:
        rng = np.random.default_rng(seed)
        yield from (rng.permutation(n_pairs) for _ in range(n_perm))


def _expected(weights: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """(pairs,) f_i·f_j whose sums over the pairs of each concept are those of the
    overlaps.
    """
    allowed = np.zeros(weights.shape)
    allowed[i, j] = allowed[j, i] = 1.0
    sums = (weights * allowed).sum(1)
    factor = np.sqrt(sums)
    for _ in range(FIT_ROUNDS):
        reach = factor * (allowed @ factor)
        # The square root damps: a full step would overshoot, since each sum has its
        # factor on both sides.
        factor = factor * np.sqrt(np.divide(sums, reach, out=np.zeros(len(sums)), where=reach > 0))
    return np.asarray(factor[i] * factor[j])


def _spread_power(observed: np.ndarray, expected: np.ndarray) -> float:
    """g in [0.5, 1] for which the squares of (w - e)/e^g do not go with log e; pairs
    with e = 0 do not count.

    0.5 is that of counts, 1 that of proportional errors. Pseudo-likelihood: Carroll &
    Ruppert (1988), section 3.2.
    """
    kept = expected > 0
    gap, logs = observed[kept] - expected[kept], np.log(expected[kept])
    logs = logs - logs.mean()

    def still_growing(power: float) -> bool:
        squares = gap**2 / expected[kept] ** (2 * power)
        return bool(squares @ logs > 0)

    low, high = 0.5, 1.0
    if not still_growing(low):
        return low
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if still_growing(middle) else (low, middle)
    return high


def _in_paper(one: tuple[str, str], other: tuple[str, str]) -> bool:
    for (word, domain), (partner, partner_domain) in ((one, other), (other, one)):
        if (word, partner) in PAPER:
            return True
        if word == PAPER_WORD and (_singular(domain), _singular(partner_domain)) == PAPER_DOMAINS:
            return True
    return False


def _singular(domain: str) -> str:
    return domain.lower().removesuffix("s")

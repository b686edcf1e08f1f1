"""Domains: does overlap group concepts as people do? Ratios, communities, bridges and a fixed layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from explorer.measure.bootstrap import pair_sums, percentiles, resample_counts
from explorer.measure.partitions import (
    Labels,
    adjusted_rand_index,
    has_label,
    labelled,
    modularity,
    normalized_mutual_information,
    off_diagonal,
)

LOUVAIN_STARTS = 5
BLOCK = 1 << 20


@dataclass(frozen=True)
class Ratio:
    """Mean overlap within domains, across domains, and their ratio with its 95% interval over concepts.

    p: one-sided, share of random dealings of the domains to the concepts with a ratio as high. NaN
    without a pair within or a pair across.
    """

    ratio: float
    within: float
    cross: float
    low: float
    high: float
    p: float
    n: int
    """Concepts that have a domain."""


@dataclass(frozen=True)
class Recovery:
    """How well communities found from overlap alone recover the domains.

    ari, nmi: over the concepts that have a domain. modularity: of the communities;
    domain_modularity: of the domains themselves, over the concepts that have one.
    """

    modularity: float
    domain_modularity: float
    ari: float
    nmi: float
    n_communities: int
    n_domains: int


def within_cross_ratio(matrix: np.ndarray, labels: Labels, n_perm: int = 2000, seed: int = 0) -> Ratio:
    """Mean overlap of pairs in one domain over that of pairs in two; concepts without a domain are left out.

    matrix: (C, C). The permutation p is (1 + hits) / (1 + n_perm). The bootstrap draws concepts, n_perm times.
    """
    weights, codes = labelled(matrix, labels)
    same = codes[:, None] == codes[None, :]
    np.fill_diagonal(same, False)
    other = codes[:, None] != codes[None, :]
    if not same.any() or not other.any():
        return Ratio(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, len(codes))
    within, cross = float(weights[same].mean()), float(weights[other].mean())
    low, high = percentiles(_ratio_samples(weights, same, other, n_perm, seed))
    p = _permutation_p(weights, same, n_perm, seed)
    return Ratio(_ratio(within, cross), within, cross, low, high, p, len(codes))


def communities(matrix: np.ndarray, seed: int = 0) -> np.ndarray:
    """(C,) community numbers, the largest community first: Louvain (Blondel et al. 2008) on overlap as weight.

    The best modularity of a few seeded starts. A concept without overlap is alone.
    """
    weights = off_diagonal(matrix)
    if not weights.any():
        return np.arange(len(weights))
    graph = nx.from_numpy_array(weights)
    found = [nx.community.louvain_communities(graph, seed=seed + start) for start in range(LOUVAIN_STARTS)]
    candidates = [_numbered(groups, len(weights)) for groups in found]
    return max(candidates, key=lambda codes: modularity(weights, codes))


def recovery(matrix: np.ndarray, labels: Labels, seed: int = 0) -> Recovery:
    """Communities of the overlap matrix (C, C) against the domains (C,)."""
    found = communities(matrix, seed)
    known = has_label(labels)
    domains = [label for label in labels if label is not None]
    return Recovery(
        modularity=modularity(matrix, found),
        domain_modularity=modularity(matrix, labels),
        ari=adjusted_rand_index(domains, found[known]),
        nmi=normalized_mutual_information(domains, found[known]),
        n_communities=len(set(found.tolist())),
        n_domains=len(set(domains)),
    )


def bridges(matrix: np.ndarray, words: Sequence[str], labels: Labels, k: int = 20) -> pd.DataFrame:
    """The k overlapping pairs across domains that overlap most: word1, domain1, word2, domain2, overlap, p.

    p: rank of the pair among all cross-domain pairs of its two concepts, (1 + others as high) /
    (1 + others). It is the exact permutation p of "these two are as close as any cross-domain partners of
    theirs", for one pair; it is not corrected for having looked at all of them.
    """
    weights = off_diagonal(matrix)
    known = has_label(labels)
    names = np.array([str(label) for label in labels])
    cross = (names[:, None] != names[None, :]) & known[:, None] & known[None, :]
    i, j = np.nonzero(np.triu(cross & (weights > 0)))
    top = np.lexsort((j, i, -weights[i, j]))[:k]
    rows = []
    for a, b in zip(i[top], j[top], strict=True):
        value = weights[a, b]
        others = np.concatenate([weights[a, cross[a]], weights[b, cross[b]]])
        # The pair itself is counted once from each of its concepts.
        p = (np.sum(others >= value) - 1) / (len(others) - 1)
        rows.append((words[a], labels[a], words[b], labels[b], float(value), float(p)))
    return pd.DataFrame(rows, columns=["word1", "domain1", "word2", "domain2", "overlap", "p"])


def layout(matrix: np.ndarray, words: Sequence[str], seed: int = 0) -> dict[str, tuple[float, float]]:
    """A position in [-1, 1]² for each word, the same at every call: Fruchterman–Reingold (1991).

    Words attract by the overlap they have beyond what their total overlaps predict (the term that modularity sums),
    because raw overlap links everything to everything.
    """
    weights = off_diagonal(matrix)
    strength = weights.sum(1)
    excess = np.maximum(weights - np.outer(strength, strength) / max(strength.sum(), 1e-300), 0.0)
    np.fill_diagonal(excess, 0.0)
    graph = nx.from_numpy_array(excess / max(excess.max(initial=0.0), 1e-300))
    placed = nx.spring_layout(graph, seed=seed, iterations=200)
    return {word: (float(placed[n][0]), float(placed[n][1])) for n, word in enumerate(words)}


def _ratio(within: float, cross: float) -> float:
    if cross > 0:
        return within / cross
    return float("inf") if within > 0 else float("nan")


def _ratio_samples(weights: np.ndarray, same: np.ndarray, other: np.ndarray, n: int, seed: int) -> np.ndarray:
    counts = resample_counts(len(weights), n, seed).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = pair_sums(counts, weights * same) / pair_sums(counts, same.astype(float))
        cross = pair_sums(counts, weights * other) / pair_sums(counts, other.astype(float))
        return np.asarray(within / cross)


def _permutation_p(weights: np.ndarray, same: np.ndarray, n: int, seed: int) -> float:
    # All overlaps have a fixed sum, so the ratio rises exactly with the sum within domains.
    i, j = np.nonzero(np.triu(same))
    reached = weights[i, j].sum() * (1 - 1e-12)
    rng, concepts = np.random.default_rng(seed), np.arange(len(weights))
    hits, size = 0, max(1, BLOCK // len(i))
    for first in range(0, n, size):
        dealt = rng.permuted(np.tile(concepts, (min(size, n - first), 1)), axis=1)
        hits += int(np.sum(weights[dealt[:, i], dealt[:, j]].sum(1) >= reached))
    return (1 + hits) / (1 + n)


def _numbered(groups: Sequence[set[int]], n: int) -> np.ndarray:
    codes: np.ndarray = np.empty(n, int)
    for number, group in enumerate(sorted(groups, key=lambda g: (-len(g), min(g)))):
        codes[list(group)] = number
    return codes

"""Quality of a probe set: lengths, type/token ratios, duplicates, sentences that name
other concepts.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from explorer.measure.probe_sets.counts import Counted, only_source
from explorer.measure.statistics.bootstrap import bootstrap_mean

NEAR = 0.8
"""Jaccard similarity of their words from which two sentences are near duplicates: two
words of nineteen may differ.
"""
STEPS = (10, 20, 50, 100, 150, 200, 260, 500, 1000, 2000, 5000, 7000)
"""Numbers of sentences at which a type/token ratio is read off."""


def names_others(counted: Counted) -> np.ndarray:
    """(S,) whether a sentence holds a form of another concept of the set that is no
    form of its own.
    """
    return np.asarray((counted.bare @ counted.names).sum(1) > 0)


def twins(counted: Counted, threshold: float = NEAR) -> tuple[np.ndarray, np.ndarray]:
    """(S,) the first earlier sentence of the concept that is the same, and (S,) the
    first that is nearly so; else −1.

    The same: equal but for case, spacing and punctuation. Nearly: Jaccard similarity of
    their distinct words of at least `threshold`. Exact: pairs are only left out which
    the prefix filter proves to lie below (Bayardo, Ma & Srikant, WWW 2007): the rarest
    words of one are among the rarest words of the other.
    """
    same = _first_of(
        counted.of.astype(np.int64) * (counted.prints.max(initial=0) + 1) + counted.prints
    )
    near = np.full(len(same), -1)
    rarity = np.bincount(counted.counts.indices, minlength=len(counted.vocabulary))
    bounds = np.searchsorted(counted.of, np.arange(len(counted.concepts) + 1))
    for first, last in itertools.pairwise(bounds):
        later, earlier = _near_pairs(counted.counts[first:last], rarity, threshold)
        open_ = (same[first + later] < 0) & (near[first + later] < 0)
        later, earlier = later[open_], earlier[open_]
        unique, at = np.unique(later, return_index=True)
        near[first + unique] = first + earlier[at]
    return same, near


def _first_of(keys: np.ndarray) -> np.ndarray:
    """(S,) position of the first equal key, −1 for the first itself."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    at = first[inverse]
    return np.where(at == np.arange(len(keys)), -1, at)


def _near_pairs(
    counts: csr_array, rarity: np.ndarray, threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (later, earlier) of rows whose words overlap by at least the threshold,
    ascending.
    """
    held = csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), shape=counts.shape)
    sizes = np.diff(held.indptr)
    row = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((held.indices, rarity[held.indices], row))
    rank = np.arange(held.nnz) - held.indptr[:-1][row]
    prefix = order[rank < (sizes - np.ceil(threshold * sizes - 1e-9) + 1)[row]]
    rare = csr_array((np.ones(len(prefix)), (row[prefix], held.indices[prefix])), shape=held.shape)
    pairs = (rare @ rare.T).tocoo()
    later, earlier = pairs.row[pairs.row > pairs.col], pairs.col[pairs.row > pairs.col]
    order = np.lexsort((earlier, later))
    later, earlier = later[order], earlier[order]
    shared = np.asarray(held[later].multiply(held[earlier]).sum(1)).ravel()
    close = shared >= threshold * (sizes[later] + sizes[earlier] - shared) - 1e-9
    return later[close], earlier[close]


def growth(counted: Counted) -> tuple[np.ndarray, np.ndarray]:
    """(S,) running words, and (S,) running distinct words, of each concept up to and
    with each sentence.
    """
    entries = counted.counts.tocoo()
    key = counted.of[entries.row].astype(np.int64) * len(counted.vocabulary) + entries.col
    order = np.lexsort((entries.row, key))
    new = np.concatenate([[True], np.diff(key[order]) != 0]) if len(order) else np.zeros(0, bool)
    fresh = np.bincount(entries.row[order][new], minlength=len(counted.of))
    return _running(counted.counts.sum(1), counted.of), _running(fresh, counted.of)


def _running(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(total[1:] - total[np.searchsorted(of, of)])


def ratio_after(counted: Counted, *wanted: ArrayLike) -> list[np.ndarray]:
    """For each n wanted, (C,) type/token ratios of the first n sentences of each
    concept; NaN where there are fewer, or no words.

    Each n is one number, or (C,) numbers.
    """
    tokens, types = growth(counted)
    starts = np.searchsorted(counted.of, np.arange(len(counted.concepts) + 1))
    ratios = []
    for n in (np.broadcast_to(np.asarray(n), len(counted.concepts)) for n in wanted):
        enough = np.flatnonzero((n >= 1) & (np.diff(starts) >= n))
        at = starts[:-1][enough] + n[enough] - 1
        found = np.full(len(counted.concepts), np.nan)
        found[enough] = np.divide(
            types[at], tokens[at], out=np.full(len(at), np.nan), where=tokens[at] > 0
        )
        ratios.append(found)
    return ratios


def growth_by_source(counted: Counted) -> pd.DataFrame:
    """source, n, mean, low, high, concepts: type/token ratio of a concept's first n
    sentences of a source.

    Mean over the concepts that have so many, with its 95% bootstrap interval over
    concepts.
    """
    rows = []
    for source in sorted(set(counted.source)):
        part = only_source(counted, source)
        sizes = np.bincount(part.of, minlength=len(counted.concepts))
        whole = sizes[sizes > 0].min()
        steps = sorted({*(step for step in STEPS if step <= sizes.max()), int(whole)})
        for n, every in zip(steps, ratio_after(part, *steps), strict=True):
            ratios = every[~np.isnan(every)]
            found = bootstrap_mean(ratios)
            rows.append((source, n, found.value, found.low, found.high, len(ratios)))
    return pd.DataFrame(rows, columns=["source", "n", "mean", "low", "high", "concepts"])


def per_concept(counted: Counted, same: np.ndarray, near: np.ndarray) -> pd.DataFrame:
    """One row a concept: concept, sentences, words (mean), type_token,
    type_token_first, same, near, names_others.

    type_token_first is over as many first sentences as the smallest concept has, which
    makes it comparable; same and near count sentences with an earlier twin;
    names_others is a share. same, near: of `twins`.
    """
    sizes = np.bincount(counted.of, minlength=len(counted.concepts))
    of_all, of_first = ratio_after(counted, sizes, sizes.min(initial=np.iinfo(int).max))

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(counted.of, weights=values, minlength=len(counted.concepts))

    return pd.DataFrame(
        {
            "concept": list(counted.concepts),
            "sentences": sizes,
            "words": total(counted.length) / sizes,
            "type_token": of_all,
            "type_token_first": of_first,
            "same": total(same >= 0).astype(int),
            "near": total(near >= 0).astype(int),
            "names_others": total(names_others(counted)) / sizes,
        }
    )


def lengths(counted: Counted) -> pd.DataFrame:
    """source, words, sentences, share (of the source's sentences): how long its
    sentences are.
    """
    table = pd.DataFrame({"source": counted.source, "words": counted.length})
    found = table.groupby(["source", "words"]).size().rename("sentences").reset_index()
    return found.assign(
        share=found["sentences"] / found.groupby("source")["sentences"].transform("sum")
    )

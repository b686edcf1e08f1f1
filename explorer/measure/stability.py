"""Stability: overlap within a concept across folds, between concepts, and what chance and shared sentences give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import coo_array

from explorer.measure.bootstrap import Interval, bootstrap_means, pair_sums, percentiles, resample_counts
from explorer.measure.overlap import chance_overlap

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class SharedSentences(NamedTuple):
    """Mean share of sentences that two folds of a concept have in common, 0 to 1; NaN with one fold."""

    positive: float
    negative: float


def within_concept(fold_overlap: pd.DataFrame, n_boot: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Overlap of the folds of a concept, mean over concepts, with its 95% interval.

    fold_overlap: word, fold_a, fold_b, tau, overlap. Returns tau, mean, low, high, n (concepts). The
    bootstrap draws concepts, because pairs of folds of one concept are not independent.
    """
    means = fold_overlap.pivot_table(index="word", columns="tau", values="overlap", aggfunc="mean")
    return _table(means.columns, bootstrap_means(means.to_numpy(float), n_boot, seed), len(means))


def between_concepts(
    grid: np.ndarray, taus: ArrayLike, n_pairs: int | None = 1000, seed: int = 0, n_boot: int = 2000
) -> pd.DataFrame:
    """Overlap of n_pairs random pairs of concepts (all pairs with None, or when there are no more).

    grid: (T, C, C) overlaps. Returns tau, mean, low, high, n (pairs). The bootstrap draws concepts, with all
    sampled pairs among them, because pairs share concepts.
    """
    n_concepts = grid.shape[1]
    i, j = np.triu_indices(n_concepts, 1)
    if n_pairs is not None and n_pairs < len(i):
        chosen = np.sort(np.random.default_rng(seed).choice(len(i), n_pairs, replace=False))
        i, j = i[chosen], j[chosen]
    if not len(i):
        return _table(taus, [Interval(np.nan, np.nan, np.nan, np.empty(0))] * len(grid), 0)
    counts = resample_counts(n_concepts, n_boot, seed)
    pairs = pair_sums(counts, _pair_matrix(np.ones(len(i)), i, j, n_concepts))
    intervals = []
    for matrix in grid:
        sums = pair_sums(counts, _pair_matrix(matrix[i, j], i, j, n_concepts))
        samples = np.divide(sums, pairs, out=np.full(n_boot, np.nan), where=pairs > 0)
        intervals.append(Interval(float(matrix[i, j].mean()), *percentiles(samples), samples))
    return _table(taus, intervals, len(i))


def chance(set_sizes: pd.DataFrame, n_units: int) -> pd.DataFrame:
    """Mean overlap expected of random sets as large as the expert sets: tau, within, between.

    set_sizes: word, fold, tau, size, for every combination. within pairs the folds of a concept, between
    pairs the concepts of a fold; NaN where there is no pair.
    """
    rows = []
    for tau, found in set_sizes.groupby("tau"):
        sizes = found.pivot(index="word", columns="fold", values="size").to_numpy(float)
        between = np.mean([_mean_chance(fold, n_units) for fold in sizes.T])
        within = np.mean([_mean_chance(folds, n_units) for folds in sizes])
        rows.append((tau, within, between))
    return pd.DataFrame(rows, columns=["tau", "within", "between"])


def shared_sentences(fold_overlap: pd.DataFrame) -> SharedSentences:
    """Mean share of positive and negative sentences that two folds have in common.

    fold_overlap: word, fold_a, fold_b, shared_positive, shared_negative; the last two are Jaccard similarities J.
    Two folds draw equally many sentences, so the share of a fold's sentences is 2J / (1 + J).
    """
    if fold_overlap.empty:
        return SharedSentences(np.nan, np.nan)
    pairs = fold_overlap.drop_duplicates(["word", "fold_a", "fold_b"])
    j = pairs[["shared_positive", "shared_negative"]].to_numpy(float)
    positive, negative = (2 * j / (1 + j)).mean(0)
    return SharedSentences(float(positive), float(negative))


def type_token_ratio(sentences: Iterable[str]) -> float:
    """Distinct words / words over all sentences, case-blind; NaN without words.

    It falls as the text grows: compare only sources with about as many sentences.
    """
    words = [word for sentence in sentences for word in _WORD.findall(sentence.casefold())]
    return len(set(words)) / len(words) if words else float("nan")


def _table(taus: ArrayLike, intervals: list[Interval], n: int) -> pd.DataFrame:
    rows = [(float(tau), i.value, i.low, i.high, n) for tau, i in zip(np.asarray(taus), intervals, strict=True)]
    return pd.DataFrame(rows, columns=["tau", "mean", "low", "high", "n"])


def _pair_matrix(values: np.ndarray, i: np.ndarray, j: np.ndarray, n: int) -> coo_array:
    return coo_array((values, (i, j)), shape=(n, n)).tocsr()


def _mean_chance(sizes: np.ndarray, n_units: int) -> float:
    """Mean chance overlap over the pairs of different sets of these sizes."""
    if len(sizes) < 2:
        return float("nan")
    matrix = chance_overlap(sizes[:, None], sizes[None, :], n_units)
    np.fill_diagonal(matrix, 0.0)
    return float(matrix.sum() / (len(sizes) * (len(sizes) - 1)))

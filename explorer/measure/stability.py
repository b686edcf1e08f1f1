"""Stability: overlap within a concept across folds, between concepts, and what chance
and shared sentences give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from explorer.measure.overlap import chance_overlap
from explorer.measure.statistics.bootstrap import LEVEL, Interval, bootstrap_means
from explorer.probes.folding import folded

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class SharedSentences(NamedTuple):
    """Mean share of sentences that two folds of a concept have in common, 0 to 1; NaN
    with one fold.
    """

    positive: float
    negative: float


def expanded_level(n_items: int) -> float:
    """Level of the percentile interval of a mean of n_items values that covers as
    Student's t does at 95%.

    A plain percentile interval is too narrow for few items, by the factor √((n−1)/n)
    and by the normal in place of the t quantile: the expanded percentile interval of
    Hesterberg (2015), The American Statistician 69.
    """
    if n_items < 2:
        return LEVEL
    quantile = stats.t.ppf((1 + LEVEL) / 2, n_items - 1) * np.sqrt(n_items / (n_items - 1))
    return float(2 * stats.norm.cdf(quantile) - 1)


def concept_means(fold_overlap: pd.DataFrame) -> pd.DataFrame:
    """(concepts, taus) overlap of a concept's folds, mean over their pairs;
    fold_overlap as `within_concept`.
    """
    return fold_overlap.pivot_table(index="word", columns="tau", values="overlap", aggfunc="mean")


def within_concept(fold_overlap: pd.DataFrame, n_boot: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Overlap of the folds of a concept, mean over concepts, with its 95% interval.

    fold_overlap: word, fold_a, fold_b, tau, overlap. Returns tau, mean, low, high, n
    (concepts). The bootstrap draws concepts, because pairs of folds of one concept are
    not independent; its percentile interval is the expanded one.
    """
    return mean_over_concepts(concept_means(fold_overlap), n_boot, seed)


def mean_over_concepts(means: pd.DataFrame, n_boot: int = 2000, seed: int = 0) -> pd.DataFrame:
    """What `within_concept` returns, of a (concepts, taus) table."""
    intervals = bootstrap_means(means.to_numpy(float), n_boot, seed, expanded_level(len(means)))
    return _table(means.columns, intervals, len(means))


def between_concepts(grid: np.ndarray, taus: ArrayLike) -> pd.DataFrame:
    """Overlap of all pairs of concepts.

    grid: (T, C, C) overlaps. Returns tau, mean, low, high, n (pairs); the 95% interval
    is over concepts, since pairs share concepts (`_pairs_interval`).
    """
    n_concepts = grid.shape[1]
    i, j = np.triu_indices(n_concepts, 1)
    return _table(
        taus, [_pairs_interval(matrix[i, j], i, j, n_concepts) for matrix in grid], len(i)
    )


def chance(set_sizes: pd.DataFrame, n_units: int) -> pd.DataFrame:
    """Mean overlap expected of random sets as large as the expert sets: tau, within,
    between.

    set_sizes: word, fold, tau, size, for every combination. within pairs the folds of a
    concept, between pairs the concepts of a fold; NaN where there is no pair.
    """
    table = set_sizes.pivot(index="word", columns=["tau", "fold"], values="size")
    rows = []
    for tau in sorted(set(table.columns.get_level_values("tau"))):
        sizes = table[tau].to_numpy(float)
        between = np.mean([_mean_chance(fold, n_units) for fold in sizes.T])
        rows.append((tau, np.mean(_mean_chance(sizes, n_units)), between))
    return pd.DataFrame(rows, columns=["tau", "within", "between"])


def shared_sentences(fold_overlap: pd.DataFrame) -> SharedSentences:
    """Mean share of positive and negative sentences that two folds have in common.

    fold_overlap: word, fold_a, fold_b, shared_positive, shared_negative; the last two
    are Jaccard similarities J. Two folds draw equally many sentences, so the share of a
    fold's sentences is 2J / (1 + J).
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
    found = [word for sentence in sentences for word in words(sentence)]
    return len(set(found)) / len(found) if found else float("nan")


def words(sentence: str) -> list[str]:
    """The words that a type/token ratio counts, case-folded, in order: letters, with
    inner apostrophes and hyphens.
    """
    return _WORD.findall(folded(sentence))


def _table(taus: ArrayLike, intervals: list[Interval], n: int) -> pd.DataFrame:
    rows = [
        (float(tau), i.value, i.low, i.high, n)
        for tau, i in zip(np.asarray(taus), intervals, strict=True)
    ]
    return pd.DataFrame(rows, columns=["tau", "mean", "low", "high", "n"])


def _pairs_interval(values: np.ndarray, i: np.ndarray, j: np.ndarray, n_concepts: int) -> Interval:
    """Mean of the (P,) values of pairs (i, j) of concepts with its 95% interval over
    concepts.

    The dyadic variance, Σ_c (Σ errors of the pairs of c)² − Σ errors² (Fafchamps &
    Gubert 2007, J. Dev. Econ. 83), is unbiased but so variable at 50 concepts that its
    intervals cover 90%; the jackknife, and the more so the bootstrap over concepts,
    count what is particular to a pair more than once and cover up to 99%. Half of the
    last sum is subtracted, and no less than the variance of independent pairs is left;
    what coverage that gives is simulated in tests/measure/test_stability_coverage.
    Student's t on the log scale, because errors grow with the mean.
    """
    if not len(values):
        return Interval(np.nan, np.nan, np.nan, np.empty(0))
    mean = float(values.mean())
    if len(values) == 1:
        return Interval(mean, np.nan, np.nan, np.empty(0))
    errors = values - mean
    of_concept = np.bincount(i, errors, n_concepts) + np.bincount(j, errors, n_concepts)
    squares = float((errors**2).sum())
    variance = max(float((of_concept**2).sum()) - squares / 2, squares) / len(values) ** 2
    error = np.sqrt(variance * n_concepts / (n_concepts - 1))
    wide = (
        float(np.exp(stats.t.ppf((1 + LEVEL) / 2, n_concepts - 1) * error / mean))
        if mean > 0
        else 1.0
    )
    return Interval(mean, mean / wide, mean * wide, np.empty(0))


def _mean_chance(sizes: np.ndarray, n_units: int) -> np.ndarray:
    """Mean chance overlap over the pairs of different sets; (..., sets) sizes give
    (...) means.
    """
    n_sets = sizes.shape[-1]
    if n_sets < 2:
        return np.full(sizes.shape[:-1], np.nan)
    matrix = chance_overlap(sizes[..., :, None], sizes[..., None, :], n_units)
    same = np.trace(matrix, axis1=-2, axis2=-1)
    return np.asarray((matrix.sum((-2, -1)) - same) / (n_sets * (n_sets - 1)))

"""How often a model picks the odd one of three words as people do.

Hebart et al. (2020, Nat. Hum. Behav. 4: 1173–1185): of three things, the pair that is
most similar stays, and the third is the odd one; chance is 1/3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from explorer.measure.statistics.shared_words import Spread

CHANCE = 1 / 3
REPEATED = 2
"""Answers from which on a triplet says how far people agree."""


@dataclass(frozen=True)
class OddOneOut:
    """Share of answers that a model's odd word agrees with, its 95% interval and p
    against chance; NaN without triplets.
    """

    accuracy: float
    low: float
    high: float
    p: float
    n_triplets: int
    n_answers: int


@dataclass(frozen=True)
class Agreement:
    """How far people agree on triplets with two answers or more; NaN without any.

    others: the share of answers that the most frequent one of the others' answers is,
    ties shared out. best: the share of the most frequent answers, which no choice of
    one odd word a triplet can exceed on these answers.
    """

    others: float
    best: float
    n_triplets: int
    n_answers: int


def odd_one_out(similarity: ArrayLike, words: ArrayLike, answers: ArrayLike) -> OddOneOut:
    """The agreement of a model with answers.

    similarity: (words, words). words: (triplets, 3) numbers of words. answers:
    (triplets, 3) how many people found each the odd one. Where two pairs are equally
    similar the model's answer is shared out among the odd words. The standard error
    counts triplets with a word in common together.
    """
    matrix, numbers = np.asarray(similarity, float), np.asarray(words, int)
    counts = np.asarray(answers, float)
    if not len(numbers):
        nan = float("nan")
        return OddOneOut(nan, nan, nan, nan, 0, 0)
    a, b, c = numbers.T
    left = np.stack([matrix[b, c], matrix[a, c], matrix[a, b]], axis=1)
    choice = left == left.max(axis=1, keepdims=True)
    choice = choice / choice.sum(axis=1, keepdims=True)
    asked = counts.sum(axis=1)
    agreed = (choice * counts).sum(axis=1)
    accuracy = float(agreed.sum() / asked.sum())
    spread = _spread((agreed - accuracy * asked) / asked.mean(), numbers)
    low, high = spread.interval(accuracy)
    return OddOneOut(
        accuracy,
        max(0.0, low),
        min(1.0, high),
        spread.p(accuracy - CHANCE),
        len(numbers),
        int(asked.sum()),
    )


def _spread(influence: np.ndarray, words: np.ndarray) -> Spread:
    """The spread of a mean of influences of triplets: products summed over all two that
    share a word, counted once whatever number of words they share (by inclusion and
    exclusion), as `shared_words.spread` does for pairs; widened twice for few words.
    """
    n = len(influence)
    together = _squares(influence, words, 1) - _squares(influence, words, 2)
    together += _squares(influence, words, 3)
    variance = max(together, float(influence @ influence)) / n**2
    clusters = min(len(np.unique(words)), n)
    degrees = max(1, clusters - 3)
    return Spread(float(np.sqrt(variance)) * clusters / degrees, degrees)


def _squares(influence: np.ndarray, words: np.ndarray, size: int) -> float:
    """Squared sums of influences over the triplets of each `size` words."""
    ordered = np.sort(words, axis=1)
    total = int(ordered.max()) + 1
    keys = [
        sum(ordered[:, place] * total**k for k, place in enumerate(places))
        for places in combinations(range(3), size)
    ]
    _, group = np.unique(np.concatenate(keys), return_inverse=True)
    sums = np.bincount(group, np.tile(influence, len(keys)))
    return float(sums @ sums)


def agreement(answers: ArrayLike) -> Agreement:
    """How far people agree; answers: (triplets, 3), as for `odd_one_out`."""
    counts = np.asarray(answers, float).reshape(-1, 3)
    counts = counts[counts.sum(axis=1) >= REPEATED]
    if not len(counts):
        return Agreement(float("nan"), float("nan"), 0, 0)
    right = 0.0
    for place in range(3):
        rest = counts.copy()
        rest[:, place] -= 1
        most = rest == rest.max(axis=1, keepdims=True)
        right += float((counts[:, place] * most[:, place] / most.sum(axis=1)).sum())
    total = float(counts.sum())
    return Agreement(
        right / total, float(counts.max(axis=1).sum()) / total, len(counts), int(total)
    )

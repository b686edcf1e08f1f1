"""Rung 4 of units and concepts: they tell the concept's sentences from others better
than the other words of the sentences do.

The concept's own word cannot be held constant: it says which sentences are positive.
The words around it can be asked alone: ridge regression on them, each sentence left out
in turn, ranks the sentences, and its AP is what a unit has to exceed.

To regress the words out of label and response and to test what remains (the generalised
covariance measure, Shah & Peters 2020) was tried first: on the sentences of the bundled
study 70–95% of units that answer to the words around a concept, and to nothing else,
passed at 5%, since some thousand words cannot be regressed out of as many sentences.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import norm, rankdata

from explorer.core.evidence import BeyondContext

_PENALTIES = np.geomspace(0.03, 100.0, 12)
_RESAMPLES, _BLOCK = 999, 1 << 22


def beyond_context(
    words: csr_array,
    positive: np.ndarray,
    responses: np.ndarray,
    expert: np.ndarray,
    seed: int = 0,
) -> BeyondContext:
    """words: (sentences, words), rows of length 1; positive: (sentences,) bool, of both
    kinds; responses: (sentences, units); expert: (units,) bool, those that are also
    taken together.

    p: of the difference of AP over its standard error from 999 paired resamples of
    positive and of negative sentences (Efron & Tibshirani 1993, chapter 13), normal:
    the share of resamples itself cannot be smaller than a family of many concepts asks
    for.
    """
    together = rankdata(responses[:, expert], axis=0).sum(axis=1)
    predicted = _left_out(words, positive.astype(float))
    scores = np.column_stack([predicted, together, responses])
    counts = _resampled(positive, np.random.default_rng(seed))
    ap = np.array([_weighted_ap(column, positive, counts) for column in scores.T])
    differences = ap[1:] - ap[0]
    p = _p(differences[:, 0], differences[:, 1:].std(axis=1))
    return BeyondContext(float(ap[0, 0]), ap[2:, 0], p[1:], float(ap[1, 0]), float(p[0]))


def _p(difference: np.ndarray, error: np.ndarray) -> np.ndarray:
    """One-sided; where the difference does not vary, that of the resamples at best."""
    varies = error > 0
    z = difference / np.where(varies, error, 1.0)
    fixed = np.where(difference > 0, 1 / (1 + _RESAMPLES), 1.0)
    return np.asarray(np.where(varies, norm.sf(z), fixed))


def _resampled(positive: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(1 + resamples, sentences): how often each is drawn; the first row draws each
    once.
    """
    counts = np.ones((1 + _RESAMPLES, len(positive)), np.int32)
    for side in (positive, ~positive):
        n = int(side.sum())
        counts[1:, side] = rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)
    return counts


def _weighted_ap(score: np.ndarray, positive: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(resamples,) AP; of equal scores the whole group counts at its end."""
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    ends = np.searchsorted(-falling, -falling, "right") - 1
    hits = positive[order]
    found = np.empty(len(counts))
    rows = max(1, _BLOCK // len(score))
    for first in range(0, len(counts), rows):
        weights = counts[first : first + rows, order]
        own = weights * hits
        precision = np.cumsum(own, axis=1)[:, ends] / np.maximum(
            np.cumsum(weights, axis=1)[:, ends], 1
        )
        found[first : first + rows] = (own * precision).sum(axis=1) / own.sum(axis=1)
    return found


def _left_out(words: csr_array, label: np.ndarray) -> np.ndarray:
    """(sentences,): each label as all other sentences predict it by ridge regression,
    at the penalty that predicts best.
    """
    similar = (words @ words.T).toarray()
    n = len(label)
    centre = np.eye(n) - 1.0 / n
    weights, vectors = np.linalg.eigh(centre @ similar @ centre)
    weights = np.maximum(weights, 0.0)
    centred = label - label.mean()
    rotated = vectors.T @ centred
    best, least = np.zeros(n), np.inf
    for penalty in _PENALTIES:
        shrunk = weights / (weights + penalty)
        leverage = (vectors**2) @ shrunk + 1.0 / n
        left = (centred - vectors @ (shrunk * rotated)) / (1.0 - np.minimum(leverage, 0.999))
        if (error := float((left**2).mean())) < least:
            best, least = label - left, error
    return best

"""Which tokens of a sentence the experts of a concept answer, beyond what they answer
to tokens of its negative sentences.

A concept's score on a token is the mean over its experts of (response − mean) /
standard deviation. Its p is the share of negative tokens with as large a score, so it
holds whatever the distribution of responses is: (1 + exceeding) / (1 + all), as of a
Monte Carlo test (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585). First tokens are
compared with first tokens: many models answer to the first token of any text as to no
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

_LOWEST_SCALE = 1e-6
RANKS = np.unique(np.concatenate([np.arange(1, 33), np.geomspace(32, 1e7, 160).astype(np.int64)]))
"""Ranks of the negative scores that are kept, from the greatest."""


@dataclass(frozen=True, eq=False)
class Tail:
    """The greatest scores of a concept on tokens of negative sentences."""

    n: int
    """Of the tokens."""
    scores: np.ndarray
    """At `RANKS`, falling; as many as there are ranks up to n."""

    @classmethod
    def of(cls, scores: np.ndarray) -> Tail:
        """The tail of all scores, (tokens,)."""
        falling = np.sort(scores)[::-1].astype(np.float32)
        kept = RANKS[: np.searchsorted(RANKS, len(falling), "right")]
        return cls(len(falling), falling[kept - 1])

    def p(self, scores: np.ndarray) -> np.ndarray:
        """Of each score, the share of the tokens with one as large, never too small:
        between two ranks the larger count is taken.
        """
        above = len(self.scores) - np.searchsorted(
            self.scores[::-1], scores.astype(np.float32), "left"
        )
        counts = np.append(RANKS[: len(self.scores)], self.n + 1)[above]
        return np.asarray(np.minimum(counts / (self.n + 1), 1.0))


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the experts of a run answer to tokens of negative sentences."""

    concepts: np.ndarray
    """Numbers of the concepts that have an expert, ascending."""
    experts: tuple[np.ndarray, ...]
    """Per concept, its units, ascending."""
    units: np.ndarray
    """All of them, ascending."""
    mean: np.ndarray
    """Per unit, of its responses to tokens."""
    scale: np.ndarray
    """Per unit, their standard deviation."""
    first: tuple[Tail, ...]
    """Per concept, of the first token of a sentence."""
    others: tuple[Tail, ...]
    """Per concept, of all other tokens."""

    def p(self, scores: np.ndarray) -> np.ndarray:
        """(tokens, concepts) of the scores of one sentence."""
        found = np.empty(scores.shape)
        for column, (first, others) in enumerate(zip(self.first, self.others, strict=True)):
            found[:1, column] = first.p(scores[:1, column])
            found[1:, column] = others.p(scores[1:, column])
        return found


@dataclass(frozen=True, eq=False)
class Scorer:
    """Scores of concepts from responses of units."""

    weights: csr_array
    """(units, concepts)"""
    offsets: np.ndarray
    """(concepts,)"""

    @classmethod
    def of(
        cls,
        units: np.ndarray,
        experts: Sequence[np.ndarray],
        mean: np.ndarray,
        scale: np.ndarray,
    ) -> Scorer:
        """units: all, ascending; experts: of each concept, some of them."""
        rows = [np.searchsorted(units, own) for own in experts]
        columns = np.repeat(np.arange(len(experts)), [len(own) for own in experts])
        at = np.concatenate(rows)
        sizes = np.array([len(own) for own in experts])[columns]
        values = 1.0 / (np.maximum(scale, _LOWEST_SCALE)[at] * sizes)
        weights = csr_array((values, (at, columns)), shape=(len(units), len(experts)))
        return cls(weights, np.asarray(mean @ weights))

    def scores(self, responses: np.ndarray) -> np.ndarray:
        """(tokens, concepts) from (tokens, units)."""
        scores: np.ndarray = responses @ self.weights - self.offsets
        return scores

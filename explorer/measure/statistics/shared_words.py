"""How far an estimate over word pairs may be off, when pairs share words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from explorer.measure.statistics.bootstrap import LEVEL

_PERFECT = 1 - 1e-12
"""From this correlation on nothing but rounding keeps it from 1."""


@dataclass(frozen=True)
class Spread:
    """A standard error, and the degrees of freedom of Student's t that goes with it."""

    error: float
    degrees: int

    def interval(self, value: float, level: float = LEVEL) -> tuple[float, float]:
        """The central interval around a value."""
        half = self._quantile(level) * self.error
        return value - half, value + half

    def p(self, value: float) -> float:
        """Two-sided p of a value against 0."""
        if self.error == 0:
            return 1.0 if value == 0 else 0.0
        return float(2 * t.sf(abs(value) / self.error, self.degrees))

    def of_correlation(self) -> _OfCorrelation:
        """The same for a correlation, which is bounded."""
        return _OfCorrelation(self)

    def _quantile(self, level: float) -> float:
        return float(t.ppf((1 + level) / 2, self.degrees))


@dataclass(frozen=True)
class _OfCorrelation:
    """Intervals and p on the scale of Fisher's z = artanh ρ, where the standard error
    is that of ρ divided by 1 - ρ² (delta method).
    """

    spread: Spread

    def interval(self, rho: float) -> tuple[float, float]:
        if abs(rho) >= _PERFECT:
            return rho, rho
        low, high = self._at(rho).interval(float(np.arctanh(rho)))
        return float(np.tanh(low)), float(np.tanh(high))

    def p(self, rho: float) -> float:
        return 0.0 if abs(rho) >= _PERFECT else self._at(rho).p(float(np.arctanh(rho)))

    def _at(self, rho: float) -> Spread:
        return Spread(self.spread.error / (1 - rho * rho), self.spread.degrees)


def numbered(words: ArrayLike | None, n: int) -> np.ndarray:
    """(n, 2) numbers from 0 of the two words of each pair; None where no two pairs
    share a word. Raises ValueError for another shape.
    """
    if words is None:
        return np.arange(2 * n).reshape(n, 2)
    pairs = np.asarray(words)
    if pairs.shape != (n, 2):
        raise ValueError(f"two words a pair are needed, got shape {pairs.shape} for {n} pairs")
    return np.unique(pairs, return_inverse=True)[1].reshape(n, 2)


def words_of_present(words: ArrayLike | None, present: np.ndarray) -> np.ndarray:
    """The `numbered` words of the pairs that take part; present: (n,) whether each
    does.
    """
    every = numbered(words, len(present))
    return numbered(every[present], int(present.sum()))


def spread(influence: np.ndarray, words: np.ndarray, parameters: int = 2) -> Spread:
    """The spread of an estimate from (n,) influences of pairs of (n, 2) `numbered`
    words.

    The dyadic-robust variance: products of influences summed over all two pairs that
    share a word (Fafchamps & Gubert 2007; Aronow, Samii & Assenova 2015), which is, up
    to the pairs themselves, the sum over words of the squared sum of the influences of
    a word's pairs. Never below the variance of independent pairs, and widened for few
    words: by W / (W - parameters), and by Student's t with as many degrees, where W
    counts the words, or the pairs where these are fewer.
    """
    n = len(influence)
    sums = np.bincount(words.ravel(), np.repeat(influence, 2))
    alone = float(influence @ influence)
    variance = max(float(sums @ sums) - alone, alone) / n**2
    clusters = min(len(sums), n)
    degrees = max(1, clusters - parameters)
    return Spread(float(np.sqrt(variance * clusters / degrees)), degrees)

"""Intervals said to hold 95 times in 100 do: simulated data whose true correlations are
known.

Independent pairs: Spearman's ρ of a bivariate normal of Pearson correlation r is
6/π · asin(r/2) (Pearson 1907); differences and partial ρ are functions of such ρ.

Pairs that share words: words have positions, which model and people see with errors of
their own, and a popularity that raises the similarity of all their pairs; the pairs are
those of MEN whose words the bundled study has. The truth is the mean over all sets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.measure.alignment import Alignment, Difference, align, compare
from explorer.measure.partial import partial_align
from explorer.measure.statistics.shared_words import numbered
from explorer.results.rated import human_pairs, words_of
from explorer.store.library import Library

pytestmark = pytest.mark.slow

PAIRS, TRIALS, SETS = 300, 1000, 500
BUNDLED = Path(__file__).parents[2] / "cache" / "runs"
TRAINED = "8137c33b01463f2a"
Estimate = Alignment | Difference


def spearman(pearson: float) -> float:
    """Spearman's ρ of a bivariate normal."""
    return float(6 / np.pi * np.arcsin(pearson / 2))


def share(measure: Callable[..., Estimate], correlations: list[list[float]], truth: float) -> float:
    """Of simulated sets of pairs with these Pearson correlations, the share whose
    interval holds the truth.
    """
    rng = np.random.default_rng(1)
    factor = np.linalg.cholesky(np.array(correlations))
    hits = 0
    for _ in range(TRIALS):
        result = measure(*(factor @ rng.normal(size=(len(factor), PAIRS))))
        hits += result.low <= truth <= result.high
    return hits / TRIALS


def partial(model: np.ndarray, human: np.ndarray, covariate: np.ndarray) -> Alignment:
    return partial_align(model, human, [covariate])


@pytest.mark.parametrize("pearson", [0.0, 0.8])
def test_the_interval_of_an_alignment_holds_95_times_in_100(pearson: float) -> None:
    correlations = [[1, pearson], [pearson, 1]]
    assert 0.93 <= share(align, correlations, spearman(pearson)) <= 0.97


def test_the_interval_of_a_difference_holds_95_times_in_100() -> None:
    truth = spearman(0.6) - spearman(0.4)
    assert 0.93 <= share(compare, [[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]], truth) <= 0.97


def test_the_interval_of_a_partial_alignment_holds_95_times_in_100() -> None:
    xy, xz, yz = spearman(0.6), spearman(0.5), spearman(0.4)
    truth = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert 0.93 <= share(partial, [[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]], truth) <= 0.97


class Words:
    """Sets of rated pairs over the words of MEN, drawn anew for each set."""

    def __init__(self, split: str | None, *, popularity: float, meaning: bool = True) -> None:
        pairs = human_pairs(Library(BUNDLED), TRAINED, Ratings("MEN", split))
        self.words = numbered(words_of(pairs), len(pairs))
        self.popularity, self.meaning = popularity, meaning

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Similarities of two models and human scores; half of the first are 0."""
        n = int(self.words.max()) + 1
        position = rng.normal(size=(n, 6))
        seen = [self.meaning * position + 0.6 * rng.normal(size=(n, 6)) for _ in range(2)]
        first, second = (self._similarity(rng, at) for at in seen)
        human = self._similarity(rng, position) + 0.1 * rng.normal(size=len(self.words))
        return np.maximum(0, first - np.median(first)), second, np.round(25 * human)

    def _similarity(self, rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
        at = at / np.linalg.norm(at, axis=1, keepdims=True)
        popular = self.popularity * rng.normal(size=len(at))
        i, j = self.words.T
        return np.asarray((at[i] * at[j]).sum(1) + popular[i] + popular[j])


MEASURES: dict[str, Callable[..., Estimate]] = {
    "ρ": lambda first, _, human, words: align(first, human, words),
    "difference": compare,
    "partial": lambda first, second, human, words: partial_align(first, human, [second], words),
}


@pytest.mark.parametrize("split", ["test", None])
@pytest.mark.parametrize("popularity", [0.0, 0.4])
def test_intervals_hold_where_pairs_share_words(split: str | None, popularity: float) -> None:
    sets = Words(split, popularity=popularity)
    rng = np.random.default_rng(0)
    results: dict[str, list[Estimate]] = {name: [] for name in MEASURES}
    for _ in range(SETS):
        drawn = sets.draw(rng)
        for name, measure in MEASURES.items():
            results[name].append(measure(*drawn, sets.words))
    for name, estimates in results.items():
        truth = np.mean([e.delta if isinstance(e, Difference) else e.rho for e in estimates])
        held = np.mean([e.low <= truth <= e.high for e in estimates])
        # 93–97%, and two simulation errors of 500 sets.
        assert 0.91 <= held <= 0.985, name


@pytest.mark.parametrize("split", ["test", None])
def test_popular_words_alone_are_significant_5_times_in_100(split: str | None) -> None:
    sets = Words(split, popularity=0.4, meaning=False)
    rng = np.random.default_rng(0)
    drawn = [sets.draw(rng) for _ in range(SETS)]
    respecting = np.mean([align(a, human, sets.words).p < 0.05 for a, _, human in drawn])
    independent = np.mean([align(a, human).p < 0.05 for a, _, human in drawn])
    assert respecting <= 0.08
    assert independent > respecting + 0.02

"""What an alignment with human ratings may be read against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.ratings import Ratings
from explorer.core.text import interval
from explorer.measure.ceiling import rating_noise_ceiling, sampling_noise_ceiling
from explorer.probes.datasets import DATASETS
from explorer.probes.kept import pairs_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, own_files
from explorer.store.library import Library

NOISE = "sampling noise"
_FEWEST = 4
"""Pairs of known spread from which on a correlation is defined."""


@dataclass(frozen=True)
class Ceiling:
    """A correlation to draw, its short name, and what it is."""

    rho: float
    name: str
    meaning: str


def ceiling_names(library: Library, run_id: str, ratings: Ratings | None) -> tuple[str, ...]:
    """The ceilings known of ratings, the default first; of the user's own, that of
    their noise where the file says how far the ratings of a pair spread.
    """
    if ratings is None:
        return ()
    published = DATASETS.get(ratings.dataset)
    known = _judgements(ratings) or len(_spreads(library, run_id, ratings)) >= _FEWEST
    return (*(published.ceilings if published else ()), *[NOISE] * bool(known))


def ceiling_of(library: Library, run_id: str, ratings: Ratings, name: str) -> Ceiling | None:
    """A ceiling by name; None where it is not known of these ratings."""
    if name not in ceiling_names(library, run_id, ratings):
        return None
    if name != NOISE:
        value, meaning = DATASETS[ratings.dataset].ceilings[name]
        return Ceiling(value, name, meaning)
    if judgements := _judgements(ratings):
        rho, low, high = _of_judgements(library, run_id, ratings)
        noise = f"{judgements} binary judgements a score"
    else:
        rho, low, high = _of_spreads(library, run_id, ratings)
        noise = _in_words(library, run_id, ratings)
    meaning = f"what the noise of {noise} allows on these pairs {interval(low, high)}"
    return Ceiling(rho, name, meaning)


def _in_words(library: Library, run_id: str, ratings: Ratings) -> str:
    spreads = _spreads(library, run_id, ratings)
    n, every = len(spreads), len(human_pairs(library, run_id, ratings))
    some = f", known of {n:,} of {every:,} pairs," if n < every else ""
    return f"{np.median(spreads[:, 2]):,.0f} ratings a score (median){some}"


@remembered(64)
def _of_judgements(library: Library, run_id: str, ratings: Ratings) -> tuple[float, float, float]:
    scores = human_pairs(library, run_id, ratings)["score"].to_numpy(float)
    return sampling_noise_ceiling(scores, _judgements(ratings))


def _judgements(ratings: Ratings) -> int:
    known = DATASETS.get(ratings.dataset)
    return known.judgements if known else 0


def _of_spreads(library: Library, run_id: str, ratings: Ratings) -> tuple[float, float, float]:
    return _simulated(library, tuple(map(tuple, _spreads(library, run_id, ratings).tolist())))


@remembered(16)
def _simulated(
    library: Library,  # noqa: ARG001 - whose memo it is
    spreads: tuple[tuple[float, float, float], ...],
) -> tuple[float, float, float]:
    return rating_noise_ceiling(*np.array(spreads).T)


def _spreads(library: Library, run_id: str, ratings: Ratings) -> np.ndarray:
    """(pairs, 3) score, sd and number of ratings of the pairs of the user's own whose
    file says these.
    """
    known: dict[tuple[str, str], tuple[float, float | None, int | None]] = {}
    for file in own_files(library, library.run(run_id), ratings.dataset):
        for pair in pairs_of(file):
            if pair.sd is not None:
                known[pair.word1, pair.word2] = pair.score, pair.sd, pair.n
    pairs = human_pairs(library, run_id, ratings)[["word1", "word2"]]
    rows = [known[words] for words in pairs.itertuples(index=False, name=None) if words in known]
    return np.array(rows, float).reshape(-1, 3)

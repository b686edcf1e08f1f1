"""What an alignment with human ratings may be read against."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.ratings import Ratings
from explorer.core.text import interval
from explorer.measure.ceiling import sampling_noise_ceiling
from explorer.probes.datasets import DATASETS
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.store.library import Library

NOISE = "sampling noise"


@dataclass(frozen=True)
class Ceiling:
    """A correlation to draw, its short name, and what it is."""

    rho: float
    name: str
    meaning: str


def ceiling_names(ratings: Ratings | None) -> tuple[str, ...]:
    """The ceilings known of ratings, the default first."""
    if ratings is None:
        return ()
    if ratings.dataset not in DATASETS:
        return ()
    known = DATASETS[ratings.dataset]
    return (*known.ceilings, *[NOISE] * bool(known.judgements))


def ceiling_of(library: Library, run_id: str, ratings: Ratings, name: str) -> Ceiling | None:
    """A ceiling by name; None where it is not known of these ratings."""
    if name not in ceiling_names(ratings):
        return None
    if name != NOISE:
        value, meaning = DATASETS[ratings.dataset].ceilings[name]
        return Ceiling(value, name, meaning)
    rho, low, high = _noise(library, run_id, ratings)
    meaning = (
        f"what the noise of {DATASETS[ratings.dataset].judgements} binary judgements a score "
        f"allows on these pairs {interval(low, high)}"
    )
    return Ceiling(rho, name, meaning)


@remembered(64)
def _noise(library: Library, run_id: str, ratings: Ratings) -> tuple[float, float, float]:
    scores = human_pairs(library, run_id, ratings)["score"].to_numpy(float)
    return sampling_noise_ceiling(scores, DATASETS[ratings.dataset].judgements)

"""The networks of two sides in one layout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.measure.domains import layout
from explorer.results.compare import Sides, common, domains_of
from explorer.results.compare_matrices import overlaps
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library


@dataclass(frozen=True, eq=False)
class Networks:
    """Common concepts, their domains, their overlap in both sides, and one place for
    each.
    """

    words: list[str]
    domains: list[str | None]
    a: np.ndarray
    b: np.ndarray
    places: dict[str, tuple[float, float]]


def networks(view: View, sides: Sides, *, everything: bool) -> Networks:
    """The concepts that have a domain, or with `everything` all common ones."""
    return _networks(view.library, sides, everything)


def has_both(view: View, sides: Sides) -> bool:
    """Whether some common concepts have a domain and some have none."""
    known = [domain is not None for domain in domains_of(view.library, sides)]
    return sum(known) > 1 and not all(known)


@remembered(32)
def _networks(library: Library, sides: Sides, everything: bool) -> Networks:
    every = domains_of(library, sides)
    known = [k for k, domain in enumerate(every) if domain is not None]
    chosen = list(range(len(every))) if everything or len(known) < 2 else known
    words = [common(library, sides).words[k] for k in chosen]
    # A network knows no negative links: less than chance counts as none.
    a, b = (np.maximum(matrix[np.ix_(chosen, chosen)], 0) for matrix in overlaps(library, sides))
    # Each counts as much as the other, however many experts it has.
    joint = sum(np.divide(m, _mean(m)) for m in (a, b))
    places = {w: (float(x), float(y)) for w, (x, y) in layout(joint, words, 0).items()}
    return Networks(words, [every[k] for k in chosen], a, b, places)


def _mean(matrix: np.ndarray) -> float:
    n = len(matrix)
    return float(matrix.sum() - n) / max(n * (n - 1), 1) or 1.0

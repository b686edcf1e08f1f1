"""How much two sides find the same pairs similar, and how much noise would allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.measure.compare import (
    SecondOrder,
    ceiling,
    fold_agreement,
    of_pairs,
    second_order,
    stepped_up,
)
from explorer.results.compare import Side, Sides, common, domains_of
from explorer.results.compare_matrices import overlaps, overlaps_by_fold
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library


@dataclass(frozen=True)
class Similarity:
    """Second-order similarity of two sides, and what their own folds say of its limit.

    agreement: ρ of two folds of a side, over the common concepts; NaN with one fold.
    ceiling: the ρ that two measurements of the same would reach with as much noise; NaN
    where a side has one fold.
    """

    measured: SecondOrder
    agreement_a: float
    agreement_b: float
    ceiling: float


def similarity_of(view: View, sides: Sides) -> Similarity:
    """The second-order similarity of two sides with its ceiling."""
    return _similarity(view.library, sides)


def pair_table(library: Library, sides: Sides) -> pd.DataFrame:
    """word1, word2, domains ("within", "across", or None where a word has none),
    overlap_a, overlap_b of every pair of common concepts.
    """
    words = np.array(common(library, sides).words, object)
    domains = pd.Series(domains_of(library, sides), dtype=object)
    i, j = np.triu_indices(len(words), 1)
    known = domains.notna().to_numpy()
    same = domains.to_numpy()[i] == domains.to_numpy()[j]
    relation = np.where(same, "within", "across").astype(object)
    relation[~(known[i] & known[j])] = None
    a, b = (of_pairs(matrix) for matrix in overlaps(library, sides))
    return pd.DataFrame(
        {"word1": words[i], "word2": words[j], "domains": relation, "overlap_a": a, "overlap_b": b}
    )


def reliability(side: Side, folds: np.ndarray) -> tuple[float, float]:
    """ρ of two folds of a side, (folds, C, C) overlaps, and the reliability of what is
    shown of it; NaN for a run of one fold.
    """
    agreement = fold_agreement(folds)
    return agreement, stepped_up(agreement, len(folds) if side.fold is None else 1)


@remembered(64)
def _similarity(library: Library, sides: Sides) -> Similarity:
    measured = second_order(*overlaps(library, sides))
    (agreement_a, of_a), (agreement_b, of_b) = (
        reliability(side, folds)
        for side, folds in zip((sides.a, sides.b), overlaps_by_fold(library, sides), strict=True)
    )
    return Similarity(measured, agreement_a, agreement_b, ceiling(of_a, of_b))

"""The evidence ladder of pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.measure.evidence import LEVEL, popularity
from explorer.measure.evidence.beyond_words import rank_among_alike
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, SELECTIVE, STABLE, standing
from explorer.measure.evidence.selective import false_discovery, twice_the_median
from explorer.measure.overlap import jaccard_of_counts
from explorer.results.evidence import judged, learned_units
from explorer.results.experts import ExpertTable, experts
from explorer.results.memo import remembered
from explorer.results.shared_words import shared_words
from explorer.store.library import Library


@remembered(16)
def pair_evidence(library: Library, run_id: str, twin_id: str | None, tau: Tau) -> pd.DataFrame:
    """Every pair of concepts on the ladder.

    i, j (concept ids, i < j); overlap (mean over folds), low, high (least, greatest of
    a fold); shared, expected (experts in common, and those that popular units explain,
    means over folds); selective_p (false discovery rate over pairs); stable_folds (in
    how many p ≤ 0.05); learned_shared, learned_expected, learned_p (the same as
    selective_p with the units that were learned only); words (similarity of the words
    in their sentences), alike (mean overlap of the pairs that share as many),
    beyond_p; a boolean a rung (None: not judged); rung (0 to 4).
    """
    found = experts(library, run_id, tau)
    i, j = np.triu_indices(found.n_concepts, 1)
    overlap, shared, expected, p = _folds_of_pairs(found, i, j)
    result = pd.DataFrame({"i": i, "j": j, "overlap": overlap.mean(0)})
    result = result.assign(low=overlap.min(0), high=overlap.max(0))
    result = result.assign(shared=shared.mean(0), expected=expected.mean(0))
    result["selective_p"] = false_discovery(twice_the_median(p, 0))
    result["stable_folds"] = (p <= LEVEL).sum(0)
    result[SELECTIVE] = [bool(q <= LEVEL) for q in result["selective_p"]]
    result[STABLE] = judged(result["stable_folds"] == found.n_folds, found.n_folds > 1)
    learned = _learned_only(library, run_id, twin_id, found)
    if learned is None:
        result[["learned_shared", "learned_expected", "learned_p"]] = np.nan
    else:
        _, shared, expected, p = _folds_of_pairs(learned, i, j)
        result["learned_shared"], result["learned_expected"] = shared.mean(0), expected.mean(0)
        result["learned_p"] = false_discovery(twice_the_median(p, 0))
    result[LEARNED] = judged(result["learned_p"] <= LEVEL, learned is not None)
    result["words"] = shared_words(library, library.run(run_id))[i, j]
    result["beyond_p"], result["alike"] = rank_among_alike(
        result["overlap"].to_numpy(), result["words"].to_numpy()
    )
    result[BEYOND_WORDS] = [bool(p <= LEVEL) for p in result["beyond_p"]]
    return result.assign(rung=standing(result))


def _learned_only(
    library: Library, run_id: str, twin_id: str | None, found: ExpertTable
) -> ExpertTable | None:
    if twin_id is None:
        return None
    kept = np.zeros(len(found.unit), bool)
    for concept, units in enumerate(learned_units(library, run_id, twin_id)):
        rows = found.rows(concept)
        kept[rows] = np.isin(found.unit[rows], units)
    return found.where(kept)


def _folds_of_pairs(
    found: ExpertTable, i: np.ndarray, j: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(folds, pairs) each: overlap, shared, expected, p."""
    rows = []
    for fold in range(found.n_folds):
        sets = found.sets(fold)
        shared = popularity.shared_counts(sets)
        expected = popularity.expected_shared(sets)[i, j]
        overlap = jaccard_of_counts(shared, found.sizes[:, fold])[i, j]
        p = popularity.shared_p(shared[i, j], expected)
        rows.append((overlap, shared[i, j], expected, p))
    overlap, shared, expected, p = (np.array(part) for part in zip(*rows, strict=True))
    return overlap, shared, expected, p


@remembered(32)
def expected_overlaps(library: Library, run_id: str, tau: Tau) -> np.ndarray:
    """(C, C) overlaps that popular units explain, given the sizes of the sets; means
    over folds.
    """
    found = experts(library, run_id, tau)
    total = np.zeros((found.n_concepts, found.n_concepts))
    for fold in range(found.n_folds):
        expected = popularity.expected_shared(found.sets(fold))
        size = np.add.outer(found.sizes[:, fold], found.sizes[:, fold])
        zero = np.zeros_like(expected)
        total += np.divide(expected, size - expected, out=zero, where=size > expected)
    return total / found.n_folds

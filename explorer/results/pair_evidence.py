"""The evidence ladder of pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import GRID, Tau
from explorer.measure.evidence import LEVEL
from explorer.measure.evidence.beyond_words import rank_among_alike
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, SELECTIVE, STABLE, standing
from explorer.measure.evidence.popularity import expected_shared, shared_p
from explorer.measure.evidence.selective import false_discovery, twice_the_median
from explorer.measure.overlap import jaccard_of_counts, shared_counts
from explorer.results.evidence import judged, learned_experts
from explorer.results.experts import ExpertTable, experts
from explorer.results.memo import remembered
from explorer.results.shared_words import shared_words
from explorer.store.library import Library


@remembered(6)
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
    result[SELECTIVE] = result["selective_p"] <= LEVEL
    result[STABLE] = judged(result["stable_folds"] == found.n_folds, found.n_folds > 1)
    if twin_id is None:
        result[["learned_shared", "learned_expected", "learned_p"]] = np.nan
    else:
        learned = learned_experts(library, run_id, twin_id, tau)
        _, shared, expected, p = _folds_of_pairs(learned, i, j)
        result["learned_shared"], result["learned_expected"] = shared.mean(0), expected.mean(0)
        result["learned_p"] = false_discovery(twice_the_median(p, 0))
    result[LEARNED] = judged(result["learned_p"] <= LEVEL, twin_id is not None)
    result["words"] = shared_words(library, library.run(run_id))[i, j]
    result["beyond_p"], result["alike"] = rank_among_alike(
        result["overlap"].to_numpy(), result["words"].to_numpy()
    )
    result[BEYOND_WORDS] = result["beyond_p"] <= LEVEL
    return result.assign(rung=standing(result))


def _folds_of_pairs(
    found: ExpertTable, i: np.ndarray, j: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(folds, pairs) each: overlap, shared, expected, p."""
    rows = []
    for fold in range(found.n_folds):
        shared, sizes = shared_counts(found.sets(fold)), found.sizes[:, fold]
        expected = expected_shared(sizes, found.popularity(fold))[i, j]
        overlap = jaccard_of_counts(shared, sizes)[i, j]
        p = shared_p(shared[i, j], expected)
        rows.append((overlap, shared[i, j], expected, p))
    overlap, shared, expected, p = (np.array(part) for part in zip(*rows, strict=True))
    return overlap, shared, expected, p


@remembered(4)
def expected_overlaps(library: Library, run_id: str) -> np.ndarray:
    """(taus, C, C) overlaps that popular units explain, given the sizes of the sets;
    means over folds.
    """
    found = experts(library, run_id, GRID[0])
    shape = found.n_concepts, found.n_folds, len(GRID)
    sizes = library.set_sizes(run_id)["size"].to_numpy().reshape(shape)
    taus = np.array([tau.value for tau in GRID], found.ap.dtype)
    total = np.zeros((len(GRID), found.n_concepts, found.n_concepts))
    for fold in range(found.n_folds):
        rows = [found.rows(concept, fold) for concept in range(found.n_concepts)]
        units, ap = (np.concatenate([of[r] for r in rows]) for of in (found.unit, found.ap))
        for k, tau in enumerate(taus):
            # From the lowest τ up, ever fewer rows are left; numpy takes rows by number
            # in a fifth of the time that a mask takes.
            above = np.flatnonzero(ap > tau)
            if len(above) < len(ap):
                units, ap = units.take(above), ap.take(above)
            of_tau = sizes[:, fold, k]
            expected = expected_shared(of_tau, np.bincount(units))
            rest = np.add.outer(of_tau, of_tau) - expected
            zero = np.zeros_like(expected)
            total[k] += np.divide(expected, rest, out=zero, where=rest > 0)
    return total / found.n_folds

"""The pairs and the concepts that moved most between two sides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.measure.compare import of_pairs, profiles, rank_places
from explorer.results.compare import Side, Sides, common, domains_of
from explorer.results.compare_alignment import shared_ratings
from explorer.results.compare_matrices import overlaps, overlaps_by_fold
from explorer.results.compare_similarity import pair_table
from explorer.results.expert_overlap import set_sizes
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library


def moved_pairs(view: View, sides: Sides) -> pd.DataFrame:
    """Every pair of common concepts, those that moved most first.

    concept, other, domains, human (score or NaN), overlap_a, overlap_b; place_a,
    place_b (rank among all pairs, 0 to 1), moved (place in A minus place in B), apart
    (whether every fold of A lies on the same side of every fold of B; None where no
    side has several).
    """
    table = _moved(view.library, sides)
    human = np.full(len(table), np.nan)
    if view.ratings is not None:
        rated = shared_ratings(view.library, sides, view.ratings)
        score = {
            frozenset(words): value
            for *words, value in rated[["word1", "word2", "score"]].itertuples(index=False)
        }
        pairs = zip(table["concept"], table["other"], strict=True)
        human = np.array([score.get(frozenset(pair), np.nan) for pair in pairs], float)
    table.insert(3, "human", human)
    return table


@remembered(16)
def _moved(library: Library, sides: Sides) -> pd.DataFrame:
    table = pair_table(library, sides).rename(columns={"word1": "concept", "word2": "other"})
    places = [rank_places(table[name].to_numpy()) for name in ("overlap_a", "overlap_b")]
    moved = places[0] - places[1]
    table = table.assign(place_a=places[0], place_b=places[1], moved=moved)
    table["apart"] = _apart(library, sides)
    return table.iloc[np.argsort(-np.abs(moved), kind="stable")].reset_index(drop=True)


def _apart(library: Library, sides: Sides) -> np.ndarray | None:
    """(pairs,) whether the folds of both sides do not mingle."""
    if sides.a.fold is not None or max(run.request.folds for run in sides.runs) < 2:
        return None
    ends = []
    for folds in overlaps_by_fold(library, sides):
        places = rank_places(of_pairs(folds))
        ends.append((places.min(0), places.max(0)))
    (low_a, high_a), (low_b, high_b) = ends
    return np.asarray((low_a > high_b) | (low_b > high_a))


def moved_concepts(view: View, sides: Sides) -> pd.DataFrame:
    """Every common concept, those that moved most first.

    concept, domain, resemblance (Spearman ρ of its overlaps with all others in A and in
    B), folds (the same between two folds of one side, mean; NaN with one fold each),
    experts_a, experts_b (mean over folds).
    """
    return _moved_concepts(view.library, sides)


@remembered(16)
def _moved_concepts(library: Library, sides: Sides) -> pd.DataFrame:
    both = common(library, sides)
    table = pd.DataFrame(
        {
            "concept": both.words,
            "domain": domains_of(library, sides),
            "resemblance": profiles(*overlaps(library, sides)),
            "folds": _between_folds(library, sides),
            "experts_a": _sizes(library, sides.a)[both.in_a],
            "experts_b": _sizes(library, sides.b)[both.in_b],
        }
    )
    return table.sort_values("resemblance", ignore_index=True, kind="stable")


def _between_folds(library: Library, sides: Sides) -> np.ndarray:
    found = []
    for folds in overlaps_by_fold(library, sides):
        a, b = np.triu_indices(len(folds), 1)
        found += [profiles(folds[k], folds[m]) for k, m in zip(a, b, strict=True)]
    return np.mean(found, axis=0) if found else np.full(len(common(library, sides).words), np.nan)


def _sizes(library: Library, side: Side) -> np.ndarray:
    sizes = set_sizes(library, side.run.id, side.experts)
    return np.asarray(sizes.mean(1) if side.fold is None else sizes[:, side.fold])

"""Overlap of the expert sets of a run, as one chooses to compare them."""

from __future__ import annotations

import numpy as np

from explorer.core.similarity import Experts
from explorer.measure.beyond_chance import beyond_chance, expected_overlap
from explorer.measure.overlap import pairwise_overlap
from explorer.measure.where import sizes_within
from explorer.results.experts import ExpertTable, experts, modules, stored_experts
from explorer.results.memo import remembered
from explorer.store.library import Library


@remembered(8)
def fold_overlaps(library: Library, run_id: str, of: Experts) -> np.ndarray:
    """(folds, concepts, concepts) overlap of the expert sets of every fold."""
    table = expert_sets(library, run_id, of)
    return np.array([_of_fold(library, run_id, of, table, k) for k in range(table.n_folds)])


def mean_overlap(library: Library, run_id: str, of: Experts) -> np.ndarray:
    """(concepts, concepts) overlap of the expert sets, mean over folds."""
    table = expert_sets(library, run_id, of)
    n = table.n_concepts
    total = np.zeros((n, n))
    for fold in range(table.n_folds):
        total += _of_fold(library, run_id, of, table, fold)
    return total / table.n_folds


def expert_sets(library: Library, run_id: str, of: Experts) -> ExpertTable:
    """The sets that are compared: all units above τ, or the best of each concept and
    fold.
    """
    if of.overlap.top is None:
        return experts(library, run_id, of.tau)
    return _best(library, run_id, of.overlap.top)


@remembered(4)
def _best(library: Library, run_id: str, k: int) -> ExpertTable:
    return stored_experts(library, run_id).best_of_each(k)


def _of_fold(
    library: Library, run_id: str, of: Experts, table: ExpertTable, fold: int
) -> np.ndarray:
    sets = table.sets(fold)
    overlap = pairwise_overlap(sets, library.run(run_id).n_units)
    if not of.overlap.corrected:
        return overlap
    widths = modules(library, run_id)["width"].to_numpy()
    places = np.repeat(np.arange(len(widths)), widths)
    sizes = sizes_within(sets, places, len(widths)).T
    return beyond_chance(overlap, expected_overlap(sizes, widths))


@remembered(256)
def set_sizes(library: Library, run_id: str, of: Experts) -> np.ndarray:
    """(concepts, folds) sizes of the sets that are compared."""
    if of.overlap.top is not None:
        return expert_sets(library, run_id, of).sizes
    # Stored, so that no page reads millions of experts to say how many there are.
    stored, request = library.set_sizes(run_id)["size"].to_numpy(), library.run(run_id).request
    return np.asarray(stored.reshape(len(request.concepts), request.folds, -1)[..., of.tau.index])


def size_range(library: Library, run_id: str, of: Experts) -> tuple[float, float, float]:
    """Median, least and greatest number of experts of a concept, mean over folds."""
    sizes = set_sizes(library, run_id, of).mean(1)
    return float(np.median(sizes)), float(sizes.min()), float(sizes.max())


def too_few(library: Library, run_id: str, of: Experts) -> str:
    """How many concepts have fewer units than their sets are to hold, in a sentence;
    empty where none has.
    """
    if of.overlap.top is None:
        return ""
    least, run = set_sizes(library, run_id, of).min(1), library.run(run_id)
    short = int((least < of.overlap.top).sum())
    if not short:
        return ""
    return (
        f"{short:,} of {len(least):,} concepts of {run.label} have fewer than {of.overlap.top} "
        f"units above the AP floor of the run, {run.request.ap_floor:g}, the fewest "
        f"{least.min():,}: their sets are smaller."
    )

"""Overlap: the Jaccard similarity of expert sets, exact, for all pairs of concepts at
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

BLOCK_UNITS = 1 << 12
"""Units of a dense block: small enough for it to stay in the processor's cache."""
_DENSE = 10
"""Units of one set in so many or more are multiplied as a dense matrix."""
_PAIRS = 1 << 18
"""Pairs of sets that are listed at a time."""


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """|a ∩ b| / |a ∪ b| of two arrays without repeats; 0 when both are empty."""
    shared = len(np.intersect1d(a, b, assume_unique=True))
    union = len(a) + len(b) - shared
    return shared / union if union else 0.0


def pairwise_overlap(sets: Sequence[np.ndarray], n_units: int) -> np.ndarray:
    """(C, C) Jaccard similarities of C ascending arrays of units below n_units.

    The diagonal is 1; an empty set has overlap 0 with every other, empty or not.
    """
    return _jaccard_matrix(*_incidence(sets), n_units)


def overlap_grid(
    units: Sequence[np.ndarray], aps: Sequence[np.ndarray], taus: ArrayLike, n_units: int
) -> np.ndarray:
    """(T, C, C) Jaccard similarities of the sets {unit: AP strictly > tau} of C
    concepts at T taus.

    units: per concept, ascending; aps: their AP. Tau is compared in the precision of
    the AP, so that an AP stored as float32 0.55 does not exceed 0.55. Diagonal and
    empty sets as in `pairwise_overlap`.
    """
    indices, starts = _incidence(units)
    ap = np.concatenate([np.asarray(a) for a in aps]) if len(aps) else np.empty(0, np.float32)
    if len(ap) != len(indices):
        raise ValueError(f"{len(indices)} units but {len(ap)} APs")
    grid = []
    for tau in np.asarray(taus).astype(ap.dtype):
        kept = ap > tau
        before = np.concatenate([[0], np.cumsum(kept)])
        grid.append(_jaccard_matrix(indices[kept], before[starts], n_units))
    return np.array(grid).reshape(len(grid), len(units), len(units))


def fold_overlaps(
    units: Sequence[np.ndarray], aps: Sequence[np.ndarray], taus: ArrayLike
) -> np.ndarray:
    """(T, F, F) overlaps of the expert sets that F folds found for one concept; as
    `overlap_grid`.
    """
    indices, starts = _incidence(units)
    # Few units occur at all: renumbering them keeps the cost independent of the size of
    # the model.
    used, renumbered = np.unique(indices, return_inverse=True)
    return overlap_grid(np.split(renumbered, starts[1:-1]), aps, taus, len(used))


def shared_counts(sets: Sequence[np.ndarray]) -> np.ndarray:
    """(C, C) numbers of units that C sets share; the diagonal holds their sizes.

    sets: units without repeats, in any order.
    """
    return _intersections(*_incidence(sets))


def jaccard_of_counts(shared: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """(C, C) Jaccard similarities from the (C, C) sizes of intersections and the (C,)
    of sets; diagonal and empty sets as in `pairwise_overlap`.
    """
    union = sizes[:, None] + sizes[None, :] - shared
    overlap: np.ndarray = np.divide(shared, union, out=np.zeros(union.shape), where=union > 0)
    np.fill_diagonal(overlap, 1.0)
    return overlap


def chance_overlap(m: ArrayLike, n: ArrayLike, n_units: int) -> np.ndarray:
    """Expected Jaccard similarity of two random sets of m and n of n_units units;
    broadcasts.

    The intersection k is hypergeometric with mean μ = mn/N and variance v =
    mn(N-m)(N-n) / (N²(N-1)). The expectation of k/(s-k), s = m+n, is approximated to
    second order: μ/(s-μ) + s·v/(s-μ)³. At most 25% too low for sets of one unit, within
    2% from ten units on.
    """
    m, n = np.asarray(m, float), np.asarray(n, float)
    total = m + n
    mean = m * n / n_units
    variance = mean * (n_units - m) * (n_units - n) / n_units / max(n_units - 1, 1)
    rest = np.where(total > 0, total - mean, 1.0)
    return np.asarray(np.minimum(mean / rest + total * variance / rest**3, 1.0))


def _incidence(sets: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The column indices and row starts of the sparse (C, units) membership matrix."""
    starts = np.concatenate([[0], np.cumsum([len(s) for s in sets], dtype=np.int64)])
    indices = np.concatenate([np.asarray(s) for s in sets]) if len(sets) else np.empty(0)
    return indices.astype(np.int32, copy=False), starts


def _jaccard_matrix(indices: np.ndarray, starts: np.ndarray, n_units: int) -> np.ndarray:
    sizes = np.diff(starts)
    if len(indices) and not 0 <= indices.min() <= indices.max() < n_units:
        raise ValueError(f"units {indices.min()} to {indices.max()} of a model of {n_units}")
    return jaccard_of_counts(_intersections(indices, starts), sizes)


def _intersections(indices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(C, C) sizes of the intersections, exact.

    A unit of few sets adds to each pair of them; those of many, whose pairs would be
    most of the work, are a product of matrices.
    """
    n_sets = len(starts) - 1
    n_units = int(indices.max(initial=-1)) + 1
    sets = csr_array((np.ones(len(indices), np.int8), indices, starts), (n_sets, n_units)).tocsc()
    first, members = sets.indptr, sets.indices
    popularity = np.diff(first)
    dense_from = max(2, n_sets // _DENSE)
    counts = np.zeros(n_sets**2, np.int64)
    # Few bits, which numpy sorts in one pass.
    by_degree = np.argsort(popularity.astype(np.min_scalar_type(n_sets)), kind="stable")
    bounds = np.cumsum(np.bincount(popularity, minlength=dense_from))
    for degree in range(2, dense_from):
        a, b = np.triu_indices(degree, 1)
        same = by_degree[bounds[degree - 1] : bounds[degree]]
        for part in _parts(same, max(1, _PAIRS // len(a))):
            of = members[first[part, None] + np.arange(degree)]
            counts += np.bincount((of[:, a] * n_sets + of[:, b]).ravel(), minlength=len(counts))
    shared = counts.reshape(n_sets, n_sets)
    shared += shared.T.copy()
    for part in _parts(np.sort(by_degree[bounds[dense_from - 1] :]), BLOCK_UNITS):
        # Single precision holds every whole number that a block can add up to.
        block = sets[:, part].toarray().astype(np.float32)
        shared += (block @ block.T).astype(np.int64)
    np.fill_diagonal(shared, np.diff(starts))
    return shared


def _parts(units: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (units[k : k + size] for k in range(0, len(units), size))

"""Overlap beyond chance: what two sets share more than random sets of these sizes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def expected_overlap(sizes: ArrayLike, widths: ArrayLike) -> np.ndarray:
    """(C, C) expected Jaccard similarities of random sets that have as many units in
    every module as C sets have.

    sizes: (C, K) units of each set in each of K modules; widths: (K,) units of the
    modules. Experts crowd into some layers and kinds of module, whatever they mean, so
    that sets dealt over the whole model would share too few units. What two sets share
    in a module is hypergeometric, and the modules are independent; the expectation is
    that of `overlap.chance_overlap`, which this is for one module.
    """
    sizes, widths = np.asarray(sizes, float), np.asarray(widths, float)
    mean = (sizes / widths) @ sizes.T
    room = sizes * (widths - sizes)
    variance = (room / (widths**2 * np.maximum(widths - 1, 1))) @ room.T
    total = np.add.outer(sizes.sum(1), sizes.sum(1))
    rest = np.where(total > 0, total - mean, 1.0)
    return np.asarray(np.minimum(mean / rest + total * variance / rest**3, 1.0))


def beyond_chance(overlap: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """(C, C) overlaps J corrected for the expected E: (J - E) / (1 - E).

    1 for equal sets, 0 in the mean of random ones, below 0 for sets that share less
    than these (Hubert & Arabie 1985, for agreement of partitions; Albatineh et al.
    2006, for coefficients in general). 0 where chance alone makes sets equal; the
    diagonal is 1.
    """
    room = 1 - expected
    corrected = np.divide(overlap - expected, room, out=np.zeros(room.shape), where=room > 1e-12)
    np.fill_diagonal(corrected, 1.0)
    return np.asarray(corrected)

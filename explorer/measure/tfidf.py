"""TF-IDF vectors from counts (Salton & Buckley 1988; Manning, Raghavan & Schütze 2008,
sections 6.2 and 6.4).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array


def weighted(counts: csr_array, idf: np.ndarray) -> csr_array:
    """Counts as (1 + log tf) · idf, without what weighs nothing."""
    # A copy with its own indices: dropping zeros rewrites them in place, and the counts
    # are shared.
    found = csr_array(counts, copy=True)
    found.data = (1 + np.log(found.data)) * idf[found.indices]
    found.eliminate_zeros()
    return found


def unit(matrix: csr_array) -> csr_array:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.sqrt(matrix.multiply(matrix).sum(1))
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_array(
        (matrix.data * np.repeat(scale, np.diff(matrix.indptr)), matrix.indices, matrix.indptr),
        matrix.shape,
    )

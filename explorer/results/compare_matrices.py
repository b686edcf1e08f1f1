"""The similarities of both sides of a comparison, of all folds or of one."""

from __future__ import annotations

import numpy as np

from explorer.core.similarity import Experts, SentenceEmbedding, Similarity
from explorer.measure.alignment import cosine_similarity_matrix
from explorer.results.compare import Side, Sides, common
from explorer.results.expert_overlap import fold_overlaps
from explorer.results.reading import similarity
from explorer.store.library import Library


def overlap_of(library: Library, side: Side) -> np.ndarray:
    """(concepts, concepts) overlap of the expert sets of a side."""
    return matrix_of(library, side, side.experts)


def matrix_of(library: Library, side: Side, of: Similarity) -> np.ndarray:
    """(concepts, concepts) similarities of a side, in its fold where it has one."""
    if side.fold is None:
        return similarity(library, side.run.id, of)
    if isinstance(of, Experts):
        return np.asarray(fold_overlaps(library, side.run.id, of)[side.fold])
    if isinstance(of, SentenceEmbedding):
        vectors = library.embeddings(side.run.id, "sentence")
        return cosine_similarity_matrix(vectors[[side.fold]])
    return similarity(library, side.run.id, of)


def overlaps(library: Library, sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """(C, C) overlaps of both sides, of their common concepts."""
    both = common(library, sides)
    return tuple(  # type: ignore[return-value]
        overlap_of(library, side)[np.ix_(rows, rows)]
        for side, rows in ((sides.a, both.in_a), (sides.b, both.in_b))
    )


def overlaps_by_fold(library: Library, sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """(folds, C, C) overlaps of the common concepts in every fold of both sides."""
    both = common(library, sides)
    return tuple(  # type: ignore[return-value]
        fold_overlaps(library, side.run.id, side.experts)[:, rows][:, :, rows]
        for side, rows in ((sides.a, both.in_a), (sides.b, both.in_b))
    )

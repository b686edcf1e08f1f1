"""Tables of one run as other results use them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.similarity import JACCARD, Experts, Similarity, WordEmbedding
from explorer.measure.alignment import cosine_similarity_matrix
from explorer.results.expert_overlap import mean_overlap
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.store.library import Library


@remembered(128)
def concepts(library: Library, run_id: str) -> pd.DataFrame:
    """word, domain (or None), experts (mean over folds at τ 0.50); row = concept id."""
    return library.concepts(run_id)


def words_of(library: Library, run_id: str) -> tuple[str, ...]:
    """The concepts of a run in alphabetical order."""
    return tuple(sorted(concepts(library, run_id)["word"]))


@remembered(64)
def similarity(library: Library, run_id: str, of: Similarity) -> np.ndarray:
    """(concepts, concepts), read-only: overlap of expert sets, or cosine of an
    embedding.
    """
    if isinstance(of, Experts):
        if of.overlap == JACCARD:  # it is stored
            return library.pair_overlap(run_id, of.tau.value)
        return mean_overlap(library, run_id, of)
    kind = "word" if isinstance(of, WordEmbedding) else "sentence"
    return cosine_similarity_matrix(library.embeddings(run_id, kind))


@remembered(16)
def overlap_grid(library: Library, run_id: str) -> np.ndarray:
    """(taus, concepts, concepts) overlap of expert sets, read-only."""
    return library.pair_overlap_grid(run_id)


def rated_pairs(library: Library, run_id: str, ratings: Ratings, of: Similarity) -> pd.DataFrame:
    """As `human_pairs`, with the column `similarity`."""
    pairs = human_pairs(library, run_id, ratings)
    matrix = similarity(library, run_id, of)
    return pairs.assign(similarity=matrix[pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)])


def has_domains(library: Library, run_id: str) -> bool:
    """Whether two concepts share a domain and there is a second one to compare with."""
    sizes = concepts(library, run_id)["domain"].value_counts()
    return len(sizes) >= 2 and int(sizes.max()) >= 2

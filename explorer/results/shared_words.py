"""Words that the sentences of two concepts share: what could stand behind an
alignment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from explorer.core.checkpoint import Checkpoint
from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import Similarity
from explorer.measure import surface
from explorer.measure.alignment import Alignment, align
from explorer.measure.partial import partial_align
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.reading import rated_pairs
from explorer.store.library import Library


def shared_words(library: Library, run: RunInfo) -> np.ndarray:
    """(concepts, concepts), read-only: similarity of the words in the stored
    sentences.
    """
    return word_vectors(library, run).similarity


def word_vectors(library: Library, run: RunInfo) -> surface.WordVectors:
    """The words of every concept's stored sentences, weighted."""
    # Runs of one design hold the same sentences: a trajectory reads them once.
    return _word_vectors(library, _Sentences(run))


class _Sentences:
    """The sentences of a run; equal for runs that hold the same."""

    def __init__(self, run: RunInfo) -> None:
        same = {"checkpoint": Checkpoint("any"), "pooling": "max", "dtype": "float32"}
        design = replace(run.request, ap_floor=0.0, **same)  # type: ignore[arg-type]
        self.run_id, self.concepts = run.id, run.request.concepts
        self._key = (design.id, self.concepts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sentences) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@remembered(16)
def _word_vectors(library: Library, of: _Sentences) -> surface.WordVectors:
    stored = library.words(of.run_id).groupby("concept")["text"].agg(list)
    return surface.word_vectors({word: stored.get(word, []) for word in of.concepts})


@remembered(2048)
def partial_alignment_of(
    library: Library, run_id: str, ratings: Ratings, of: Similarity
) -> Alignment:
    """ρ of a similarity with human ratings, the words that sentences share held
    constant.
    """
    pairs = rated_pairs(library, run_id, ratings, of)
    return partial_align(
        pairs["similarity"].to_numpy(),
        pairs["score"].to_numpy(float),
        [_of_pairs(library, run_id, pairs)],
        words_of(pairs),
    )


@remembered(256)
def surface_alignment_of(library: Library, run_id: str, ratings: Ratings) -> Alignment:
    """ρ of the words that sentences share with human ratings: no model is needed for
    it.
    """
    pairs = human_pairs(library, run_id, ratings)
    shared = _of_pairs(library, run_id, pairs)
    return align(shared, pairs["score"].to_numpy(float), words_of(pairs))


def _of_pairs(library: Library, run_id: str, pairs: pd.DataFrame) -> np.ndarray:
    matrix = shared_words(library, library.run(run_id))
    values: np.ndarray = matrix[pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)]
    return values

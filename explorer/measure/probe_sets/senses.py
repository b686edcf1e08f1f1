"""Which concepts a concept's sentences are near to, and whether that fits its domain
and what people say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from explorer.measure.alignment import cosine_similarity_matrix
from explorer.measure.probe_sets.counts import Counted
from explorer.measure.tfidf import unit, weighted

NEIGHBOURS = 5
SIMILAR = 0.75
"""Share of a data set's pairs that are rated lower than those we call similar."""
MOSTLY = 0.5
"""Share of the nearest concepts above which "mostly of other domains" holds."""
FAR = 1 / 3
"""Share of all concepts: what people find similar and is farther off than that, is far.
"""


class RatedFar(NamedTuple):
    """Share of the other concepts that are nearer than those people find similar, and
    which those are.
    """

    share: float
    similar: tuple[str, ...]


def concept_vectors(counted: Counted) -> csr_array:
    """(C, V) TF-IDF of the concepts, unit length: (1 + log tf) · log(C / df), a
    concept's own forms left out.

    tf: occurrences in all sentences of the concept; df: concepts with the word
    (Manning, Raghavan & Schütze 2008, sections 6.2 and 6.4).
    """
    n_concepts, n = len(counted.concepts), len(counted.of)
    members = csr_array((np.ones(n), (counted.of, np.arange(n))), shape=(n_concepts, n))
    return unit(weighted(csr_array(members @ counted.bare), inverse_frequency(counted)))


def inverse_frequency(counted: Counted) -> np.ndarray:
    """(V,) log(C / df): 0 for a word that every concept's sentences hold."""
    entries = counted.bare.tocoo()
    pairs = np.unique(
        entries.col.astype(np.int64) * len(counted.concepts) + counted.of[entries.row]
    )
    df = np.bincount(pairs // len(counted.concepts), minlength=len(counted.vocabulary))
    return np.log(len(counted.concepts) / np.maximum(df, 1))


def word_similarity(counted: Counted) -> np.ndarray:
    """(C, C) cosine of the concepts' TF-IDF vectors, 0 to 1."""
    vectors = concept_vectors(counted)
    return np.asarray((vectors @ vectors.T).todense())


def embedding_similarity(vectors: np.ndarray) -> np.ndarray:
    """(C, C) cosine of (F, C, d) sentence embeddings from which the mean over concepts
    is taken, mean over F folds.

    Without that all concepts are near to all: the vectors share a large common part (Mu
    & Viswanath, ICLR 2018).
    """
    vectors = np.asarray(vectors, float)
    return cosine_similarity_matrix(vectors - vectors.mean(1, keepdims=True))


def nearest(similarity: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """(C, ≤ k) the other concepts, most similar first."""
    others = similarity.astype(float, copy=True)
    np.fill_diagonal(others, -np.inf)
    return np.argsort(-others, axis=1, kind="stable")[:, : min(k, max(len(others) - 1, 0))]


def foreign(
    similarity: np.ndarray, domains: Sequence[str | None], k: int = NEIGHBOURS
) -> np.ndarray:
    """(C,) share of the nearest concepts that belong to another domain; NaN without a
    domain or its company.

    Looked at are the concepts that have a domain, as many as the own domain has others
    but at most k, so that a small domain is not at fault for its size.
    """
    found = np.full(len(domains), np.nan)
    known = [i for i, domain in enumerate(domains) if domain is not None]
    for i in known:
        others = [j for j in known if j != i]
        size = min(k, sum(domains[j] == domains[i] for j in others))
        if size:
            close = sorted(others, key=lambda j: -similarity[i, j])[:size]
            found[i] = np.mean([domains[j] != domains[i] for j in close])
    return found


def rated_far(
    similarity: np.ndarray, words: Sequence[str], pairs: pd.DataFrame
) -> dict[str, RatedFar]:
    """Concept → how far off the concepts are that people find similar to it; only
    concepts that have such.

    pairs: dataset, word1, word2, score; similar are the pairs in the upper quarter of
    their data set. The distance of one is the share of the other concepts that are
    nearer; a concept's is the median over those people find similar. Of concepts in
    random order it is 0.5 on average.
    """
    rank = pairs.groupby("dataset")["score"].rank(pct=True)
    number = {word: i for i, word in enumerate(words)}
    kin: dict[int, set[int]] = {}
    for row in pairs[rank >= SIMILAR].itertuples():
        if row.word1 in number and row.word2 in number:
            a, b = number[row.word1], number[row.word2]
            kin.setdefault(a, set()).add(b)
            kin.setdefault(b, set()).add(a)
    found = {}
    for i, partners in sorted(kin.items()):
        others = np.delete(similarity[i], i)
        nearer = [
            float((others > similarity[i, j]).sum()) / max(len(others) - 1, 1)
            for j in sorted(partners)
        ]
        found[words[i]] = RatedFar(
            float(np.median(nearer)), tuple(words[j] for j in sorted(partners))
        )
    return found

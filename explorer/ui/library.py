"""Cached twins of what is read and measured. A run never changes, so its id is the
whole cache key.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core import settings
from explorer.core.records import RunInfo
from explorer.measure import alignment as _alignment
from explorer.measure import domains as _domains
from explorer.measure import stability as _stability
from explorer.store.library import Library

EXPERTS, WORD, SENTENCE = "experts", "word embedding", "sentence embedding"
REPRESENTATIONS = (EXPERTS, WORD, SENTENCE)


def library() -> Library:
    """The finished runs of this machine's cache."""
    folder = settings.runs_dir()
    with contextlib.suppress(OSError):  # a read-only deployment without runs shows its empty state
        folder.mkdir(parents=True, exist_ok=True)
    return _library(str(folder.resolve()))


@st.cache_resource(show_spinner=False)
def _library(folder: str) -> Library:
    return Library(Path(folder))


def runs() -> list[RunInfo]:
    """Readable finished runs, newest first."""
    return library().runs()


@st.cache_data(show_spinner=False, max_entries=128)
def concepts(run_id: str) -> pd.DataFrame:
    """word, domain, experts; row = concept id."""
    return library().concepts(run_id)


@st.cache_data(show_spinner=False, max_entries=128)
def human_pairs(run_id: str, dataset: str | None = None, split: str | None = None) -> pd.DataFrame:
    """dataset, split, word1, word2, score, i, j."""
    return library().human_pairs(run_id, dataset, split)


@st.cache_resource(show_spinner=False, max_entries=64)
def similarity(run_id: str, representation: str, tau: float = 0.5) -> np.ndarray:
    """(concepts, concepts), read-only: overlap of expert sets at tau, or cosine of an
    embedding.
    """
    if representation == EXPERTS:
        matrix = library().pair_overlap(run_id, tau)
    else:
        vectors = library().embeddings(run_id, representation.removesuffix(" embedding"))
        matrix = _alignment.cosine_similarity_matrix(vectors)
    matrix.flags.writeable = False
    return matrix


@st.cache_resource(show_spinner=False, max_entries=16)
def overlap_grid(run_id: str) -> np.ndarray:
    """(taus, concepts, concepts), read-only."""
    grid = library().pair_overlap_grid(run_id)
    grid.flags.writeable = False
    return grid


def rated_pairs(
    run_id: str, dataset: str, split: str | None, representation: str, tau: float = 0.5
) -> pd.DataFrame:
    """human_pairs with the column `similarity` of a representation."""
    pairs = human_pairs(run_id, dataset, split)
    matrix = similarity(run_id, representation, tau if representation == EXPERTS else 0.5)
    return pairs.assign(similarity=matrix[pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)])


def cached_alignment(
    run_id: str, dataset: str, split: str | None, tau: float, representation: str = EXPERTS
) -> _alignment.Alignment:
    """Spearman ρ of a representation with human ratings, its bootstrap interval and
    p.
    """
    # Embeddings do not know of tau: without this they would be measured anew for each.
    return _cached_alignment(
        run_id, dataset, split, tau if representation == EXPERTS else 0.5, representation
    )


@st.cache_data(show_spinner=False, max_entries=4096)
def _cached_alignment(
    run_id: str, dataset: str, split: str | None, tau: float, representation: str
) -> _alignment.Alignment:
    pairs = rated_pairs(run_id, dataset, split, representation, tau)
    return _alignment.align(pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float))


@st.cache_data(show_spinner=False, max_entries=4096)
def cached_difference(
    run_a: str,
    representation_a: str,
    run_b: str,
    representation_b: str,
    dataset: str,
    split: str | None,
    tau: float,
) -> _alignment.Difference:
    """Paired bootstrap of ρ(a) − ρ(b) over the word pairs that both runs cover."""
    on = ["dataset", "split", "word1", "word2"]
    pairs_a, pairs_b = (human_pairs(run_id, dataset, split) for run_id in (run_a, run_b))
    if pairs_a[[*on, "score"]].equals(pairs_b[[*on, "score"]]):
        a = cached_alignment(run_a, dataset, split, tau, representation_a)
        b = cached_alignment(run_b, dataset, split, tau, representation_b)
        if a.n == b.n == len(pairs_a):
            return _alignment.difference(a, b)
    first = rated_pairs(run_a, dataset, split, representation_a, tau)
    second = rated_pairs(run_b, dataset, split, representation_b, tau)
    both = first.merge(second[[*on, "similarity"]], on=on, suffixes=("_a", "_b"))
    columns = (both[name].to_numpy(float) for name in ("similarity_a", "similarity_b", "score"))
    return _alignment.compare(*columns)


@st.cache_data(show_spinner=False, max_entries=256)
def cached_within_concept(run_id: str) -> pd.DataFrame:
    """tau, mean, low, high, n: overlap of a concept's expert sets across folds."""
    return _stability.within_concept(library().fold_overlap(run_id))


@st.cache_data(show_spinner=False, max_entries=256)
def cached_between_concepts(run_id: str, n_pairs: int = 1000, seed: int = 0) -> pd.DataFrame:
    """tau, mean, low, high, n: overlap of sampled concept pairs."""
    return _stability.between_concepts(overlap_grid(run_id), library().taus(run_id), n_pairs, seed)


@st.cache_data(show_spinner=False, max_entries=256)
def cached_chance(run_id: str) -> pd.DataFrame:
    """tau, within, between: overlap expected of random sets of these sizes."""
    return _stability.chance(library().set_sizes(run_id), library().run(run_id).n_units)


@st.cache_data(show_spinner=False, max_entries=256)
def cached_shared_sentences(run_id: str) -> _stability.SharedSentences:
    """Mean share of positive and of negative sentences that two folds have in
    common.
    """
    return _stability.shared_sentences(library().fold_overlap(run_id))


@st.cache_data(show_spinner=False, max_entries=512)
def cached_ratio(run_id: str, tau: float = 0.5) -> _domains.Ratio:
    """Overlap within domains ÷ across domains, over the concepts that have a domain."""
    chosen, labels = _labelled(run_id)
    matrix = similarity(run_id, EXPERTS, tau)[np.ix_(chosen, chosen)]
    return _domains.within_cross_ratio(matrix, labels)


def _labelled(run_id: str) -> tuple[np.ndarray, np.ndarray]:
    domains = concepts(run_id)["domain"]
    chosen = np.flatnonzero(domains.notna().to_numpy())
    return chosen, domains.to_numpy()[chosen]


def has_domains(run_id: str) -> bool:
    """Whether the run has two concepts of one domain and a second domain to compare
    them with.
    """
    sizes = concepts(run_id)["domain"].value_counts()
    return len(sizes) >= 2 and int(sizes.max()) >= 2

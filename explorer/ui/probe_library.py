"""Cached twins of what is measured of a probe set; name, digest and domains are the
cache key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.records import RunInfo
from explorer.measure.probe_sets import counts, quality, senses
from explorer.measure.probe_sets import splits as probe_splits
from explorer.probes import probe_set
from explorer.probes.probe_set import ProbeSet
from explorer.ui import library

_KEY: dict[str | type, Callable[[Any], Any]] = {
    ProbeSet: lambda probes: (
        probes.info.name,
        probes.info.digest,
        sorted(probes.info.domains.items()),
    )
}
DOMAIN, TWO, PEOPLE = "other domain", "two groups", "far from what people say"


def names() -> list[str]:
    """Probe sets by name, the bundled one first; a damaged file is among them, and says
    so when it is chosen.
    """
    found = [probe_set.BUNDLED] if probe_set.path_of(probe_set.BUNDLED).exists() else []
    for path in sorted(settings.probes_dir().glob("*.parquet")):
        try:
            if probe_set.path_of(path.stem) == path:
                found.append(path.stem)
        except InputError:
            continue
    return found


@st.cache_resource(show_spinner="Reading the sentences…", max_entries=4, hash_funcs=_KEY)
def counted(probes: ProbeSet) -> counts.Counted:
    """The words of all sentences."""
    return counts.count(probes.sentences)


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=_KEY)
def concept_table(probes: ProbeSet) -> pd.DataFrame:
    """concept, domain, sentences, words, type_token, type_token_first, same, near,
    names_others.
    """
    table = quality.per_concept(counted(probes))
    table.insert(1, "domain", [probes.info.domains.get(concept) for concept in table["concept"]])
    return table


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEY)
def sentence_table(probes: ProbeSet) -> pd.DataFrame:
    """concept, at (position among its sentences), text, source, prompt, same, near
    (positions, −1), names_others.

    Shared between visitors: to be read, never written.
    """
    found = counted(probes)
    same, near = quality.twins(found)
    first = np.searchsorted(found.of, found.of)
    rows = [row for sentences in probes.sentences.values() for row in sentences]
    return pd.DataFrame(
        {
            "concept": [row.concept for row in rows],
            "at": np.arange(len(rows)) - first,
            "text": [" ".join(row.text.split()) for row in rows],
            "source": [row.source for row in rows],
            "prompt": [row.prompt for row in rows],
            "same": np.where(same < 0, -1, same - first),
            "near": np.where(near < 0, -1, near - first),
            "names_others": quality.names_others(found),
        }
    )


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=_KEY)
def lengths(probes: ProbeSet) -> pd.DataFrame:
    """source, words, sentences, share."""
    return quality.lengths(counted(probes))


def mean_words(probes: ProbeSet) -> dict[str, float]:
    """Source → mean number of words in its sentences."""
    found = lengths(probes)
    means = (found["words"] * found["share"]).groupby(found["source"]).sum()
    return {str(source): float(mean) for source, mean in means.items()}


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=_KEY)
def growth(probes: ProbeSet) -> pd.DataFrame:
    """source, n, mean, low, high, concepts: type/token ratio as text grows."""
    return quality.growth_by_source(counted(probes))


@st.cache_data(show_spinner="Looking for words with two senses…", max_entries=16, hash_funcs=_KEY)
def splits(probes: ProbeSet) -> tuple[Mapping[str, probe_splits.Split], float]:
    """Concept → its sentences in two groups, and the distance that counts as two
    senses.
    """
    return probe_splits.splits(counted(probes))


def runs_of(digest: str) -> list[RunInfo]:
    """The finished runs on a probe set of this content."""
    return [run for run in library.runs() if run.request.probe_digest == digest]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Concepts and how similar their sentences are."""

    words: list[str]
    similarity: np.ndarray
    nearest: dict[str, list[str]]


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEY)
def neighbourhood(probes: ProbeSet, run_id: str | None) -> Neighbourhood:
    """Similarity by the sentence embeddings of a run, or by the words of the sentences
    where there is no run.
    """
    if run_id is None:
        words = list(probes.info.concepts)
        similarity = senses.word_similarity(counted(probes))
    else:
        words = list(library.library().run(run_id).request.concepts)
        similarity = senses.embedding_similarity(library.library().embeddings(run_id, "sentence"))
    close = senses.nearest(similarity)
    return Neighbourhood(
        words, similarity, {word: [words[j] for j in close[i]] for i, word in enumerate(words)}
    )


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=_KEY)
def hints(probes: ProbeSet, run_id: str | None) -> dict[str, dict[str, str]]:
    """Concept → kind of hint → what was measured, as a sentence; only concepts with a
    hint.
    """
    near = neighbourhood(probes, run_id)
    found: dict[str, dict[str, str]] = {}
    domains = [probes.info.domains.get(word) for word in near.words]
    for word, domain, share in zip(
        near.words, domains, senses.foreign(near.similarity, domains), strict=True
    ):
        if share > senses.MOSTLY:
            found.setdefault(word, {})[DOMAIN] = (
                f"{share:.0%} of the nearest concepts with a domain are not of the domain {domain}."
            )
    if run_id is not None:
        rated = senses.rated_far(near.similarity, near.words, library.human_pairs(run_id))
        for word, far in rated.items():
            if far.share > senses.FAR:
                found.setdefault(word, {})[PEOPLE] = (
                    f"People rate it as similar to {', '.join(far.similar)}, but {far.share:.0%} "
                    "of all concepts are "
                    "nearer to its sentences than these."
                )
    groups, limit = splits(probes)
    for word, split in groups.items():
        if split.distance >= limit and word not in probes.info.domains:
            found.setdefault(word, {})[TWO] = two_groups(split, limit)
    return found


def two_groups(split: probe_splits.Split, limit: float) -> str:
    """The two groups of a concept's sentences, and what makes them worth a look."""
    first, second = (", ".join(words) or "no concept of the set" for words in split.near)
    return (
        f"Its sentences fall into two groups, one nearer to {first}, the other to {second}. They "
        "are as far apart "
        f"({split.distance:.2f}) as the sentences of two different concepts ({limit:.2f} or more "
        "for three mixed "
        f"pairs of four); the smaller group has {split.share:.0%}."
    )

"""What is measured of a probe set: its words, its duplicates, the senses of its
concepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.measure.probe_sets import counts, quality, senses
from explorer.measure.probe_sets import splits as sense_splits
from explorer.probes.probe_set import ProbeSet
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.results.sweeps import source_names
from explorer.store.library import Library

DOMAIN, TWO, PEOPLE = "other domain", "two groups", "far from what people say"


@remembered(4)
def counted(probes: ProbeSet) -> counts.Counted:
    """The words of all sentences."""
    return counts.count(probes.sentences)


@remembered(4)
def twins(probes: ProbeSet) -> tuple[np.ndarray, np.ndarray]:
    """Of every sentence, the first earlier one that is the same, and nearly so."""
    return quality.twins(counted(probes))


@remembered(16)
def concept_table(probes: ProbeSet) -> pd.DataFrame:
    """concept, domain, sentences, words, type_token, type_token_first, same, near,
    names_others.
    """
    table = quality.per_concept(counted(probes), *twins(probes))
    table.insert(1, "domain", [probes.info.domains.get(concept) for concept in table["concept"]])
    return table


@remembered(4)
def sentence_table(probes: ProbeSet) -> pd.DataFrame:
    """concept, at (position among its sentences), text, source, prompt, same, near
    (positions, −1), names_others.
    """
    words = counted(probes)
    same, near = twins(probes)
    first = np.searchsorted(words.of, words.of)
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
            "names_others": quality.names_others(words),
        }
    )


@remembered(16)
def lengths(probes: ProbeSet) -> pd.DataFrame:
    """source, words, sentences, share."""
    return quality.lengths(counted(probes))


def mean_words(probes: ProbeSet) -> dict[str, float]:
    """Source → mean number of words in its sentences."""
    table = lengths(probes)
    means = (table["words"] * table["share"]).groupby(table["source"]).sum()
    return {str(source): float(mean) for source, mean in means.items()}


@remembered(16)
def growth(probes: ProbeSet) -> pd.DataFrame:
    """source, n, mean, low, high, concepts: type/token ratio as text grows."""
    return quality.growth_by_source(counted(probes))


@remembered(16)
def splits(probes: ProbeSet) -> tuple[Mapping[str, sense_splits.Split], float]:
    """Concept → its sentences in two groups, and the distance that counts as two
    senses.
    """
    return sense_splits.splits(counted(probes))


def runs_of(library: Library, probes: ProbeSet) -> list[RunInfo]:
    """The finished runs that read these sentences."""
    return [run for run in library.runs() if run.request.probe_digest == probes.info.digest]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Concepts and how similar their sentences are."""

    words: list[str]
    similarity: np.ndarray
    nearest: dict[str, list[str]]


@remembered(16)
def neighbourhood(library: Library, probes: ProbeSet, run_id: str | None) -> Neighbourhood:
    """Similarity by the sentence embeddings of a run, or by the words of the sentences
    where there is no run.
    """
    if run_id is None:
        words = list(probes.info.concepts)
        similarity = senses.word_similarity(counted(probes))
    else:
        words = list(library.run(run_id).request.concepts)
        similarity = senses.embedding_similarity(library.embeddings(run_id, "sentence"))
    close = senses.nearest(similarity)
    return Neighbourhood(
        words, similarity, {word: [words[j] for j in close[i]] for i, word in enumerate(words)}
    )


@remembered(16)
def hints(library: Library, probes: ProbeSet, run_id: str | None) -> dict[str, dict[str, str]]:
    """Concept → kind of hint → what was measured, as a sentence.

    Only concepts with a hint that some of their sentences mean another sense.
    """
    near = neighbourhood(library, probes, run_id)
    domains = [probes.info.domains.get(word) for word in near.words]
    hints_of: dict[str, dict[str, str]] = {}
    foreign = senses.foreign(near.similarity, domains)
    for word, domain, share in zip(near.words, domains, foreign, strict=True):
        if share > senses.MOSTLY:
            hints_of.setdefault(word, {})[DOMAIN] = (
                f"{share:.0%} of the nearest concepts with a domain are not of the domain {domain}."
            )
    if run_id is not None:
        rated = senses.rated_far(near.similarity, near.words, human_pairs(library, run_id))
        for word, far in rated.items():
            if far.share > senses.FAR:
                hints_of.setdefault(word, {})[PEOPLE] = (
                    f"People rate it as similar to {', '.join(far.similar)}, but {far.share:.0%} "
                    "of all concepts are nearer to its sentences than these."
                )
    groups, limit = splits(probes)
    for word, split in groups.items():
        if split.distance >= limit and word not in probes.info.domains:
            hints_of.setdefault(word, {})[TWO] = two_groups(split, limit)
    return hints_of


def two_groups(split: sense_splits.Split, limit: float) -> str:
    """The two groups of a concept's sentences, and what makes them worth a look."""
    first, second = (", ".join(words) or "no concept of the set" for words in split.near)
    return (
        f"Its sentences fall into two groups, one nearer to {first}, the other to {second}. They "
        f"are as far apart ({split.distance:.2f}) as the sentences of two different concepts "
        f"({limit:.2f} or more for three mixed pairs of four); the smaller group has "
        f"{split.share:.0%}."
    )


def source_names_of(library: Library) -> list[str]:
    """Sources that other pages give a colour: here they keep theirs."""
    return list(source_names(library.runs()).values())

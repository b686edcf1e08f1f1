"""What a study is about, and the probe sets that it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.core.errors import InputError
from explorer.core.records import HumanPair, Sentence
from explorer.jobs.kinds.sentences import Sentences
from explorer.probes import human as human_data
from explorer.probes import probe_set
from explorer.probes.datasets import DATASETS
from explorer.probes.sampling import rng
from explorer.probes.words import concept_name
from explorer.studies.study import SourceRow, Study

_WORDS_A_SENTENCE = 19
"""Of a sentence that is yet to be written; the bundled probe set has 18.8 on average.
"""


@dataclass(frozen=True)
class Words:
    """The words of a study, the rated pairs they come from, and concept → domain where
    there are domains.
    """

    words: tuple[str, ...]
    pairs: Sequence[HumanPair] = ()
    domains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Writing:
    """A probe set that is not there, and who writes it."""

    source: SourceRow
    about: Words

    @property
    def request(self) -> Sentences:
        """The job that writes it."""
        source = self.source
        return Sentences(
            source.probe_set,
            tuple(self.about.words),
            source.sentences,
            seed=source.seed,
            domains=dict(self.about.domains),
            model=source.model,
            endpoint=source.endpoint,
            corpus=source.corpus,
        )

    def placeholder(self) -> probe_set.ProbeSet:
        """Sentences of the number and length to be expected, to estimate the cost of
        what comes after.
        """
        filler = " ".join(["word"] * (_WORDS_A_SENTENCE - 2))
        rows = {
            word: [
                Sentence(word, f"{filler} {word} {n}", self.source.writer)
                for n in range(self.source.sentences)
            ]
            for word in self.about.words
        }
        sizes = {word: len(sentences) for word, sentences in rows.items()}
        name = self.source.probe_set
        info = probe_set.ProbeSetInfo(
            name, probe_set.path_of(name), "", sizes, (self.source.writer,), self.about.domains, {}
        )
        return probe_set.ProbeSet(info, rows)


def words_of(study: Study, info: probe_set.ProbeSetInfo | None) -> Words:
    """The words that a study asks for; `info` is its probe set, None when that is yet
    to be written.

    Raises InputError when the study does not say which words, or names ratings that are
    not there.
    """
    own = {concept_name(word): domain for word, domain in study.domain_of.items()}
    domains = own or (dict(info.domains) if info else {})
    if not isinstance(study.concepts, str):
        words = tuple(dict.fromkeys(map(concept_name, study.concepts)))
        return Words(words, domains=domains)
    if study.concepts in ("all", "domains"):
        if study.concepts == "domains" and study.domains:
            return Words(tuple(domains), domains=domains)
        if info is None:
            raise InputError(
                f"concepts: got “{study.concepts}”, but the probe set is not there to say which.",
                "Name the concepts, or give the study a [domains] table.",
            )
        return Words(
            tuple(w for w in info.concepts if study.concepts == "all" or w in domains),
            domains=domains,
        )
    pairs = _rated(study, study.concepts)
    rated = dict.fromkeys(word for pair in pairs for word in (pair.word1, pair.word2))
    return Words(tuple(rated), pairs, domains)


def _rated(study: Study, named: str) -> list[HumanPair]:
    dataset, _, split = named.partition(":")
    if dataset not in DATASETS:
        raise InputError(
            f"concepts: got “{named}”.",
            f"Expected “all”, “domains”, a list of words, or {', '.join(DATASETS)} "
            "with “:test” or “:dev”.",
        )
    pairs = [pair for pair in human_data.load(dataset) if not split or pair.split == split]
    if not pairs:
        there = sorted({pair.split for pair in human_data.load(dataset)})
        raise InputError(f"{dataset} has no split “{split}”.", f"Its splits: {', '.join(there)}.")
    if 0 < study.pairs < len(pairs):
        chosen = rng(study.seed, "pairs", named).choice(len(pairs), study.pairs, replace=False)
        pairs = [pairs[i] for i in np.sort(chosen)]
    return pairs


def lacking(study: Study) -> list[Writing]:
    """The probe sets of a study that are not there but that it says how to write."""
    unwritten = [name for name in study.probe_sets if not probe_set.path_of(name).exists()]
    sources = [source for name in unwritten if (source := study.source_of(name))]
    return [Writing(source, words_of(study, None)) for source in sources]

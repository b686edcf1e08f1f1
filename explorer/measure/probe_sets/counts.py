"""The words of a probe set counted once: what every measure of its quality starts
from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from explorer.core.records import Sentence
from explorer.measure.stability import words
from explorer.probes.cleaning import fingerprint
from explorer.probes.words import ConceptFinder, inflections


@dataclass(frozen=True, eq=False)
class Counted:
    """The words of S sentences, in file order, of C concepts, over a vocabulary of V
    words.
    """

    concepts: tuple[str, ...]
    vocabulary: tuple[str, ...]
    of: np.ndarray
    """(S,) concept of each sentence; ascending."""
    source: np.ndarray
    """(S,) source of each sentence."""
    length: np.ndarray
    """(S,) words between spaces."""
    counts: csr_array
    """(S, V) how often each word occurs."""
    bare: csr_array
    """`counts` without the forms of the sentence's own concept."""
    names: csr_array
    """(V, C) 1 where a word is, or is compounded of, a form of a concept. A form of
    several words is met as a compound only: "ice-cream".
    """
    prints: np.ndarray
    """(S,) number that two sentences share when they differ in case, spacing or
    punctuation only.
    """


def count(sentences: Mapping[str, Sequence[Sentence]]) -> Counted:
    """Read every sentence once: what all measures of this room start from."""
    concepts = tuple(sentences)
    rows = [row for concept in concepts for row in sentences[concept]]
    of = np.repeat(np.arange(len(concepts)), [len(sentences[concept]) for concept in concepts])
    number: dict[str, int] = {}
    found = [[number.setdefault(word, len(number)) for word in words(row.text)] for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in found])]).astype(np.int64)
    ids = np.array([word for sentence in found for word in sentence], np.int64)
    counts = csr_array((np.ones(len(ids)), ids, starts), shape=(len(rows), len(number)))
    counts.sum_duplicates()
    named = _names(concepts, number)
    names = _matrix(named, len(number), len(concepts))
    own = _matrix([*named, *_parts(concepts, number)], len(number), len(concepts))
    marks: dict[str, int] = {}
    return Counted(
        concepts=concepts,
        vocabulary=tuple(number),
        of=of,
        source=np.array([row.source for row in rows], object),
        length=np.array([len(row.text.split()) for row in rows], np.int64),
        counts=counts,
        bare=_without_own(counts, of, own),
        names=names,
        prints=np.array(
            [marks.setdefault(fingerprint(row.text), len(marks)) for row in rows], np.int64
        ),
    )


def _names(concepts: Sequence[str], vocabulary: Iterable[str]) -> list[tuple[int, int]]:
    numbers = {concept: c for c, concept in enumerate(concepts)}
    concepts_in = ConceptFinder(concepts)
    return [
        (v, numbers[concept]) for v, word in enumerate(vocabulary) for concept in concepts_in(word)
    ]


def _parts(concepts: Sequence[str], vocabulary: Mapping[str, int]) -> list[tuple[int, int]]:
    """The words of which a concept's forms consist, which its sentences hold for its
    sake.
    """
    forms = [(form, c) for c, concept in enumerate(concepts) for form in inflections(concept)]
    parts = {(part, c) for form, c in forms for part in form.split(" ")}
    return [(vocabulary[part], c) for part, c in parts if part in vocabulary]


def _matrix(entries: Iterable[tuple[int, int]], n_words: int, n_concepts: int) -> csr_array:
    at = np.array(sorted(set(entries)), np.int64).reshape(-1, 2)
    return csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(n_words, n_concepts))


def _without_own(counts: csr_array, of: np.ndarray, names: csr_array) -> csr_array:
    entries, own = counts.tocoo(), names.tocoo()
    width = names.shape[1]
    kept = ~np.isin(
        entries.col.astype(np.int64) * width + of[entries.row],
        own.row.astype(np.int64) * width + own.col,
    )
    where = (entries.row[kept], entries.col[kept])
    return csr_array((entries.data[kept], where), shape=counts.shape)


def only_source(counted: Counted, source: str) -> Counted:
    """The sentences of one source; concepts and vocabulary stay."""
    kept = np.flatnonzero(counted.source == source)
    return replace(
        counted,
        of=counted.of[kept],
        source=counted.source[kept],
        length=counted.length[kept],
        counts=counted.counts[kept],
        bare=counted.bare[kept],
        prints=counted.prints[kept],
    )

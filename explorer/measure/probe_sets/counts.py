"""The words of a probe set counted once: what every measure of its quality starts
from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from explorer.core.records import Sentence
from explorer.measure.stability import words
from explorer.probes.cleaning import fingerprint
from explorer.probes.words import inflections, tokens


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
    """(V, C) 1 where a word is, or is compounded of, a form of a concept."""
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
    names = _names(concepts, tuple(number))
    marks: dict[str, int] = {}
    return Counted(
        concepts=concepts,
        vocabulary=tuple(number),
        of=of,
        source=np.array([row.source for row in rows], object),
        length=np.array([len(row.text.split()) for row in rows], np.int64),
        counts=counts,
        bare=_without_own(counts, of, names),
        names=names,
        prints=np.array(
            [marks.setdefault(fingerprint(row.text), len(marks)) for row in rows], np.int64
        ),
    )


def _names(concepts: Sequence[str], vocabulary: Sequence[str]) -> csr_array:
    concepts_of: dict[str, list[int]] = {}
    for number, concept in enumerate(concepts):
        for form in inflections(concept):
            concepts_of.setdefault(form, []).append(number)
    hits = sorted(
        {
            (v, c)
            for v, word in enumerate(vocabulary)
            for t in tokens(word)
            for c in concepts_of.get(t, ())
        }
    )
    at = np.array(hits, np.int64).reshape(-1, 2)
    return csr_array(
        (np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(vocabulary), len(concepts))
    )


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

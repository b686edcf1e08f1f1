"""Surface similarity of concepts: the words that their sentences share, whatever a
model makes of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from explorer.measure.tfidf import unit, weighted
from explorer.probes.folding import tokens
from explorer.probes.words import word_family

_WORD = re.compile(r"[^\s\d+#-]+")
"""The letters of a token or of a word form."""


@dataclass(frozen=True, eq=False)
class WordVectors:
    """What concepts' sentences are about, as vectors of length 1 over words."""

    concepts: tuple[str, ...]
    vocabulary: tuple[str, ...]
    matrix: csr_array
    """(C, words); a row of zeros for a concept without any word of its own."""

    @cached_property
    def similarity(self) -> np.ndarray:
        """(C, C) cosines, read-only; diagonal 1, 0 beside a row of zeros."""
        similarity = (self.matrix @ self.matrix.T).toarray()
        np.fill_diagonal(similarity, 1.0)
        similarity = np.clip(similarity, 0.0, 1.0)
        similarity.flags.writeable = False
        return np.asarray(similarity)

    def in_common(self, a: int, b: int) -> list[tuple[str, float]]:
        """The words that make two concepts similar, each with what it adds, most
        first.
        """
        product = csr_array(self.matrix[[a]].multiply(self.matrix[[b]]))
        order = np.argsort(-product.data, kind="stable")
        return [(self.vocabulary[product.indices[k]], float(product.data[k])) for k in order]


def word_vectors(sentences: Mapping[str, Sequence[str]]) -> WordVectors:
    """TF-IDF vectors of the words in the sentences of C concepts, in the order of the
    mapping.

    Salton & Buckley (1988): 1 + ln(occurrences) times ln(C / concepts that use the
    word). Jaccard of the word sets would count "the" as much as "engine", and would
    grow with the number of sentences; here a word that every concept uses weighs
    nothing. Of each concept its own word and all inflections are left out, so a word
    counts only where it is context on both sides.
    """
    counts = [_counts(concept, texts) for concept, texts in sentences.items()]
    vocabulary = {
        word: k for k, word in enumerate(dict.fromkeys(word for bag in counts for word in bag))
    }
    lengths = np.array([len(bag) for bag in counts])
    columns = np.fromiter(
        (vocabulary[word] for bag in counts for word in bag), np.int64, lengths.sum()
    )
    values = np.fromiter((n for bag in counts for n in bag.values()), float, lengths.sum())
    starts = np.concatenate([[0], np.cumsum(lengths)])
    table = csr_array((values, columns, starts), shape=(len(counts), len(vocabulary)))
    used_by = np.bincount(columns, minlength=len(vocabulary))
    vectors = unit(weighted(table, np.log(len(counts) / used_by)))
    return WordVectors(tuple(sentences), tuple(vocabulary), vectors)


def shared_words(sentences: Mapping[str, Sequence[str]]) -> np.ndarray:
    """(C, C) similarity of the words in the sentences of C concepts."""
    return word_vectors(sentences).similarity


def context_words(concept: str, texts: Sequence[str]) -> csr_array:
    """(sentences, words) TF-IDF of the words of single sentences, rows of length 1.

    The concept's own word is left out, with all inflections, and so is what one
    sentence alone uses.
    """
    bags = [_counts(concept, [text]) for text in texts]
    used_by = Counter(word for bag in bags for word in bag)
    number = {word: k for k, word in enumerate(word for word, n in used_by.items() if n > 1)}
    cells = [
        (row, number[word], n)
        for row, bag in enumerate(bags)
        for word, n in bag.items()
        if word in number
    ]
    rows, columns, counts = (
        (np.array(part) for part in zip(*cells, strict=True)) if cells else ([],) * 3
    )
    table = csr_array((np.asarray(counts, float), (rows, columns)), (len(texts), len(number)))
    idf = np.log(len(texts) / np.array([used_by[word] for word in number], float))
    return unit(weighted(table, idf))


def _counts(concept: str, texts: Sequence[str]) -> Counter[str]:
    bag = Counter(_WORD.findall(" ".join(tokens("\n".join(texts)))))
    for form in word_family(concept):
        for part in _WORD.findall(form):
            bag.pop(part, None)
    return bag

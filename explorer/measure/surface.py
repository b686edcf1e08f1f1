"""Surface similarity of concepts: the words that their sentences share, whatever a
model makes of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from explorer.measure.tfidf import unit, weighted
from explorer.probes.folding import tokens
from explorer.probes.words import word_family

_WORD = re.compile(r"[^\s\d+#-]+")
"""The letters of a token or of a word form."""


def shared_words(sentences: Mapping[str, Sequence[str]]) -> np.ndarray:
    """(C, C) similarity of the words in the sentences of C concepts, in the order of
    the mapping; diagonal 1.

    Cosine of TF-IDF vectors (Salton & Buckley 1988): 1 + ln(occurrences) times ln(C /
    concepts that use the word). Jaccard of the word sets would count "the" as much as
    "engine", and would grow with the number of sentences; here a word that every
    concept uses weighs nothing. Of each concept its own word and all inflections are
    left out, so a word counts only where it is context on both sides. 0 beside a
    concept without any word of its own.
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
    similarity = (vectors @ vectors.T).toarray()
    np.fill_diagonal(similarity, 1.0)
    return np.asarray(np.clip(similarity, 0.0, 1.0))


def _counts(concept: str, texts: Sequence[str]) -> Counter[str]:
    bag = Counter(_WORD.findall(" ".join(tokens("\n".join(texts)))))
    for form in word_family(concept):
        for part in _WORD.findall(form):
            bag.pop(part, None)
    return bag

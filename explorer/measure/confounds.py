"""What else could make two words similar: their frequency, their spelling, their part
of speech, their number of experts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from explorer.probes.folding import folded, tokens
from explorer.probes.inflection import parts_of_speech
from explorer.probes.words import inflections


def word_frequency(sentences: Mapping[str, Sequence[str]]) -> np.ndarray:
    """(C,) log10 of occurrences per million words of each concept, with its
    inflections, in the sentences of the other concepts.

    Its own sentences were chosen for it, so they do not count. Of a phrase, the rarest
    word counts. Half an occurrence is added, so that a word never met has a value.
    """
    own = {
        concept: Counter(word for text in texts for word in tokens(text))
        for concept, texts in sentences.items()
    }
    total: Counter[str] = Counter()
    for counts in own.values():
        total.update(counts)
    size = total.total()
    result = []
    for concept, counts in own.items():
        forms = [tokens(form) for form in inflections(concept)]
        met = sum(min(total[word] - counts[word] for word in form) for form in forms if form)
        result.append(math.log10((met + 0.5) / max(1, size - counts.total()) * 1e6))
    return np.array(result)


def spelling_overlap(words: Sequence[str]) -> np.ndarray:
    """(C, C) Jaccard similarity of the letter trigrams of words, their ends counted as
    letters.
    """
    marked = [f"⟨{folded(word)}⟩" for word in words]
    grams = [{text[k : k + 3] for k in range(len(text) - 2)} for text in marked]
    return np.array([[len(a & b) / len(a | b) for b in grams] for a in grams])


def parts_of_words(words: Sequence[str]) -> list[frozenset[str]]:
    """The parts of speech that each word, or the last word of a phrase, can have; empty
    where they are not known.
    """
    return [parts_of_speech(tokens(word)[-1]) for word in words]


def part_overlap(parts: Sequence[frozenset[str]]) -> np.ndarray:
    """(C, C) Jaccard similarity of the parts of speech that words can have. A word of
    which none is known counts as a noun, which most concepts are.
    """
    return set_overlap([part or frozenset(("NOUN",)) for part in parts])


def set_overlap(sets: Sequence[frozenset]) -> np.ndarray:
    """(C, C) Jaccard similarity of sets that are not empty, as of the tokens of
    words.
    """
    return np.array([[len(a & b) / len(a | b) for b in sets] for a in sets])


def of_pairs(values: np.ndarray, words: np.ndarray) -> list[np.ndarray]:
    """What a property of words, (C,), says of (P, 2) pairs: how large it is in both,
    and how far they differ.
    """
    first, second = values[words[:, 0]], values[words[:, 1]]
    return [first + second, np.abs(first - second)]

"""Word forms: which sentences speak of a concept and which must not be its
negatives.
"""

from __future__ import annotations

import functools
import re

_WORD = re.compile(r"[a-z0-9]+(?:[-'’][a-z0-9]+)*")


def _inflected(lemma: str, *, unknown_words: bool) -> set[str]:
    import lemminflect

    found = lemminflect.getAllInflections(lemma)
    if not found and unknown_words:
        found = lemminflect.getAllInflectionsOOV(lemma, "NOUN")
    return {form.lower() for forms in found.values() for form in forms}


@functools.cache
def inflections(word: str) -> frozenset[str]:
    """The forms under which a sentence counts as *containing* `word`.

    The word itself, its inflections, and, for a plural noun, its singular:
    "cat" → cat, cats, …; "birds" → birds, bird; "racing" → racing only, because a
    sentence about a "race" between candidates is not about racing.
    """
    import lemminflect

    word = word.lower()
    lemmas = lemminflect.getAllLemmas(word)
    forms = {word} | _inflected(word, unknown_words=not lemmas)
    for lemma in lemmas.get("NOUN", ()):
        plurals = lemminflect.getInflection(lemma, "NNS")
        if word in plurals:
            forms |= {lemma.lower(), *(plural.lower() for plural in plurals)}
    return frozenset(forms)


@functools.cache
def word_family(word: str) -> frozenset[str]:
    """The forms a *negative* sentence of `word` must not contain.

    Wider than `inflections`: every inflection of every lemma of the word ("racing" also
    excludes race, raced, races).
    """
    import lemminflect

    forms = set(inflections(word))
    for lemmas in lemminflect.getAllLemmas(word.lower()).values():
        for lemma in lemmas:
            forms |= {lemma.lower()} | _inflected(lemma, unknown_words=False)
    return frozenset(forms)


def tokens(sentence: str) -> set[str]:
    """Lower-case whole words of a sentence; compounds also count by their parts,
    "cat's" as cat.
    """
    found: set[str] = set()
    for token in _WORD.findall(sentence.lower()):
        found.add(token)
        found.update(re.split(r"[-'’]", token))
    return found


def contains(sentence: str, forms: frozenset[str]) -> bool:
    """Whether a sentence holds one of the forms as a whole word, whatever the case."""
    return not forms.isdisjoint(tokens(sentence))

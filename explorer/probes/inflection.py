"""Inflections of one English word. A form with a hyphen stands for a compound."""

from __future__ import annotations

import itertools
import unicodedata

from explorer.probes.folding import tokens


def inflected(word: str) -> set[str]:
    """A folded word, its inflections and, of a plural noun, the singular; of other
    scripts than Latin, the word alone.
    """
    import lemminflect

    if not in_latin(word):
        return {word}
    lemmas = lemminflect.getAllLemmas(word)
    forms = {word} | _inflected(word, unknown_words=not lemmas)
    for lemma in lemmas.get("NOUN", ()):
        plurals = lemminflect.getInflection(lemma, "NNS")
        if word in plurals:
            forms |= {_written(form) for form in (lemma, *plurals)} - {""}
    return forms


def family_of(word: str) -> set[str]:
    """What `inflected` gives, and every inflection of every lemma of the word."""
    import lemminflect

    if not in_latin(word):
        return {word}
    lemmas = lemminflect.getAllLemmas(word)
    forms = inflected(word)
    for lemma in itertools.chain.from_iterable(lemmas.values()):
        forms |= ({_written(lemma)} - {""}) | _inflected(lemma, unknown_words=False)
    return forms


def parts_of_speech(word: str) -> frozenset[str]:
    """The parts of speech that a folded English word can have: NOUN, VERB, ADJ, ADV,
    AUX; empty for a word that lemminflect's list, made from the SPECIALIST Lexicon of
    the National Library of Medicine, does not have.
    """
    import lemminflect

    return frozenset(lemminflect.getAllLemmas(word)) if in_latin(word) else frozenset()


def _inflected(lemma: str, *, unknown_words: bool) -> set[str]:
    import lemminflect

    found = lemminflect.getAllInflections(lemma)
    if not found and unknown_words:
        found = lemminflect.getAllInflectionsOOV(lemma, "NOUN")
    written = {_written(form) for forms in found.values() for form in forms}
    return written - {""}


def _written(form: str) -> str:
    """A form that lemminflect gives; empty for two words, which are none of one."""
    return "" if " " in form else "-".join(tokens(form))


def in_latin(word: str) -> bool:
    """Whether a word is of Latin letters and digits."""
    return all(
        char.isdecimal() or unicodedata.name(char, "").startswith(("LATIN", "COMBINING"))
        for char in word
    )

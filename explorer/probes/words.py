"""Word forms: which sentences speak of a concept and which must not be its
negatives.

A concept is a word or a phrase; a form is its tokens with a space between each two, so
that "ice-cream" and "Ice Cream" are one. A sentence holds a form where it has these
tokens in a row, whatever stands between them; a form with a hyphen, such as "re-set" of
"reset", where a hyphen or an apostrophe does. Inflections are those of English:
"кошки" and "고양이가" are other words than "кошка" and "고양이". In Chinese, Japanese,
Thai and the like, a concept is found wherever its letters stand in a row: within a
longer word, and across two words, too.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from explorer.core.errors import InputError
from explorer.probes.folding import folded, pieces, tokens
from explorer.probes.inflection import family_of, in_latin, inflected

LONGEST = 100
"""Characters of the name of a concept, at most."""
_PARTS = re.compile("[ -]")
_JOINT = "[-'’\u2010\u2011]"
_LINKS = frozenset(("at", "by", "de", "for", "in", "of", "on", "to", "up"))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011", "-") | dict.fromkeys("‘’\u02bb\u02bc", "'"))


def concept_name(text: str) -> str:
    """The one spelling under which a concept is stored and asked for.

    Unicode's NFC in small letters, with single spaces, plain hyphens and apostrophes,
    without invisible characters. Raises InputError where no letter or digit is left,
    and for more than `LONGEST` characters.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf"))
    name = unicodedata.normalize("NFC", name.translate(_DASHES).lower()).replace("i\u0307", "i")
    if len(name) > LONGEST:
        raise InputError(
            f"The concept “{name[:40]}…” has {len(name):,} characters.",
            f"Expected a word or a phrase of at most {LONGEST}.",
        )
    if not tokens(name):
        raise InputError(
            f"The concept “{name}” holds no word.",
            "Expected a word or a phrase with a letter or a digit, by which sentences name it.",
        )
    return name


def among(wanted: Iterable[str], concepts: Iterable[str]) -> list[str]:
    """The concepts that are wanted as a list spells them: "ice cream" is its
    "ice-cream".

    What is not among them stays as it is.
    """
    listed = list(concepts)
    known = set(listed)
    by_words = {tuple(tokens(concept)): concept for concept in reversed(listed)}
    return [word if word in known else by_words.get(tuple(tokens(word)), word) for word in wanted]


@functools.cache
def inflections(concept: str) -> frozenset[str]:
    """The forms under which a sentence counts as *containing* a concept.

    The word itself, its inflections, and, for a plural noun, its singular:
    "cat" → cat, cats, …; "birds" → birds, bird; "racing" → racing only, because a
    sentence about a "race" between candidates is not about racing. Of a phrase its last
    word is inflected, and its first one where a preposition follows: "mothers in law".
    Empty for a text without any word.
    """
    return _forms(tokens(concept), inflected)


@functools.cache
def word_family(concept: str) -> frozenset[str]:
    """The forms a *negative* sentence of a concept must not contain.

    Wider than `inflections`: every inflection of every lemma of the word ("racing" also
    excludes race, raced, races), and each form without its accents.
    """
    forms = _forms(tokens(concept), family_of)
    return forms | {_without_accents(form) for form in forms}


def contains(sentence: str, forms: frozenset[str]) -> bool:
    """Whether a sentence holds one of the forms as whole words, whatever the case."""
    found = tokens(sentence)
    if not forms.isdisjoint(found):
        return True
    row = _row(found)
    return any(_stands(form, row, sentence) for form in forms if not form.isalnum())


class WordIndex:
    """The sentences of a list by the words that they hold."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._sentences = tuple(sentences)
        self._at: dict[str, list[int]] = defaultdict(list)
        for at, sentence in enumerate(self._sentences):
            for word in set(tokens(sentence)):
                self._at[word].append(at)

    def holding(self, forms: Iterable[str]) -> set[int]:
        """Positions of the sentences that contain one of the forms."""
        found: set[int] = set()
        for form in forms:
            at = self._at.get(_first(form), ())
            if form.isalnum():
                found.update(at)
            else:
                texts = ((i, self._sentences[i]) for i in at)
                found.update(i for i, text in texts if _stands(form, _row(tokens(text)), text))
        return found


class ConceptFinder:
    """The concepts, of many, that a sentence contains."""

    def __init__(self, concepts: Iterable[str]) -> None:
        self._words: dict[str, list[str]] = defaultdict(list)
        self._rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for concept in concepts:
            for form in inflections(concept):
                if form.isalnum():
                    self._words[form].append(concept)
                else:
                    self._rows[_first(form)].append((form, concept))
        self._known = frozenset((*self._words, *self._rows))

    def __call__(self, sentence: str) -> set[str]:
        """The concepts of which the sentence holds a form."""
        found = tokens(sentence)
        met: set[str] = set()
        for word in self._known.intersection(found):
            met.update(self._words.get(word, ()))
            if forms := self._rows.get(word):
                row = _row(found)
                met.update(concept for form, concept in forms if _stands(form, row, sentence))
        return met


def spans(sentence: str, forms: frozenset[str]) -> list[tuple[int, int]]:
    """Start and end of the forms in a sentence, in order, the longest where several
    begin at one place; they do not overlap.
    """
    at = [(start, end, token) for start, end, found in pieces(sentence) for token in found]
    found: list[tuple[int, int]] = []
    plain = {form.replace("-", " ") for form in forms}
    longest = max((len(form.split(" ")) for form in plain), default=0)
    i = 0
    while i < len(at):
        words = [token for *_, token in at[i : i + longest]]
        sizes = range(len(words), 0, -1)
        size = next((n for n in sizes if " ".join(words[:n]) in plain), 0)
        if size:
            found.append((at[i][0], at[i + size - 1][1]))
        i += size or 1
    return found


def _row(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _first(form: str) -> str:
    return _PARTS.split(form, 1)[0]


def _stands(form: str, row: str, sentence: str) -> bool:
    """Whether a form of several tokens stands in the row of a sentence."""
    return f" {form.replace('-', ' ')} " in row and (
        "-" not in form or bool(_compound(form).search(folded(sentence)))
    )


@functools.lru_cache(1024)
def _compound(form: str) -> re.Pattern[str]:
    parts = map(re.escape, form.split("-"))
    return re.compile(rf"(?<![^\W_]){_JOINT.join(parts)}(?![^\W_])")


def _forms(words: Sequence[str], forms_of: Callable[[str], set[str]]) -> frozenset[str]:
    if not words:
        return frozenset()
    *before, last = words
    forms = {(*before, form) for form in forms_of(last)}
    if len(words) > 1 and words[1] in _LINKS:
        forms |= {(form, *words[1:]) for form in forms_of(words[0])}
    return frozenset(map(" ".join, forms))


def _without_accents(form: str) -> str:
    if not in_latin(form.replace(" ", "")):
        return form
    parts = unicodedata.normalize("NFD", form)
    return "".join(char for char in parts if not unicodedata.combining(char))

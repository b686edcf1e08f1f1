"""Which texts count as a usable sentence of a concept, and why not when they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from explorer.probes.folding import tokens
from explorer.probes.words import contains, inflections

MIN_WORDS, MAX_WORDS = 5, 32
_LEAD = re.compile(r"^(?:[-*•–—]\s*|\d+[.)]\s*)+")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|Prof|vs|etc|No))\.$")
_MARKUP = re.compile(r"<[|/a-zA-Z]|\||https?:|[{}\[\]_#*]|\uFFFD")


def tidy(text: str) -> str:
    """One line, single spaces, without list markers or the quotes around the whole."""
    text = _LEAD.sub("", " ".join(text.split()))
    text = text.replace("“", '"').replace("”", '"').replace("’", "'")
    if text.startswith('"') and text.count('"') % 2:
        text = text[1:]
    if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2:
        text = text[1:-1]
    return text.strip()


def fault(text: str, forms: frozenset[str]) -> str | None:
    """Why a tidied text is not a usable sentence, or None when it is one."""
    words = text.split()
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return f"{len(words)} words, expected {MIN_WORDS}–{MAX_WORDS}"
    if text[-1] not in '.!?"' or text.endswith("..."):
        return "does not end as a sentence"
    if _ABBREVIATION.search(text):
        return "breaks off after an abbreviation"
    if text.count('"') % 2:
        return "unbalanced quotation marks"
    if _MARKUP.search(text):
        return "holds markup"
    if not contains(text, forms):
        return "does not contain the concept"
    return None


def fingerprint(text: str) -> str:
    """What two sentences share when they differ only in case, spacing or
    punctuation.
    """
    return " ".join(tokens(text))


def accept(texts: Iterable[str], concept: str, seen: set[str]) -> list[str]:
    """The usable, distinct sentences among `texts`, in order; adds their fingerprints
    to `seen`.
    """
    forms = inflections(concept)
    kept = []
    for text in map(tidy, texts):
        mark = fingerprint(text)
        if mark not in seen and fault(text, forms) is None:
            seen.add(mark)
            kept.append(text)
    return kept

"""Corpora that have a name of their own, beside any file of the user's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from explorer.core.paths import user_path
from explorer.probes.corpora import corpus, dictionaries, enwik8, tatoeba

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Corpus:
    """A text that is fetched or found by its name."""

    name: str
    sentences: Callable[[Tell], Iterator[str]]
    citation: str
    """Origin and licence, for the data card."""


NAMED = {
    entry.name: entry
    for entry in (
        Corpus(enwik8.NAME, lambda tell: corpus.sentences(enwik8.ensure(tell)), enwik8.CITATION),
        Corpus(
            tatoeba.NAME,
            lambda tell: iter(tatoeba.ensure(tell).read_text("utf-8").splitlines()),
            "English sentences of tatoeba.org with Spanish or Ukrainian translations, CC BY 2.0 FR",
        ),
        Corpus(
            dictionaries.WORDNET,
            lambda _: dictionaries.wordnet_sentences(),
            "WordNet 3.0, Princeton University, WordNet licence",
        ),
        Corpus(
            dictionaries.GCIDE,
            lambda _: dictionaries.gcide_sentences(),
            "GCIDE 0.48, Webster 1913 with additions, GPL",
        ),
    )
}


def sentences_of(name: str, tell: Tell = lambda _: None) -> Iterator[str]:
    """The sentences of a named corpus or of a file.

    Raises InputError when a file cannot be read, ResourceError when a named corpus
    cannot be had.
    """
    if name in NAMED:
        return NAMED[name].sentences(tell)
    return corpus.sentences(user_path(name))

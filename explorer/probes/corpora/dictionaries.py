"""Sentences of two dictionaries that Debian packages carry: definitions, examples."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from explorer.core.errors import ResourceError

WORDNET, GCIDE = "wordnet", "gcide"
WORDNET_FOLDER = Path("/usr/share/wordnet")
GCIDE_FILE = Path("/usr/share/dictd/gcide.dict.dz")
_VERBS = {"noun": "is", "verb": "is to", "adj": "means", "adv": "means"}
_HEAD = re.compile(r"^([A-Z][A-Za-z' -]*?) \\")
_SENSE = re.compile(r"^(?:\d+\.|\([a-z]\))\s*")
_NOT_TEXT = re.compile(r"\[[^\]]*\]|\((?:[A-Z][\w.&' ]*)\)|\\[^\\]*\\|--\s?[A-Z][^.]*\.?$|[{}|]")
_SKIPPED = ("Syn:", "Note:", "See ", "Same as", "imp.", "pl.")


def wordnet_sentences() -> Iterator[str]:
    """Each synset of WordNet 3.0 as a definition, and its examples.

    Raises ResourceError when the data files are not on this machine.
    """
    for part, verb in _VERBS.items():
        path = WORDNET_FOLDER / f"data.{part}"
        if not path.is_file():
            raise ResourceError(
                f"WordNet is not on this machine: there is no {path}.",
                "Install the Debian package wordnet-base, or leave “wordnet” out of the corpora.",
            )
        for line in path.read_text("latin-1").splitlines():
            if not line.startswith("  "):
                yield from _synset(line, verb)


def gcide_sentences() -> Iterator[str]:
    """The senses of GCIDE, the Collaborative International Dictionary of English.

    Raises ResourceError when the dictionary is not on this machine.
    """
    if not GCIDE_FILE.is_file():
        raise ResourceError(
            f"GCIDE is not on this machine: there is no {GCIDE_FILE}.",
            "Install the Debian package dict-gcide, or leave “gcide” out of the corpora.",
        )
    head, sense = "", list[str]()
    with gzip.open(GCIDE_FILE, "rt", encoding="utf-8", errors="replace") as stream:
        for raw in stream:
            line = raw.strip()
            if entry := _HEAD.match(raw):
                yield from _definition(head, sense)
                head, sense = entry[1], []
            elif not line or _SENSE.match(line):
                yield from _definition(head, sense)
                sense = [_SENSE.sub("", line)]
            elif raw.startswith("   "):
                sense.append(line)
    yield from _definition(head, sense)


def _synset(line: str, verb: str) -> Iterator[str]:
    data, _, gloss = line.partition(" | ")
    fields = data.split()
    n_words = int(fields[3], 16)
    words = [
        re.sub(r"\(\w+\)", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * n_words : 2]
    ]
    definition, *examples = (part.strip() for part in gloss.strip().split('; "'))
    yield _ended(f"{' or '.join(words[:3])} {verb} {definition.rstrip(';')}")
    for example in examples:
        yield _ended(example.strip('"; '))


def _definition(head: str, lines: list[str]) -> Iterator[str]:
    text = " ".join(" ".join(lines).split())
    if not head or text.startswith(_SKIPPED):
        return
    # An etymology that began on the line of the head word ends within the text.
    whole = re.sub(r"^[^\[]*\]", "", _NOT_TEXT.sub(" ", text))
    definition = re.sub(r"\s+([,;.])", r"\1", " ".join(whole.split()))
    first = definition.split("; as,")[0].split(" --")[0].strip(" ;,")
    if len(first.split()) >= 3:
        yield _ended(f"{head} is {first[:1].lower()}{first[1:]}")
    if "; as," in definition:
        yield _ended(f"{head}, as {definition.split('; as,', 1)[1].split(' --')[0].strip()}")


def _ended(text: str) -> str:
    """Begun with a capital and ended with a stop, as sentences are."""
    body = text.rstrip(' .;,"')
    return f"{body[:1].upper()}{body[1:]}" + ("" if body.endswith(("!", "?")) else ".")

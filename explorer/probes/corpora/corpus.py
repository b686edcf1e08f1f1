"""Clean sentences of a text corpus: plain text, a table or wikitext, lazily."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.probes.corpora import wikitext
from explorer.probes.reading import table
from explorer.probes.reading.columns import Columns
from explorer.probes.reading.text import lines as read_lines
from explorer.probes.reading.text import reading, regular

MIN_WORDS, MAX_WORDS = 5, 60
_LONGEST, _WRAPPED = 100_000, 40
"""Characters of a line, a paragraph or the head of a file at most; of a hard-wrapped
line at least.
"""
_HINT = (
    "Give UTF-8 text (.txt), CSV, JSON lines or Parquet with a “text” column, or wikitext; .gz is "
    "read too."
)
_COLUMNS = Columns(("text",), longest=16_000_000, most_rows=10**12, most_bytes=10**13, prose=True)
_ABBREVIATION = re.compile(
    r"(?:\w\.)+\w|[A-ZÀ-Þ]|Nos?|(?i:mr|mrs|ms|dr|prof|st|ste|mt|ft|rev|gen|col|sgt|capt|lt|hon|gov|sen|rep|jr|sr|inc|ltd|co|corp|"
    r"bros|dept|univ|est|vs|etc|al|ca|cf|eg|ie|approx|vol|vols|pp|p|ed|eds|fig|figs|ch|sec|trans|op|cit|viz|"
    r"jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|b|d|c|r|fl|lat|gr)"
)
_ENDING = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9À-Þ])")
_LAST_WORD = re.compile(r"([\w.]+)\.[\"'”’)\]]*\s*$")
_MARKUP = re.compile(
    r"[{}\[\]|<>=\\^~_*#•\uFFFD\ud800-\udfff\0-\x08\x0e-\x1b]|https?:|www\.|&\w+;|''|::|\.\.\.|\(\)|,,"
)
_WORD = re.compile(r"[A-Za-z'’\-]+")
_START = re.compile(r"[\"“']?[A-Z0-9À-Þ]")
_END = re.compile(r"[.!?][\"”']?$")


def sentences(path: Path, *, markup: bool | None = None) -> Iterator[str]:
    """The clean sentences of a corpus, in its order, one at a time.

    markup: whether the text is wikitext; looked up in its first lines when None.
    Raises InputError when the file is missing, of another kind, broken or not UTF-8.
    """
    for paragraph in _paragraphs(Path(path), markup):
        for sentence in split(paragraph):
            if is_clean(sentence):
                yield sentence


def split(paragraph: str) -> list[str]:
    """The sentences of a paragraph; abbreviations and initials do not end one."""
    text = " ".join(paragraph.split())
    found, begin = [], 0
    for ending in _ENDING.finditer(text):
        if text[ending.start()] == "." and _abbreviates(
            text[max(begin, ending.start() - 20) : ending.start() + 1]
        ):
            continue
        found.append(text[begin : ending.end()].strip())
        begin = ending.end()
    return [*found, text[begin:].strip()] if text[begin:].strip() else found


def is_clean(sentence: str) -> bool:
    """Whether a sentence reads as prose: bounded length, begins and ends as one, no
    markup, balanced.
    """
    n_words = sentence.count(" ") + 1
    if not MIN_WORDS <= n_words <= MAX_WORDS or len(sentence) > 12 * MAX_WORDS:
        return False
    if not _START.match(sentence) or not _END.search(sentence) or _MARKUP.search(sentence):
        return False
    if sentence.count("(") != sentence.count(")") or (sentence.count('"') % 2):
        return False
    return sum(map(len, _WORD.findall(sentence))) >= 0.7 * len(sentence.replace(" ", ""))


def _abbreviates(tail: str) -> bool:
    found = _LAST_WORD.search(tail)
    return bool(found and _ABBREVIATION.fullmatch(found[1]))


def _paragraphs(path: Path, markup: bool | None) -> Iterator[str]:
    regular(path, _HINT)
    kind = table.kind_of(path)
    documents = _texts if kind in _COLUMNS.kinds else _text
    with reading(path, _HINT):
        for document in documents(path):
            lines = iter(document)
            head: list[str] = []
            if markup is None:
                head = list(_within(_LONGEST, lines))
                markup = wikitext.looks_like_wikitext("".join(head))
            whole = itertools.chain(head, lines)
            yield from wikitext.paragraphs(whole) if markup else _unwrapped(whole)


def _within(n_characters: int, lines: Iterator[str]) -> Iterator[str]:
    """Lines until they hold so many characters together; the one that goes beyond is
    the last.
    """
    while n_characters > 0 and (line := next(lines, None)) is not None:
        n_characters -= len(line)
        yield line


def _text(path: Path) -> Iterator[Iterable[str]]:
    # A line is bounded, so that a file without a line break cannot fill the memory.
    yield (line for _, line in read_lines(path, longest=_LONGEST, cut=True, newline="\n"))


def _texts(path: Path) -> Iterator[Iterable[str]]:
    """The documents of a table; a row without text has none."""
    for record in table.records(path, _COLUMNS, lambda _: None):
        if fault := record.fault or ("" if "text" in record.cells else "no text"):
            raise InputError(f"{name_of(path)}, {record.where}: {fault}.", _HINT)
        yield (record.cells.get("text") or "").splitlines(keepends=True)


def _unwrapped(lines: Iterable[str]) -> Iterator[str]:
    """Paragraphs of plain text: hard-wrapped lines are joined, a blank line or a short
    unfinished one separates.
    """
    held: list[str] = []
    length = 0
    for line in lines:
        text = line.strip()
        held.append(text)
        length += len(text)
        if len(text) < _WRAPPED or _END.search(text) or length > _LONGEST:
            yield " ".join(held)
            held, length = [], 0
    yield " ".join(held)

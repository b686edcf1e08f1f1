"""Clean sentences of a text corpus: plain text, JSON lines, Parquet or wikitext,
lazily.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.core.errors import InputError
from explorer.probes.corpora import wikitext

MIN_WORDS, MAX_WORDS = 5, 60
_LONGEST, _WRAPPED = 100_000, 40
"""Characters of a line, a paragraph or the head of a file at most; of a hard-wrapped
line at least.
"""
_HINT = (
    "Give UTF-8 text (.txt), JSON lines or Parquet with a “text” column, or wikitext; .gz is "
    "read too."
)
_ABBREVIATION = re.compile(
    r"(?:\w\.)+\w|[A-ZÀ-Þ]|Nos?|(?i:mr|mrs|ms|dr|prof|st|ste|mt|ft|rev|gen|col|sgt|capt|lt|hon|gov|sen|rep|jr|sr|inc|ltd|co|corp|"
    r"bros|dept|univ|est|vs|etc|al|ca|cf|eg|ie|approx|vol|vols|pp|p|ed|eds|fig|figs|ch|sec|trans|op|cit|viz|"
    r"jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|b|d|c|r|fl|lat|gr)"
)
_ENDING = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9À-Þ])")
_LAST_WORD = re.compile(r"([\w.]+)\.[\"'”’)\]]*\s*$")
_MARKUP = re.compile(r"[{}\[\]|<>=\\^~_*#•\uFFFD]|https?:|www\.|&\w+;|''|::|\.\.\.|\(\)|,,")
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
    if not path.is_file():
        raise InputError(f"There is no file {path}.", _HINT)
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    reader = {"parquet": _parquet, "jsonl": _jsonl, "ndjson": _jsonl}.get(kind, _text)
    try:
        for document in reader(path):
            lines = iter(document)
            head: list[str] = []
            if markup is None:
                head = list(_within(_LONGEST, lines))
                markup = wikitext.looks_like_wikitext("".join(head))
            whole = itertools.chain(head, lines)
            yield from wikitext.paragraphs(whole) if markup else _unwrapped(whole)
    except (UnicodeDecodeError, pa.ArrowException, EOFError, zlib.error, OSError) as error:
        raise InputError(f"{path.name} cannot be read: {error}.", _HINT) from error


def _within(n_characters: int, lines: Iterator[str]) -> Iterator[str]:
    """Lines until they hold so many characters together; the one that goes beyond is
    the last.
    """
    while n_characters > 0 and (line := next(lines, None)) is not None:
        n_characters -= len(line)
        yield line


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="\n")
    return path.open(encoding="utf-8-sig", newline="\n")


def _text(path: Path) -> Iterator[Iterable[str]]:
    with _open(path) as stream:
        # A line is bounded, so that a file without a line break cannot fill the memory.
        yield iter(lambda: stream.readline(_LONGEST), "")


def _jsonl(path: Path) -> Iterator[Iterable[str]]:
    with _open(path) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield _field(path, number, line).splitlines(keepends=True)


def _field(path: Path, number: int, line: str) -> str:
    try:
        text = json.loads(line)["text"]
    except (ValueError, TypeError, KeyError):
        text = None
    if not isinstance(text, str):
        raise InputError(f"{path.name}, line {number}: got no JSON object with a “text”.", _HINT)
    return text


def _parquet(path: Path) -> Iterator[Iterable[str]]:
    with pq.ParquetFile(path) as table:
        names = table.schema_arrow.names
        if "text" not in names:
            raise InputError(
                f"{path.name} has no column “text”: got {', '.join(names) or 'none'}.", _HINT
            )
        for batch in table.iter_batches(batch_size=256, columns=["text"]):
            for text in batch.column(0).to_pylist():
                yield str(text or "").splitlines(keepends=True)


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

"""What a table must hold, and its rows as every reader gives them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.disk import name_of
from explorer.core.errors import InputError

Tell = Callable[[str], None]
_SHOWN = 20
_LONG = 40
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")

_TWICE = re.compile("[\u00c2\u00c3][^\x00-\x7f]|\u00e2\u20ac")
"""How accented letters and quotation marks of UTF-8 look in Windows-1252."""


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of table, whatever file it comes in, and its bounds."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    """Another name → the column that it stands for."""
    kinds: tuple[str, ...] = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
    """Endings of the files that it may come in."""
    too_many: str = "a text with the delimiter in it needs quotation marks around it"
    """What to know where a row has more fields than the header."""
    longest: int = 10_000
    """Characters of a cell."""
    most_rows: int = 10_000_000
    most_bytes: int = 4_000_000_000
    """Of the whole table, unpacked."""
    prose: bool = False
    """Whether cells are documents: they may have line breaks of any kind, and odd
    characters are left to whoever splits them into sentences.
    """

    @property
    def expected(self) -> str:
        """The sentence that says which columns there must be."""
        names = " and ".join((", ".join(self.needed[:-1]), self.needed[-1])).removeprefix(" and ")
        more = f" and, if you like, {', '.join(self.optional)}" if self.optional else ""
        plural = "s" if len(self.needed) + len(self.optional) > 1 else ""
        return f"Expected the column{plural} {names}{more}."

    def standing_for(self, name: object) -> str | None:
        """The column that a name in a file means, whatever its case; None for another
        one.
        """
        known = str(name).strip().lower()
        known = self.also.get(known, known)
        return known if known in (*self.needed, *self.optional) else None


@dataclass(frozen=True)
class Record:
    """A row: where it stands, its cells by column, and why it is unusable, if it is."""

    where: str
    cells: Mapping[str, Any]
    fault: str = ""


def places(path: Path, names: Sequence[object], columns: Columns, tell: Tell) -> dict[str, int]:
    """Column → its place among the names of a header. Columns without use are told.

    Raises InputError for a name that is empty or there twice, and for columns that are
    missing.
    """
    got = [str(name).strip() for name in names]
    if fault := header_fault(got, columns):
        raise InputError(f"{name_of(path)}: {fault}.", columns.expected)
    found = {column: i for i, name in enumerate(got) if (column := columns.standing_for(name))}
    if missing := [column for column in columns.needed if column not in found]:
        there = ", ".join(map(cut, got[:_SHOWN]))
        raise InputError(
            f"{name_of(path)} has no column {', '.join(missing)}: got the columns {there}."
            if there
            else f"{name_of(path)} is empty.",
            columns.expected,
        )
    tell_unused(path, (name for name in got if not columns.standing_for(name)), tell)
    return found


def header_fault(names: Sequence[str], columns: Columns) -> str:
    """Why the names of a header or of an object cannot be told apart; "" when they
    can.
    """
    seen: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        if not name.strip():
            return f"column {number} has no name"
        key = columns.standing_for(name) or name.strip().lower()
        if key in seen:
            twice = f"“{cut(seen[key])}” and “{cut(name)}”"
            return f"the columns {twice} mean the same"
        seen[key] = name
    return ""


def tell_unused(path: Path, names: Iterable[str], tell: Tell) -> None:
    """Say which columns of a file are left alone."""
    unused = list(names)
    if unused:
        more = ", …" if len(unused) > _SHOWN else ""
        some = ", ".join(map(cut, unused[:_SHOWN]))
        tell(f"Columns of {name_of(path)} that are not used: {some}{more}.")


def checked(where: str, cells: Mapping[str, Any], columns: Columns) -> Record:
    """A row whose cells are texts, or nothing, of bounded length; else with its
    fault.
    """
    for column, value in cells.items():
        if value is None:
            continue
        if not isinstance(value, str):
            return Record(where, {}, f"{column} is {shown(value)}, expected a text")
        if len(value) > columns.longest:
            long = f"{column} has {len(value):,} characters, expected at most {columns.longest:,}"
            return Record(where, {}, long)
        if not columns.prose and (odd := _CONTROL.search(value)):
            return Record(where, {}, f"{column} holds the control character U+{ord(odd[0]):04X}")
        if not (columns.prose or value.isascii()) and (lost := _lost(value)):
            return Record(where, {}, f"{column} {lost}")
    return Record(where, cells)


def _lost(text: str) -> str:
    """How the encoding of a text was lost before it came here; "" where it was not."""
    if "\ufffd" in text:
        return "holds U+FFFD, which stands where a character was lost; take it from its source"
    if _TWICE.search(text):
        for encoding in ("cp1252", "latin-1"):
            with contextlib.suppress(UnicodeError):
                meant = cut(text.encode(encoding).decode("utf-8"))
                return f"is “{cut(text)}”, UTF-8 that was opened in another encoding (“{meant}”)"
    return ""


def cut(text: str) -> str:
    """A text from a file, short enough for a sentence and without what does not
    print.
    """
    shown = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)


def shown(value: object) -> str:
    """A value that is no text, in a few words."""
    match value:
        case list():
            return "a list"
        case dict():
            return "an object"
    return cut(repr(value))


def counted(records: Iterable[Record], path: Path, columns: Columns) -> Iterable[Record]:
    """The records, as long as there are no more than such a table may have. Raises
    InputError.
    """
    for number, record in enumerate(records, 1):
        if number > columns.most_rows:
            raise InputError(
                f"{name_of(path)} has more than {columns.most_rows:,} rows.",
                "Split it into several files.",
            )
        yield record

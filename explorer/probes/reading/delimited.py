"""CSV and its kin, read strictly (RFC 4180): a row has as many fields as the header,
and a quotation mark that opens is closed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.probes.reading.columns import Columns, Record, Tell, checked, cut, places
from explorer.probes.reading.text import lines

_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?", re.IGNORECASE)
"""The first line that Excel writes and reads in some countries."""
_ROOM = 20_000_000
"""Characters of a row, in any kind of table."""
_SHOWN = 8
# The module's own limit holds for the whole process and would refuse long documents.
csv.field_size_limit(_ROOM)


class _Source:
    """The lines of a file, and those that the row being read has taken so far."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.longest = min(_ROOM, 10 * columns.longest)
        self._lines = lines(path, longest=self.longest, most=columns.most_bytes)
        self._path = path
        self._size = 0
        self.taken: list[tuple[int, str]] = []

    def begin(self) -> None:
        self.taken.clear()
        self._size = 0

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        self.taken.append((number, line))
        self._size += len(line)
        if self._size > self.longest:
            raise self.unclosed()
        return line

    @property
    def blank(self) -> bool:
        return not "".join(line for _, line in self.taken).strip(" \r\n")

    def unclosed(self) -> InputError:
        """That a quotation mark opens and does not close, with the line where."""
        n_marks, opens = 0, self.taken[0][0]
        for number, line in self.taken:
            in_line = line.count('"')
            if n_marks % 2 == 0 and in_line:
                opens = number
            n_marks += in_line
        n_after = self.taken[-1][0] - opens
        swallowed = f", and would take {n_after:,} more line(s) into one field" if n_after else ""
        return InputError(
            f"{name_of(self._path)}, line {opens}: a quotation mark opens and is not "
            f"closed{swallowed}.",
            'Close it; within such a field, write a mark that belongs to the text twice ("").',
        )


def records(path: Path, columns: Columns, tell: Tell) -> Iterator[Record]:
    """The rows of a CSV or TSV file, by the columns that its first line names.

    Another delimiter than the ending promises is taken where the first line names it
    (“sep=;”) or only it gives the columns that are needed, and told. Raises InputError
    for a header without them, and at the first quotation mark that leaves open where a
    row ends; a row with too many or too few fields has a fault.
    """
    source = _Source(path, columns)
    first = next((line for line in source if line.strip()), "")
    named = _SEPARATOR.fullmatch(first.rstrip("\r\n"))
    if named:
        first = next((line for line in source if line.strip()), "")
    usual = "\t" if Path(path.name.lower().removesuffix(".gz")).suffix == ".tsv" else ","
    delimiter = named[1] if named else _delimiter(first, usual, columns)
    if delimiter != usual:
        tell(
            f"{name_of(path)} is separated by {_NAMES[delimiter]}, not by {_NAMES[usual]}, and was "
            "read so."
        )
    header = _split(first, delimiter) or []
    at = places(path, header, columns, tell)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise _broken(path, source, error) from error
        if fields is None:
            return
        if not source.blank:
            yield _record(source, fields, header, at, delimiter, columns)


def _record(
    source: _Source,
    fields: list[str],
    header: list[str],
    at: dict[str, int],
    delimiter: str,
    columns: Columns,
) -> Record:
    where = f"line {source.taken[0][0]}"
    if len(source.taken) > 1 and not columns.prose:
        inner = [part for field in fields for part in field.splitlines()[1:]]
        if any(part.count(delimiter) >= len(header) - 1 for part in inner):
            raise source.unclosed()
    if len(fields) != len(header):
        names = ", ".join(map(cut, header[:_SHOWN])) + (", …" if len(header) > _SHOWN else "")
        why = f"{len(fields)} fields, expected {len(header)} ({names})"
        return Record(where, {}, f"{why}; {columns.too_many}" if len(fields) > len(header) else why)
    return checked(where, {column: fields[i] for column, i in at.items()}, columns)


def _delimiter(first: str, usual: str, columns: Columns) -> str:
    """The usual one, unless another alone splits the header into the columns that are
    needed.
    """
    others = [other for other in _NAMES if other != usual and _names_all(first, other, columns)]
    return others[0] if len(others) == 1 and not _names_all(first, usual, columns) else usual


def _names_all(first: str, delimiter: str, columns: Columns) -> bool:
    found = {columns.standing_for(name) for name in _split(first, delimiter) or ()}
    return found.issuperset(columns.needed) and (len(columns.needed) > 1 or delimiter in first)


def _split(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def _broken(path: Path, source: _Source, error: csv.Error) -> InputError:
    if len(source.taken) > 1 or "end of data" in str(error):
        return source.unclosed()
    return InputError(
        f"{name_of(path)}, line {source.taken[0][0]}: text follows a closing quotation mark.",
        'Put marks around the whole field, and write one that belongs to the text twice ("").',
    )

"""The one door of tables: CSV, TSV, JSON lines, JSON and Parquet give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.text import size
from explorer.probes.reading import columnar, delimited, jsonrows
from explorer.probes.reading.columns import Columns, Record, Tell, counted
from explorer.probes.reading.text import reading, regular

Reader = Callable[[Path, Columns, Tell], Iterator[Record]]
_READERS: dict[str, Reader] = {
    ".csv": delimited.records,
    ".tsv": delimited.records,
    ".jsonl": jsonrows.json_lines,
    ".ndjson": jsonrows.json_lines,
    ".parquet": columnar.records,
}
SHOWN = 5
_AGAIN = "Save it again as UTF-8 text or as Parquet."


def kind_of(path: Path) -> str:
    """The ending of a file's name in small letters, without .gz."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def records(
    path: Path, columns: Columns, tell: Tell, *, array: list[Any] | None = None
) -> Iterator[Record]:
    """The rows of a table, each checked on its own; what is unusable has a fault.

    array: the rows of a JSON file that is read already. Raises InputError where the
    file as a whole cannot be read: it is missing, no regular file, larger than such a
    table may be, of another encoding, without the columns, or damaged.
    """
    expected = f"Give a file of one of the kinds {', '.join(columns.kinds)}."
    kind = kind_of(path)
    regular(path, expected)
    if kind not in columns.kinds:
        raise InputError(f"{name_of(path)}: got a {kind or 'nameless'} file.", expected)
    if path.stat().st_size > columns.most_bytes:
        raise InputError(
            f"{name_of(path)} has {size(path.stat().st_size)}, expected at most "
            f"{size(columns.most_bytes)}.",
            "Split it into several files.",
        )
    with reading(path, _AGAIN):
        if kind == ".json":
            rows = jsonrows.whole(path) if array is None else array
            if not isinstance(rows, list):
                raise InputError(f"{name_of(path)} is no array of rows.", columns.expected)
            found = jsonrows.json_array(path, rows, columns, tell)
        else:
            found = _READERS[kind](path, columns, tell)
        yield from counted(found, path, columns)


class Faults:
    """The faults of a file's rows: all counted, the first few kept."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self.count = 0

    def add(self, where: str, why: str) -> None:
        """Note why a row is unusable."""
        self.count += 1
        if self.count <= SHOWN:
            self._first.append(f"{where}: {why}")

    def raise_any(self, path: Path) -> None:
        """Raise InputError naming the first rows, when there is any."""
        if self.count:
            more = f" (and {self.count - SHOWN:,} more)" if self.count > SHOWN else ""
            raise InputError(
                f"{name_of(path)} has {self.count:,} unusable row(s): "
                f"{'; '.join(self._first)}{more}.",
                "Correct or remove them and try again; nothing was stored.",
            )

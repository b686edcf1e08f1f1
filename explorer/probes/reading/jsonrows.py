"""Rows as JSON: an object a line, or an array of objects."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.probes.reading.columns import (
    Columns,
    Record,
    Tell,
    checked,
    cut,
    header_fault,
    shown,
    tell_unused,
)
from explorer.probes.reading.text import lines

LARGEST = 200_000_000
"""Bytes of a JSON file that is read as a whole."""
_UNUSED = 100
_ESCAPED = 6
"""Characters that one of a text may take in JSON."""


class _Twice(ValueError):
    """A name that an object has twice."""


def json_lines(path: Path, columns: Columns, tell: Tell) -> Iterator[Record]:
    """The rows of a file with a JSON object in each line; a line that is none has a
    fault.
    """
    rows: Iterator[tuple[str, Any]] = (
        (f"line {number}", line)
        for number, line in lines(
            path, longest=_ESCAPED * columns.longest + 10_000, most=columns.most_bytes
        )
        if line.strip()
    )
    yield from _records(path, ((where, _parsed(line)) for where, line in rows), columns, tell)


def json_array(path: Path, rows: list[Any], columns: Columns, tell: Tell) -> Iterator[Record]:
    """The rows of an array of objects."""
    numbered = ((f"row {number}", row) for number, row in enumerate(rows, 1))
    yield from _records(path, numbered, columns, tell)


def whole(path: Path) -> Any:
    """What a JSON file says, in objects that have each name once.

    Raises InputError for a file that is larger than `LARGEST`, no UTF-8, no JSON or
    nested too deep.
    """
    text = "".join(line for _, line in lines(path, longest=LARGEST, most=LARGEST))
    found = _parsed(text)
    if isinstance(found, ValueError):
        extra = "Extra data" in str(found)
        raise InputError(
            f"{name_of(path)} is no JSON: {found}.",
            "Name a file with an object in each line .jsonl." if extra else "Save it again.",
        )
    return found


def _parsed(text: str) -> Any:
    """The value, or the error of what is none."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        return ValueError("it nests too deep")
    except ValueError as error:
        return error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise _Twice(f"“{cut(twice)}” stands twice in an object")
    return table


def _records(
    path: Path, rows: Iterable[tuple[str, Any]], columns: Columns, tell: Tell
) -> Iterator[Record]:
    unused: dict[str, None] = {}
    for where, row in rows:
        if isinstance(row, ValueError):
            yield Record(where, {}, f"is no JSON ({cut_error(row)})")
        elif not isinstance(row, dict):
            yield Record(where, {}, f"is {shown(row)}, expected a JSON object")
        elif fault := header_fault([name or "?" for name in row], columns):
            yield Record(where, {}, fault)
        else:
            named = {columns.standing_for(name): value for name, value in row.items()}
            if len(unused) < _UNUSED:
                unused |= dict.fromkeys(n for n in row if not columns.standing_for(n))
            cells = {column: value for column, value in named.items() if column}
            yield checked(where, cells, columns)
    tell_unused(path, unused, tell)


def cut_error(error: ValueError) -> str:
    """Why a line is no JSON, without the place within the line, which a row names."""
    return str(error).partition(":")[0] if not isinstance(error, _Twice) else str(error)

"""The numbers of an exhibit, written down so that they can be compared years later."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from explorer.core.errors import InputError
from explorer.core.plan import Cell
from explorer.exhibits.export import plain_value

MOST_ROWS = 200
"""Rows that are written down; the digest is over all."""
_WRITTEN, _COMPARED = 9, 6
"""Significant digits. Those compared are fewer: another processor may end a sum in
other digits.
"""
_CLOSE = 10.0 ** (1 - _COMPARED)
_SHOWN = 5
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Numbers:
    """The data of an exhibit: its first rows, and a digest of all of them."""

    columns: tuple[str, ...]
    n_rows: int
    digest: str
    """16 hex digits of a sha256 over all cells, numbers to six significant digits."""
    rows: tuple[tuple[Value, ...], ...]
    """At most MOST_ROWS."""

    def to_table(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "columns": list(self.columns),
            "n_rows": self.n_rows,
            "digest": self.digest,
            "rows": [list(row) for row in self.rows],
        }


def numbers_of(data: pd.DataFrame) -> Numbers:
    """The numbers of a table."""
    columns = [str(column) for column in data.columns]
    digest = hashlib.sha256(repr(columns).encode())
    for row in _rows(data):
        cells = (f"{v:.{_COMPARED}g}" if isinstance(v, float) else repr(v) for v in row)
        digest.update("\x1f".join(cells).encode("utf-8", "replace") + b"\n")
    first = tuple(
        tuple(float(f"{v:.{_WRITTEN}g}") if isinstance(v, float) else v for v in row)
        for row in _rows(data.head(MOST_ROWS))
    )
    return Numbers(tuple(columns), len(data), digest.hexdigest()[:16], first)


def numbers_from(table: object) -> Numbers:
    """What `to_table` wrote, from anyone. Raises InputError."""
    if not isinstance(table, dict) or not _is_written(table):
        raise InputError(
            "The numbers of an exhibit are not as a report writes them.", "Write it again."
        )
    rows = tuple(tuple(row) for row in table["rows"])
    return Numbers(tuple(table["columns"]), table["n_rows"], table["digest"], rows)


def _is_written(table: Mapping[str, Any]) -> bool:
    columns, rows, n_rows = (table.get(key) for key in ("columns", "rows", "n_rows"))
    return (
        isinstance(columns, list)
        and all(isinstance(name, str) for name in columns)
        and isinstance(n_rows, int)
        and isinstance(table.get("digest"), str)
        and isinstance(rows, list)
        and all(isinstance(row, list) and len(row) == len(columns) for row in rows)
        and all(v is None or isinstance(v, str | int | float) for row in rows for v in row)
    )


def differences(then: Numbers, now: Numbers) -> list[str]:
    """What changed, as sentences with the old and the new number; empty where nothing
    did.
    """
    if then.columns != now.columns:
        gone = [name for name in then.columns if name not in now.columns]
        new = [name for name in now.columns if name not in then.columns]
        return [f"its columns are others (gone: {_listed(gone)}; new: {_listed(new)})"]
    told = []
    if then.n_rows != now.n_rows:
        told.append(f"it had {then.n_rows:,} rows and has {now.n_rows:,}")
    changed = list(_changed(then, now))
    told += changed[:_SHOWN]
    if len(changed) > _SHOWN:
        told.append(f"and {len(changed) - _SHOWN:,} more")
    if not told and then.digest != now.digest:
        told.append(
            f"rows beyond the first {MOST_ROWS} changed, which were not written down"
            if then.n_rows > len(then.rows)
            else "its digest is another than its numbers have"
        )
    return told


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal, numbers to six significant digits."""
    if _is_number(a) and _is_number(b):
        return math.isclose(float(a), float(b), rel_tol=_CLOSE, abs_tol=1e-12)  # type: ignore[arg-type]
    return type(a) is type(b) and a == b


def row_where(data: pd.DataFrame, where: Mapping[str, Value]) -> dict[str, Value]:
    """The one row that has these values. Raises InputError where none or several do."""
    columns = [str(column) for column in data.columns]
    for name in where:
        if name not in columns:
            raise InputError(
                f"its data have no column “{name}”.", f"There are: {', '.join(columns)}."
            )
    places = [columns.index(name) for name in where]
    fitting = [
        row
        for row in _rows(data)
        if all(same(row[k], v) for k, v in zip(places, where.values(), strict=True))
    ]
    if len(fitting) != 1:
        raise InputError(
            f"{len(fitting):,} rows of its data fit, expected one.", "Name more columns in where."
        )
    return dict(zip(columns, fitting[0], strict=True))


def distinguishing(data: pd.DataFrame, place: int) -> dict[str, Cell]:
    """Column → value of a row, by as few columns as tell it from the others, those of
    texts first; all of them where none do.
    """
    left = pd.Series(True, index=data.index)
    found: dict[str, Cell] = {}
    order = sorted(data.columns, key=lambda name: pd.api.types.is_float_dtype(data[name]))
    for name in order:
        value = plain_value(data[name].iloc[place])
        if value is None:
            continue
        alike = left & (data[name] == data[name].iloc[place])
        if alike.sum() < left.sum():
            left, found[str(name)] = alike, value
        if left.sum() == 1:
            break
    return found


def _changed(then: Numbers, now: Numbers) -> Iterator[str]:
    for place, (before, after) in enumerate(zip(then.rows, now.rows, strict=False), 1):
        for name, old, new in zip(then.columns, before, after, strict=True):
            if not same(old, new):
                yield f"row {place}, {name}: it was {_told(old)} and is {_told(new)}"


def _rows(data: pd.DataFrame) -> Iterator[tuple[Value, ...]]:
    columns = [[plain_value(value) for value in data.iloc[:, k]] for k in range(data.shape[1])]
    return iter(zip(*columns, strict=True))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told(value: Value) -> str:
    if isinstance(value, str):
        return f"“{value[:60]}”"
    return "nothing" if value is None else f"{value:g}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) or "none"

"""Tables of a run file as arrays, to be checked in one look.

DuckDB takes longer to plan a query that compares a row with the one before it than to
hand over most tables, so the smaller ones are read once, and what other checks need of
them is remembered. A large one passes block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.store.run.contents import Limits

_BLOCK_BYTES = 1 << 25
"""Bytes of a table that are looked at together."""

Remembered = dict[str, np.ndarray]
"""What other checks need of a table, arrays with a row for each of its rows."""


class Count(NamedTuple):
    """What one pass over a table counts."""

    rows: int
    outside: int
    """Rows outside what the table may hold."""
    misplaced: int
    """Rows that do not come after the one before."""


class Lists(NamedTuple):
    """A column of lists."""

    lengths: np.ndarray
    """(rows,), 0 where there is no list."""
    values: np.ndarray
    """Of all lists, one after the other; NaN where there is none."""

    def all(self, good: np.ndarray) -> np.ndarray:
        """(rows,) whether all values of a list are good; good: (values,)."""
        result = np.ones(len(self.lengths), bool)
        if not good.all():
            result[np.repeat(np.arange(len(result)), self.lengths)[~good]] = False
        return result


class Block(dict[str, np.ndarray]):
    """Column → values of some rows of a table, NaN where there is none."""

    lists: dict[str, Lists]
    """Column → lists."""

    @property
    def rows(self) -> int:
        """How many."""
        return len(next(iter(self.values())))

    def within(self, column: str, low: float, high: float) -> np.ndarray:
        """(rows,) whether low ≤ value < high."""
        return every(low <= self[column], self[column] < high)


def every(*conditions: np.ndarray) -> np.ndarray:
    """(rows,) whether a row meets all of these."""
    result = conditions[0].copy()
    for condition in conditions[1:]:
        result &= condition
    return result


@dataclass(frozen=True)
class Rule:
    """How a table is read and what every row of it is."""

    columns: str
    """What is selected. A list that is longer than it may be is not fetched."""
    inside: Callable[[Block, Limits], np.ndarray]
    """(rows,) whether each row is what it may be."""
    lists: tuple[str, ...] = ()
    """Columns of lists."""
    key: tuple[str, ...] = ()
    """Columns that grow from row to row, the first most slowly, so that no row is there
    twice."""
    width: Callable[[Limits], float] = lambda _: 16
    """Bytes of a row."""
    remembered: Callable[[Block], Remembered] = lambda _: {}


def counted(
    con: duckdb.DuckDBPyConnection, table: str, rule: Rule, known: Limits, length: int
) -> tuple[Count, Remembered]:
    """What a table counts, and what is remembered of it.

    table: with the name that its file is attached under; length: at most how many rows
    it has.
    """
    rows = outside = misplaced = 0
    last = np.empty(0, np.int64)
    blocks = []
    for block in _blocks(con, table, rule, known, length):
        inside = rule.inside(block, known)
        rows += block.rows
        outside += int((~inside).sum())
        # Without a value a row has no place; it is outside, which is told first.
        if rule.key and not outside:
            place = np.append(last, _places(block, rule.key))
            misplaced += int((np.diff(place) <= 0).sum())
            last = place[-1:]
        blocks.append(rule.remembered(block))
    names = set.intersection(*map(set, blocks))
    return Count(rows, outside, misplaced), {
        name: np.concatenate([block[name] for block in blocks]) for name in names
    }


def _places(block: Block, key: tuple[str, ...]) -> np.ndarray:
    place = block[key[0]].astype(np.int64)
    for name in key[1:]:
        place = (place << 15) + block[name]
    return place


def _blocks(
    con: duckdb.DuckDBPyConnection, table: str, rule: Rule, known: Limits, length: int
) -> Iterator[Block]:
    """All rows of a table in their order; at least one block, which may be empty."""
    query = f"SELECT {rule.columns.format_map(known)} FROM {table}"
    most = max(1, int(_BLOCK_BYTES / rule.width(known)))
    if length <= most:
        # A limit would make DuckDB copy lists several times as long.
        yield _block(con, query, rule.lists)
        return
    rows, start = most, 0
    while rows == most:
        block = _block(con, f"{query} LIMIT {most} OFFSET {start}", rule.lists)
        yield block
        rows, start = block.rows, start + most


def _block(con: duckdb.DuckDBPyConnection, query: str, lists: tuple[str, ...]) -> Block:
    block = Block()
    block.lists = {}
    if not lists:
        for name, column in con.execute(query).fetchnumpy().items():
            missing = np.ma.getmask(column)
            block[name] = np.where(missing, np.nan, column) if missing.any() else column
        return block
    # Arrow, since numpy would have an object for each list.
    table = con.sql(query).to_arrow_table()
    for name, chunks in zip(table.column_names, table.columns, strict=True):
        column = chunks.combine_chunks()
        if name in lists:
            lengths = pc.fill_null(column.value_lengths(), 0)
            block.lists[name] = Lists(_numbers(lengths), _numbers(column.flatten()))
        else:
            block[name] = _numbers(column)
    return block


def _numbers(column: pa.Array) -> np.ndarray:
    return np.asarray(column.to_numpy(zero_copy_only=False))

"""Whether a run file holds what its request says: asked once, when it is first seen."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import duckdb

from explorer.core.errors import RunFileError
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.core.tau import TAUS
from explorer.store.connect import DAMAGED_HINT
from explorer.store.run import contents
from explorer.store.run.agreement import disagreement


def check_info(info: RunInfo) -> None:
    """Raise ValueError unless pages can show a description and SQL can name its run.

    It comes from a file, and that from anyone; the id becomes part of an identifier.
    """
    if not isinstance(info.id, str) or not re.fullmatch(r"[0-9a-f]{16}", info.id):
        raise ValueError(f"“{str(info.id)[:60]}” is not a run id")
    if info.id != info.request.id:
        raise ValueError(f"its id is {info.id}, its request has {info.request.id}")
    training, human = info.training or {}, info.human
    if not all(isinstance(table, Mapping) for table in (training, human, info.versions)):
        raise ValueError("its training, its ratings or its versions are no table")
    if not all(isinstance(counts, Mapping) for counts in human.values()):
        raise ValueError("its ratings are no counts")
    counts = [count for of_set in human.values() for count in of_set.values()]
    sizes = [info.n_units, info.n_sentences, info.size_bytes]
    texts = [info.created, info.program, info.commit or "", *info.sources]
    for kind, values in (
        (str, [*texts, *human, *training, *info.versions, *info.versions.values()]),
        (int, [*sizes, *counts]),
        (int | float, [info.seconds]),
        (int | float | str, [fact for fact in training.values() if not isinstance(fact, bool)]),
    ):
        _all_are(kind, values)
    if not math.isfinite(info.seconds):
        raise ValueError(f"it took {info.seconds} seconds")
    if datetime.datetime.fromisoformat(info.created).tzinfo is None:
        raise ValueError(f"“{info.created[:60]}” has no time zone")


def _all_are(kind: object, values: Iterable[object]) -> None:
    for value in values:
        if not isinstance(value, kind) or isinstance(value, bool):  # type: ignore[arg-type]
            raise ValueError(f"{repr(value)[:60]} is of another kind than expected")


def check(
    con: duckdb.DuckDBPyConnection,
    file: str,
    name: str,
    request: RunRequest,
    lengths: dict[str, int],
    n_bytes: int,
) -> None:
    """Raise RunFileError unless the attached file `file` fits its request.

    name: what to call the file in the sentence; lengths: table → at most how many rows
    it has, by its catalog; n_bytes: of the file.
    """
    known = _limits(con, file, request)
    for table, most in contents.at_most(known, n_bytes).items():
        if lengths[table] > most:
            raise refused(name, f"{table} has {lengths[table]:,} rows, expected at most {most:,}")
    _concepts(con, file, name, request)
    counts = {
        table: _counts(con, f'"{file}".{table}', table, known)
        for table in contents.INSIDE | contents.ORDER | contents.exactly(known)
    }
    for table, expected in contents.exactly(known).items():
        if (found := counts[table].rows) != expected:
            raise refused(name, f"{table} has {found:,} rows, expected {expected:,}")
    for table, count in counts.items():
        if wrong := count.outside:
            raise refused(name, f"{wrong:,} rows of {table} lie outside what its request allows")
    for table, count in counts.items():
        if count.misplaced:
            raise refused(name, f"{table} has rows twice or out of their order")
    _wholes(con, file, name)
    if not contents.texts_fit(texts := counts["sentences"].beside, n_bytes):
        raise refused(name, f"its sentences take {texts:,} bytes, more than such a file holds")
    if why := disagreement(con, file, request):
        raise refused(name, why)


class _Count(NamedTuple):
    """What one pass over a table counts."""

    rows: int
    outside: int
    """Rows outside what the table may hold."""
    misplaced: int
    """Rows that do not come after the one before."""
    beside: int
    """What `contents.BESIDE` asks of the table, 0 where it asks nothing."""


def _counts(
    con: duckdb.DuckDBPyConnection, path: str, table: str, known: contents.Limits
) -> _Count:
    """All of a table in one pass, since planning a query takes as long as most of
    them.
    """
    inside, key = contents.INSIDE.get(table, "TRUE"), contents.ORDER.get(table, "NULL")
    beside = contents.BESIDE.get(table, "0")
    used = {name: value for name, value in known.items() if re.search(rf"\${name}\b", inside)}
    found = con.execute(
        f"SELECT count(*), count(*) FILTER (outside), count(*) FILTER (place <= before), {beside} "
        f"FROM (SELECT *, ({inside}) IS NOT TRUE AS outside, lag(place) OVER () AS before "
        f"FROM (SELECT *, {key} AS place FROM {path}))",
        used,
    ).fetchone()
    assert found is not None
    return _Count(*(int(number or 0) for number in found))


def _wholes(con: duckdb.DuckDBPyConnection, file: str, name: str) -> None:
    """What no row shows by itself."""
    taus = con.execute(f'SELECT tau_index, tau FROM "{file}".taus ORDER BY ALL').fetchall()
    if taus != list(enumerate(TAUS)):
        raise refused(name, "its grid of τ is another")
    widths = f'SELECT count(*) FROM (SELECT DISTINCT kind, len(vector) FROM "{file}".embeddings)'
    if _one(con, widths) != 2:
        raise refused(name, "its embeddings differ in length")
    starts = "first_unit <> sum(width) OVER (ORDER BY module) - width"
    if _one(con, f'SELECT count(*) FROM (SELECT {starts} AS off FROM "{file}".modules) WHERE off'):
        raise refused(name, "the units of its modules do not follow each other")


def _limits(con: duckdb.DuckDBPyConnection, file: str, request: RunRequest) -> contents.Limits:
    return contents.limits(
        concepts=len(request.concepts),
        folds=request.folds,
        floor=request.ap_floor,
        n_positive=request.n_positive,
        n_negative=request.n_negative,
        taus=len(TAUS),
        units=_one(con, f'SELECT coalesce(sum(width), 0) FROM "{file}".modules'),
        modules=_one(con, f'SELECT count(*) FROM "{file}".modules'),
        sentences=_one(con, f'SELECT count(*) FROM "{file}".sentences'),
    )


def _concepts(con: duckdb.DuckDBPyConnection, file: str, name: str, request: RunRequest) -> None:
    rows = con.execute(
        f'SELECT concept, word, domain FROM "{file}".concepts ORDER BY concept'
    ).fetchall()
    words = [(number, word) for number, word, _ in rows]
    if words != list(enumerate(request.concepts)):
        raise refused(name, "its concepts are not those of its request, in that order")
    if any(domain != request.domains.get(word) for _, word, domain in rows):
        raise refused(name, "its domains are not those of its request")


def refused(name: str, why: str) -> RunFileError:
    """The error of a file that contradicts itself."""
    return RunFileError(f"{name} is not consistent: {why}.", DAMAGED_HINT)


def _one(
    con: duckdb.DuckDBPyConnection, query: str, values: dict[str, int | float] | None = None
) -> int:
    row = con.execute(query, values or {}).fetchone()
    return int(row[0]) if row else 0

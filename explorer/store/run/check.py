"""Whether a run file holds what its request says: asked once, when it is first seen."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping

import duckdb
import numpy as np

from explorer.core.errors import RunFileError
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.core.tau import TAUS
from explorer.store.connect import DAMAGED_HINT
from explorer.store.run import contents
from explorer.store.run.agreement import disagreement
from explorer.store.run.arrays import Count, Remembered, counted
from explorer.store.run.rules import RULES, rule_of_draws


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
    con: duckdb.DuckDBPyConnection, file: str, name: str, info: RunInfo, lengths: dict[str, int]
) -> None:
    """Raise RunFileError unless the attached file `file` fits its request.

    name: what to call the file in the sentence; info: what it says of itself; lengths:
    table → at most how many rows it has, by its catalog.
    """
    request = info.request
    path = f'"{file}".'
    modules, remembered = counted(
        con, f"{path}modules", RULES["modules"], contents.FIXED, lengths["modules"]
    )
    known = contents.limits(
        concepts=len(request.concepts),
        folds=request.folds,
        floor=request.ap_floor,
        n_positive=request.n_positive,
        n_negative=request.n_negative,
        taus=len(TAUS),
        units=info.n_units,
        modules=modules.rows,
        sentences=info.n_sentences,
    )
    for table, most in contents.at_most(known, info.size_bytes).items():
        if lengths[table] > most:
            raise refused(name, f"{table} has {lengths[table]:,} rows, expected at most {most:,}")
    _concepts(con, file, name, request)
    counts, arrays = {"modules": modules}, {"modules": remembered}
    counts["sentences"], texts = _counts(con, file, "sentences", known)
    counts["experts"], _ = _counts(con, file, "experts", known)
    (concept_of,) = con.execute(f"SELECT concept FROM {path}sentences").fetchnumpy().values()
    for table, rule in (RULES | {"draws": rule_of_draws(np.ma.filled(concept_of, -1))}).items():
        if table not in counts:
            counts[table], arrays[table] = counted(con, path + table, rule, known, lengths[table])
    for table, expected in contents.exactly(known).items():
        if table in counts and (rows := counts[table].rows) != expected:
            raise refused(name, f"{table} has {rows:,} rows, expected {expected:,}")
    for table, count in counts.items():
        if wrong := count.outside:
            raise refused(name, f"{wrong:,} rows of {table} lie outside what its request allows")
    for table, count in counts.items():
        if count.misplaced:
            raise refused(name, f"{table} has rows twice or out of their order")
    _wholes(con, file, name, arrays)
    _ratings(con, file, name, info)
    if not contents.texts_fit(texts, info.size_bytes):
        raise refused(name, f"its sentences take {texts:,} bytes, more than such a file holds")
    if why := disagreement(con, file, request, arrays):
        raise refused(name, why)


def _counts(
    con: duckdb.DuckDBPyConnection, file: str, table: str, known: contents.Limits
) -> tuple[Count, int]:
    """All of a large table in one pass, and what `contents.BESIDE` asks of it, 0 where
    it asks nothing.
    """
    inside, key = contents.INSIDE[table], contents.ORDER[table]
    beside = contents.BESIDE.get(table, "0")
    used = {name: value for name, value in known.items() if re.search(rf"\${name}\b", inside)}
    ((*numbers, number),) = con.execute(
        f"SELECT count(*), count(*) FILTER (outside), count(*) FILTER (place <= before), {beside} "
        f"FROM (SELECT *, ({inside}) IS NOT TRUE AS outside, lag(place) OVER () AS before "
        f'FROM (SELECT *, {key} AS place FROM "{file}".{table}))',
        used,
    ).fetchall()
    return Count(*map(int, numbers)), int(number or 0)


def _wholes(
    con: duckdb.DuckDBPyConnection, file: str, name: str, arrays: dict[str, Remembered]
) -> None:
    """What no row shows by itself."""
    if con.execute(f'SELECT tau_index, tau FROM "{file}".taus').fetchall() != list(enumerate(TAUS)):
        raise refused(name, "its grid of τ is another")
    word, length = arrays["embeddings"]["word"], arrays["embeddings"]["length"]
    if any(len(np.unique(length[word == kind])) != 1 for kind in (0, 1)):
        raise refused(name, "its embeddings differ in length")
    width, first_unit = arrays["modules"]["width"], arrays["modules"]["first_unit"]
    if (first_unit != np.cumsum(width, dtype=np.int64) - width).any():
        raise refused(name, "the units of its modules do not follow each other")
    if len(np.unique(arrays["modules"]["identity"])) < len(width):
        raise refused(name, "two of its modules have one name")


def _ratings(con: duckdb.DuckDBPyConnection, file: str, name: str, info: RunInfo) -> None:
    rows = con.execute(
        "SELECT dataset, count(*), count(DISTINCT least(a, b) * 32768 + greatest(a, b)) "
        f'FROM "{file}".human_pairs GROUP BY dataset'
    ).fetchall()
    if any(pairs > different for _, pairs, different in rows):
        raise refused(name, "a pair has two ratings of one data set")
    there = {dataset: pairs for dataset, pairs, _ in rows}
    for dataset, counts in info.human.items():
        if (covered := counts.get("covered", 0)) != (pairs := there.get(dataset, 0)):
            raise refused(
                name, f"it has {pairs:,} rated pairs of “{dataset[:60]}” and says {covered:,}"
            )


def _concepts(con: duckdb.DuckDBPyConnection, file: str, name: str, request: RunRequest) -> None:
    rows = con.execute(f'SELECT concept, word, domain FROM "{file}".concepts').fetchall()
    words = [(number, word) for number, word, _ in rows]
    if words != list(enumerate(request.concepts)):
        raise refused(name, "its concepts are not those of its request, in that order")
    if any(domain != request.domains.get(word) for _, word, domain in rows):
        raise refused(name, "its domains are not those of its request")


def refused(name: str, why: str) -> RunFileError:
    """The error of a file that contradicts itself."""
    return RunFileError(f"{name} is not consistent: {why}.", DAMAGED_HINT)

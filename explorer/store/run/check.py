"""Whether a run file holds what its request says: asked once, when it is first seen."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping

import duckdb

from explorer.core.errors import RunFileError
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.core.tau import TAUS
from explorer.store.connect import DAMAGED_HINT

_OUTSIDE: dict[str, str] = {
    "pair_overlap": "NOT (0 <= a AND a < b AND b < $concepts AND 0 <= tau_index "
    "AND tau_index < $taus AND overlap >= 0 AND overlap <= 1.000001)",
    "experts": "NOT (0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND 0 <= unit AND unit < $units AND ap >= CAST($floor AS FLOAT) AND ap <= 1.000001)",
    "set_sizes": "NOT (0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND 0 <= tau_index AND tau_index < $taus AND 0 <= size AND size <= $units)",
    "fold_overlap": "NOT (0 <= concept AND concept < $concepts AND 0 <= fold_a "
    "AND fold_a < fold_b AND fold_b < $folds AND 0 <= tau_index AND tau_index < $taus "
    "AND overlap >= 0 AND overlap <= 1.000001)",
    "fold_sharing": "NOT (0 <= concept AND concept < $concepts AND 0 <= fold_a "
    "AND fold_a < fold_b AND fold_b < $folds AND positive >= 0 AND positive <= 1.000001 "
    "AND negative >= 0 AND negative <= 1.000001)",
    "human_pairs": "NOT (0 <= a AND a < $concepts AND 0 <= b AND b < $concepts "
    "AND isfinite(score))",
    "draws": "NOT (len(positive) = $n_positive AND len(negative) = $n_negative "
    "AND 0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND list_min(positive) >= 0 AND list_max(positive) < $sentences "
    "AND list_min(negative) >= 0 AND list_max(negative) < $sentences)",
    "sentences": "NOT (0 <= sentence AND sentence < $sentences AND 0 <= concept "
    "AND concept < $concepts)",
    "ap_histogram": "NOT (0 <= concept AND concept < $concepts AND 0 <= module "
    "AND module < $modules AND list_min(counts) >= 0)",
    "embeddings": "NOT (0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND kind IN ('word', 'sentence') AND isfinite(list_sum(vector)))",
}
"""Table → what no row of it may be."""


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


def check(con: duckdb.DuckDBPyConnection, file: str, name: str, request: RunRequest) -> None:
    """Raise RunFileError unless the attached file `file` fits its request.

    name: what to call the file in the sentence.
    """
    limits = _limits(con, file, request)
    _concepts(con, file, name, request)
    for table, outside in _OUTSIDE.items():
        used = {key: value for key, value in limits.items() if f"${key}" in outside}
        query = f'SELECT count(*) FROM "{file}".{table} WHERE {outside} OR ({outside}) IS NULL'
        if (wrong := _one(con, query, used)) > 0:
            raise _refused(name, f"{wrong:,} rows of {table} lie outside what its request allows")
    for table, expected in _rows(limits).items():
        found = _one(con, f'SELECT count(*) FROM "{file}".{table}')
        if found != expected:
            raise _refused(name, f"{table} has {found:,} rows, expected {expected:,}")
    taus = con.execute(f'SELECT tau_index, tau FROM "{file}".taus ORDER BY ALL').fetchall()
    if taus != list(enumerate(TAUS)):
        raise _refused(name, "its grid of τ is another")
    pairs = f'SELECT count(*) FROM (SELECT DISTINCT a, b, tau_index FROM "{file}".pair_overlap)'
    if _one(con, pairs) != _rows(limits)["pair_overlap"]:
        raise _refused(name, "pair_overlap has a pair twice")
    widths = 'SELECT count(*) FROM (SELECT DISTINCT kind, len(vector) FROM "{}".embeddings)'
    if _one(con, widths.format(file)) != 2:
        raise _refused(name, "its embeddings differ in length")


def _limits(
    con: duckdb.DuckDBPyConnection, file: str, request: RunRequest
) -> dict[str, int | float]:
    return {
        "concepts": len(request.concepts),
        "folds": request.folds,
        "taus": len(TAUS),
        "units": _one(con, f'SELECT coalesce(sum(width), 0) FROM "{file}".modules'),
        "modules": _one(con, f'SELECT count(*) FROM "{file}".modules'),
        "sentences": _one(con, f'SELECT count(*) FROM "{file}".sentences'),
        "floor": request.ap_floor,
        "n_positive": request.n_positive,
        "n_negative": request.n_negative,
    }


def _rows(limits: dict[str, int | float]) -> dict[str, int]:
    """Table → the number of rows that a whole run has."""
    n, folds, taus = (int(limits[key]) for key in ("concepts", "folds", "taus"))
    return {
        "pair_overlap": math.comb(n, 2) * taus,
        "set_sizes": n * folds * taus,
        "fold_overlap": n * math.comb(folds, 2) * taus,
        "fold_sharing": n * math.comb(folds, 2),
        "draws": n * folds,
        "embeddings": n * (folds + 1),
        "taus": taus,
        "progress": n,
    }


def _concepts(con: duckdb.DuckDBPyConnection, file: str, name: str, request: RunRequest) -> None:
    rows = con.execute(f'SELECT concept, word FROM "{file}".concepts ORDER BY concept').fetchmany(
        len(request.concepts) + 1
    )
    if rows != list(enumerate(request.concepts)):
        raise _refused(name, "its concepts are not those of its request, in that order")


def _refused(name: str, why: str) -> RunFileError:
    return RunFileError(f"{name} is not consistent: {why}.", DAMAGED_HINT)


def _one(
    con: duckdb.DuckDBPyConnection, query: str, values: dict[str, int | float] | None = None
) -> int:
    row = con.execute(query, values or {}).fetchone()
    return int(row[0]) if row else 0

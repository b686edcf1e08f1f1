"""What a run file says of itself, or why it cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from explorer.core.disk import LARGEST, name_of, parse_json, strange
from explorer.core.errors import InputError, RunFileError
from explorer.core.plan import plan_from
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.store import VERSION
from explorer.store.connect import (
    DAMAGED_HINT,
    NotNow,
    attach,
    bounded,
    is_locked,
    missing_bytes,
)
from explorer.store.run.catalog import check_catalog
from explorer.store.run.check import check, check_info, refused
from explorer.store.run.contents import most_before_reading
from explorer.store.run.withhold import WITHHELD

MOST_MEMORY = "2GB"
"""What the check of a file may take."""
_SECONDS, _BYTES_PER_SECOND = 10.0, 5_000_000
"""What it may take in time; a hundredth of it is usual."""


def inspect(path: Path, con: duckdb.DuckDBPyConnection) -> RunInfo:
    """Open a finished run file, check it whole, and describe it.

    con: an in-memory database, as it was before afterwards; not to be used again when
    this raises. Raises RunFileError with the sentence to show: no file, truncated,
    damaged, of another version, not a run, or not what its request says; NotNow when it
    may be read another time.
    """
    name = name_of(path)
    try:
        n_bytes = path.stat().st_size
        with bounded(con, path, _SECONDS + n_bytes / _BYTES_PER_SECOND):
            attach(con, path, "run", read_only=True)
            if lacking := missing_bytes(con, path, "run"):
                raise RunFileError(
                    f"{name} is truncated: {lacking:,} bytes are missing.", DAMAGED_HINT
                )
            lengths = check_catalog(con, "run", name)
            for table, most in most_before_reading().items():
                if lengths[table] > most:
                    raise refused(name, f"{table} has {lengths[table]:,} rows, at most {most:,}")
            info = _describe(con, path, n_bytes)
            check(con, "run", name, info, lengths)
            con.execute("DETACH run")
        return info
    except duckdb.Error as error:
        raise _explained(name, error) from error
    except UnicodeError as error:
        raise RunFileError(
            f"{name} is damaged: it holds text in no UTF-8.", DAMAGED_HINT
        ) from error
    except OSError as error:
        what = strange(path)
        why = f"is {what}" if what else f"cannot be read: {error.strerror}"
        raise RunFileError(f"{name} {why}.", "Check the file and its rights.") from error


def _describe(con: duckdb.DuckDBPyConnection, path: Path, n_bytes: int) -> RunInfo:
    meta = _meta(con, path)
    sources = con.execute(
        "SELECT source, count(*) FROM run.sentences GROUP BY source ORDER BY source"
    ).fetchall()
    ((n_units, seconds),) = con.execute(
        "SELECT sum(width), (SELECT sum(seconds) FROM run.progress) FROM run.modules"
    ).fetchall()
    try:
        info = RunInfo(
            id=meta["run_id"],
            path=str(path),
            request=RunRequest.from_dict(meta["request"]),
            created=meta["created"],
            commit=meta.get("commit"),
            n_units=n_units,
            n_sentences=sum(n for _, n in sources),
            seconds=(seconds or 0) + meta.get("prepare_seconds", 0),
            sources=tuple(source for source, _ in sources),
            human=meta.get("human", {}),
            versions=meta.get("versions", {}),
            size_bytes=n_bytes,
            program=meta.get("program", ""),
            training=meta.get("training"),
            withheld=WITHHELD in meta,
            plan=plan_from(meta["plan"]) if "plan" in meta else None,
        )
        check_info(info)
    except (KeyError, TypeError, ValueError, OverflowError, InputError) as error:
        raise RunFileError(
            f"{name_of(path)} lacks part of its description: {error}.", DAMAGED_HINT
        ) from error
    return info


def _meta(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    name = name_of(path)
    if (n_bytes := _one(con, "SELECT coalesce(sum(strlen(value)), 0) FROM run.meta")) > LARGEST:
        raise refused(name, f"it describes itself in {n_bytes:,} bytes, at most {LARGEST:,}")
    rows = con.execute("SELECT key, value FROM run.meta").fetchall()
    if len(dict(rows)) < len(rows):
        raise refused(name, "it describes itself twice")
    try:
        meta = {key: parse_json(value) for key, value in rows}
        version = meta["schema_version"]
    except (KeyError, InputError):
        raise RunFileError(
            f"{name} is a DuckDB file but not a run.", "Move it out of the folder of runs."
        ) from None
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        hint = (
            "Update this program to read it."
            if newer
            else "Repeat the extraction, or read it with that version."
        )
        raise RunFileError(
            f"{name} was written in version {str(version)[:20]} of the run file format; this "
            f"program reads {VERSION}.",
            hint,
        )
    if "finished" not in meta:
        raise RunFileError(
            f"{name} is an unfinished extraction.", "Resume it, or copy the finished file."
        )
    return meta


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    rows = con.execute(query).fetchall()
    return rows[0][0] if rows else None


def _explained(name: str, error: duckdb.Error) -> RunFileError:
    text = str(error)
    if is_locked(error):
        return NotNow(
            f"{name} is open for writing in another program.",
            "Close it there, then start this program again.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return RunFileError(
            f"{name} needs more than {MOST_MEMORY} of memory to be checked.", DAMAGED_HINT
        )
    if "not a valid DuckDB" in text:
        return RunFileError(f"{name} is not a run file.", "Move it out of the folder of runs.")
    if "enough bytes" in text:
        return RunFileError(f"{name} is truncated.", DAMAGED_HINT)
    if "version" in text.lower() and "checksum" not in text.lower():
        return RunFileError(
            f"{name} was written by another version of DuckDB.",
            "Update this program, or repeat the extraction.",
        )
    return RunFileError(f"{name} is damaged: {text.splitlines()[0].rstrip('.')}.", DAMAGED_HINT)

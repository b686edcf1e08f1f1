"""What a run file says of itself, or why it cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from explorer.core.errors import InputError, RunFileError
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.store import VERSION
from explorer.store.connect import DAMAGED_HINT, attach, missing_bytes
from explorer.store.run.check import check, check_info


def inspect(path: Path, con: duckdb.DuckDBPyConnection) -> RunInfo:
    """Open a finished run file, check it whole, and describe it.

    con: an in-memory database, as it was before afterwards; not to be used again when
    this raises. Raises RunFileError with the sentence to show: truncated, damaged, of
    another version, not a run, or not what its request says.
    """
    try:
        attach(con, path, "run", read_only=True)
        if lacking := missing_bytes(con, path, "run"):
            raise RunFileError(
                f"{path.name} is truncated: {lacking:,} bytes are missing.", DAMAGED_HINT
            )
        info = _describe(con, path)
        check(con, "run", path.name, info.request)
        con.execute("DETACH run")
        return info
    except duckdb.Error as error:
        raise RunFileError(*_explain(path, error)) from error
    except OSError as error:
        raise RunFileError(
            f"{path.name} cannot be read: {error.strerror}.", "Check the file's rights."
        ) from error


def _describe(con: duckdb.DuckDBPyConnection, path: Path) -> RunInfo:
    meta = _meta(con, path)
    try:
        info = RunInfo(
            id=meta["run_id"],
            path=str(path),
            request=RunRequest.from_dict(meta["request"]),
            created=meta["created"],
            commit=meta.get("commit"),
            n_units=_one(con, "SELECT sum(width) FROM run.modules"),
            n_sentences=_one(con, "SELECT count(*) FROM run.sentences"),
            seconds=_one(con, "SELECT coalesce(sum(seconds), 0) FROM run.progress")
            + meta.get("prepare_seconds", 0),
            sources=tuple(
                r[0]
                for r in con.execute(
                    "SELECT DISTINCT source FROM run.sentences ORDER BY 1"
                ).fetchall()
            ),
            human=meta.get("human", {}),
            versions=meta.get("versions", {}),
            size_bytes=path.stat().st_size,
            program=meta.get("program", ""),
            training=meta.get("training"),
        )
        check_info(info)
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise RunFileError(
            f"{path.name} lacks part of its description: {error}.", DAMAGED_HINT
        ) from error
    return info


def _meta(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    try:
        rows = con.execute("SELECT key, value FROM run.meta").fetchall()
        meta = {key: json.loads(value) for key, value in rows}
        version = meta["schema_version"]
    except (
        duckdb.CatalogException,
        duckdb.BinderException,
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
    ):
        raise RunFileError(
            f"{path.name} is a DuckDB file but not a run.", "Move it out of the folder of runs."
        ) from None
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        hint = (
            "Update this program to read it."
            if newer
            else "Repeat the extraction, or read it with that version."
        )
        raise RunFileError(
            f"{path.name} was written in version {version} of the run file format; this program "
            f"reads {VERSION}.",
            hint,
        )
    if "finished" not in meta:
        raise RunFileError(
            f"{path.name} is an unfinished extraction.", "Resume it, or copy the finished file."
        )
    return meta


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    return row[0] if row else None


def _explain(path: Path, error: duckdb.Error) -> tuple[str, str]:
    text = str(error)
    if "not a valid DuckDB" in text:
        return f"{path.name} is not a run file.", "Move it out of the folder of runs."
    if "enough bytes" in text:
        return f"{path.name} is truncated.", DAMAGED_HINT
    if "version" in text.lower() and "checksum" not in text.lower():
        return (
            f"{path.name} was written by another version of DuckDB.",
            "Update this program, or repeat the extraction.",
        )
    return f"{path.name} is damaged: {text.splitlines()[0].rstrip('.')}.", DAMAGED_HINT

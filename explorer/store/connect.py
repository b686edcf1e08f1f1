"""How this project opens DuckDB, and what its errors mean to the user."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from explorer.core.errors import ResourceError, RunFileError

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_HEADER_BYTES = 3 * 4096
_NEW = "BLOCK_SIZE 32768, STORAGE_VERSION 'v1.2.0'"
"""An eighth of the default block, since each of a run's fifteen tables takes at least
one; texts are zstd.
"""
_FAILED_WRITES = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.TransactionException,
    OSError,
)


def memory() -> duckdb.DuckDBPyConnection:
    """An in-memory database to attach run files to; it never reaches for the
    network.
    """
    return duckdb.connect(":memory:", config=CONFIG)


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool) -> None:
    """Attach a file under a name. Raises what DuckDB raises."""
    quoted = str(path).replace("'", "''")
    con.execute(f"ATTACH '{quoted}' AS \"{name}\" ({'READ_ONLY' if read_only else _NEW})")


def is_locked(error: BaseException) -> bool:
    """Whether DuckDB says that another process is writing the file."""
    return isinstance(error, duckdb.IOException) and "lock" in str(error).lower()


def missing_bytes(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> int:
    """How many bytes a truncated file lacks: DuckDB itself notices only when it reads
    there.
    """
    query = "SELECT total_blocks * block_size FROM pragma_database_size() WHERE database_name = ?"
    row = con.execute(query, [name]).fetchone()
    return max(0, (row[0] if row else 0) + _HEADER_BYTES - path.stat().st_size)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failed write to `path` into ResourceError; what was committed is still
    there.
    """
    try:
        yield
    except _FAILED_WRITES as error:
        raise ResourceError(
            f"{path.name} could not be written: {_first_line(error)}.",
            "Free some disk space or memory and resume: finished concepts are kept.",
        ) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn a failed read of `path` into RunFileError."""
    try:
        yield
    except duckdb.Error as error:
        raise RunFileError(
            f"{path.name} cannot be read: {_first_line(error)}.", DAMAGED_HINT
        ) from error


DAMAGED_HINT = "Copy it again from where it came, or delete it and repeat the extraction."


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

"""How this project opens DuckDB, and what its errors mean to the user."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from explorer.core.disk import name_of, strange
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


def memory(*folders: Path, most: str = "") -> duckdb.DuckDBPyConnection:
    """An in-memory database to attach the run files of these folders to.

    Nothing that runs in it reaches the network or a file elsewhere, and no statement
    can change that: what is attached may come from anyone. `most`: memory that it may
    take, such as "2GB"; without it, what DuckDB takes by itself.
    """
    con = duckdb.connect(":memory:", config=CONFIG)
    con.execute("SET allowed_directories = ?", [[os.path.realpath(f) for f in folders]])
    if most:
        con.execute("SET memory_limit = ?", [most])
        con.execute("SET temp_directory = ''")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def homes(paths: Iterable[Path]) -> frozenset[Path]:
    """The folders that files lie in, where links lead."""
    return frozenset(Path(os.path.realpath(path)).parent for path in paths)


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool) -> None:
    """Attach a file under a name. Raises RunFileError for what is no file, or was
    copied while it was written, and what DuckDB raises.
    """
    real = Path(os.path.realpath(path))
    if os.path.lexists(path) or read_only:
        _check_file(path, real)
    if read_only and os.path.lexists(f"{real}.wal"):
        raise RunFileError(
            f"{name_of(path)} has a write-ahead log beside it, so it was copied or left while it "
            "was being written.",
            f"Copy it again, or remove {name_of(real)}.wal if it belongs to no copy in progress.",
        )
    quoted = str(real).replace("'", "''")
    mode = "READ_ONLY" if read_only else _NEW
    con.execute(f"ATTACH '{quoted}' AS \"{name}\" (TYPE DUCKDB, {mode})")


def _check_file(path: Path, real: Path) -> None:
    """DuckDB would wait for a pipe for ever, and cannot name a file in other bytes."""
    if what := strange(path):
        raise RunFileError(
            f"{name_of(path)} is {what}, expected a run file.",
            "Remove it from the folder of runs, or put the file in its place.",
        )
    try:
        str(real).encode("utf-8")
    except UnicodeEncodeError:
        raise RunFileError(f"{name_of(path)} has a name that is not UTF-8.", "Rename it.") from None


class NotNow(RunFileError):
    """A file could not be read this time; another time it may be."""


@contextlib.contextmanager
def bounded(con: duckdb.DuckDBPyConnection, path: Path, seconds: float) -> Iterator[None]:
    """Let the queries inside take so long and no longer. Raises NotNow.

    con: not used by others meanwhile.
    """
    over, done = threading.Event(), threading.Event()

    def interrupt() -> None:
        if done.wait(seconds):
            return
        over.set()
        # Again and again, since a query that begins after an interrupt goes on.
        while not done.wait(0.05):
            con.interrupt()

    watch = threading.Thread(target=interrupt, daemon=True)
    watch.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if not over.is_set():
            raise
        raise NotNow(
            f"Reading {name_of(path)} took longer than {seconds:.0f} seconds and was stopped.",
            "Try again when the machine is less busy; if it lasts, copy the file again.",
        ) from error
    finally:
        done.set()
        watch.join()


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
    except (duckdb.Error, UnicodeError) as error:
        raise RunFileError(
            f"{path.name} cannot be read: {_first_line(error)}.", DAMAGED_HINT
        ) from error


DAMAGED_HINT = "Copy it again from where it came, or delete it and repeat the extraction."


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

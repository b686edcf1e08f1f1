"""Run files as files: names, publishing, setting aside, deleting."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from explorer.core.errors import RunFileError

PARTIAL = ".partial.duckdb"
"""Ending of a file that is still being written."""


def finished_files(folder: Path) -> list[Path]:
    """Files of a folder that claim to be finished runs."""
    return sorted(p for p in folder.glob("*.duckdb") if not p.name.endswith(PARTIAL))


def quarantine(path: Path) -> Path:
    """Move an unusable run file, and its log, out of the way as `<run id>.broken-N`;
    returns where.
    """
    stem = path.name.removesuffix(PARTIAL).removesuffix(".duckdb")
    names = (path.with_name(f"{stem}.broken-{n}") for n in itertools.count(1))
    target = next(name for name in names if not os.path.lexists(name))
    path.rename(target)
    log = Path(f"{path}.wal")
    if os.path.lexists(log):
        log.rename(f"{target}.wal")
    return target


def discard_partial(folder: Path, run_id: str) -> None:
    """Remove what an unfinished extraction left behind, its shards included."""
    shards = [path.name.removesuffix(PARTIAL) for path in folder.glob(f"{run_id}.shard-*{PARTIAL}")]
    for stem in (run_id, f"{run_id}.finishing", *shards):
        remove(folder / f"{stem}{PARTIAL}")


def delete_run(path: Path) -> None:
    """Delete a finished run file. Raises RunFileError when it cannot be."""
    try:
        path.unlink()
    except OSError as error:
        raise RunFileError(
            f"{path.name} could not be deleted: {error.strerror}.", "Check the folder's rights."
        ) from error


def publish(scratch: Path, path: Path) -> None:
    """Give a complete file its final name, so that it is there whole or not at all."""
    with scratch.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(scratch, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    """Delete a file and its write-ahead log, if there are any."""
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)

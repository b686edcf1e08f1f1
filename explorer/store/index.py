"""What was found when each run file was first seen, so that it is opened and checked
once.

The index lies beside the runs, is derived from them, and is safe to delete; a folder
that cannot be written does without.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core.errors import InputError
from explorer.core.header import header
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.store.run.check import check_info

NAME = ".index.json"
VERSION = 2
"""Raised whenever a check is added that older entries have not passed."""
_LARGEST = 64_000_000
Stamp = tuple[int, ...]
"""Times of the last change of content and of the file's entry in nanoseconds, size in
bytes, and number of the file on its disk.

The second time and the number are not carried by a copy: an index that came along
with files from elsewhere vouches for none of them.
"""


@dataclass(frozen=True)
class Entry:
    """A file at a moment: the run it holds, or the sentence of why it is none."""

    stamp: Stamp
    run: RunInfo | None = None
    problem: str = ""


def stamp_of(path: Path) -> Stamp | None:
    """None when the file has gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def load_index(folder: Path) -> dict[Path, Entry]:
    """The entries of a folder; none where the index is missing, damaged or of another
    version.
    """
    path = folder / NAME
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        table = json.loads(path.read_text("utf-8"))
        if {**header("index", VERSION), "files": table["files"]} != table:
            return {}
        return {folder / name: _entry(folder / name, row) for name, row in table["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, InputError):
        return {}


def save_index(folder: Path, entries: dict[Path, Entry]) -> None:
    """Write the entries in one piece; what cannot be written is found again
    next time.
    """
    files = {path.name: _row(entry) for path, entry in entries.items()}
    scratch = folder / f"{NAME}.{os.getpid()}"
    with contextlib.suppress(OSError, UnicodeError):
        try:
            text = json.dumps({**header("index", VERSION), "files": files})
            scratch.write_text(text, "utf-8")
            os.replace(scratch, folder / NAME)
        finally:
            scratch.unlink(missing_ok=True)


def _row(entry: Entry) -> dict[str, Any]:
    run = None
    if entry.run is not None:
        run = dataclasses.asdict(entry.run)
        del run["path"]
    return {"stamp": entry.stamp, "run": run, "problem": entry.problem}


def _entry(path: Path, row: dict[str, Any]) -> Entry:
    stamp, run = tuple(map(int, row["stamp"])), row["run"]
    if run is None:
        return Entry(stamp, None, str(row["problem"]))
    info = RunInfo(
        **run
        | {
            "path": str(path),
            "request": RunRequest.from_dict(run["request"]),
            "sources": tuple(run["sources"]),
        }
    )
    check_info(info)
    return Entry(stamp, info)

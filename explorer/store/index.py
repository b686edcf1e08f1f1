"""What was found when each run file was first seen, so that it is opened and checked
once.

The index lies beside the runs, is derived from them, and is safe to delete; a folder
that cannot be written does without.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core import access
from explorer.core.disk import read_table, replacing
from explorer.core.errors import InputError
from explorer.core.header import header
from explorer.core.plan import plan_from
from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.store.run.check import check_info

NAME = ".index.json"
VERSION = 5
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
    lasting: bool = True
    """False for a file that may be read another time: it is looked at again after the
    next start.
    """


def stamp_of(path: Path) -> Stamp | None:
    """Of the file that a link leads to, else of the link; None when neither is
    there.
    """
    try:
        stat = path.stat()
    except OSError:
        try:
            stat = path.lstat()
        except OSError:
            return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def load_index(folder: Path) -> dict[Path, Entry]:
    """The entries of a folder; none where the index is missing, damaged or of another
    version.
    """
    path = folder / NAME
    try:
        table = read_table(path, _LARGEST)
        if {**header("index", VERSION), "files": table["files"]} != table:
            return {}
        return {folder / name: _entry(folder / name, row) for name, row in table["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, InputError):
        return {}


def save_index(folder: Path, entries: dict[Path, Entry]) -> None:
    """Write the entries in one piece; what cannot be written is found again
    next time. A read-only server writes none.
    """
    if access.frozen():
        return
    files = {path.name: _row(entry) for path, entry in entries.items() if entry.lasting}
    text = json.dumps({**header("index", VERSION), "files": files})
    with contextlib.suppress(OSError), replacing(folder / NAME) as scratch:
        scratch.write_text(text, "utf-8")


def _row(entry: Entry) -> dict[str, Any]:
    run = None
    if entry.run is not None:
        run = dataclasses.asdict(entry.run)
        run["plan"] = None if entry.run.plan is None else entry.run.plan.to_table()
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
            "plan": None if run["plan"] is None else plan_from(run["plan"]),
        }
    )
    check_info(info)
    return Entry(stamp, info)

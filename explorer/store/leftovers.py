"""What extractions that were killed or set aside have left in a folder of runs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from explorer.core.disk import name_of
from explorer.core.errors import RunFileError
from explorer.core.text import size
from explorer.store.connect import attach, homes, is_locked, memory
from explorer.store.files import PARTIAL, remove

_BEHIND_ID = re.compile(rf"(\.shard-\d+-of-\d+)?(\.finishing)?{re.escape(PARTIAL)}$")
_SET_ASIDE = re.compile(r"(?P<run>[0-9a-f]{16})(\.shard-\d+-of-\d+)?\.broken-\d+")


@dataclass(frozen=True)
class Leftover:
    """A file that is no finished run; `superfluous` when its run is there, finished."""

    path: Path
    what: str
    superfluous: bool = False


def leftovers(folder: Path, finished: Collection[str]) -> list[Leftover]:
    """The files of a folder that belong to no finished run file, and what each is.

    finished: ids of the runs that lie there under their own name.
    """
    found = []
    for path in sorted(folder.glob(f"*{PARTIAL}")):
        run_id = _BEHIND_ID.sub("", path.name)
        if run_id in finished:
            found.append(Leftover(path, _told(path, "is left of a run that is finished"), True))
        else:
            resume = "is an unfinished extraction: ask for the same run to resume it"
            found.append(Leftover(path, _told(path, resume)))
    for path in sorted(folder.glob("*.broken-*")):
        if _SET_ASIDE.fullmatch(path.name):
            aside = "was set aside since it could not be read or resumed: delete it when you like"
            found.append(Leftover(path, _told(path, aside)))
    return found


def sweep(folder: Path, finished: Collection[str]) -> list[Path]:
    """Remove what is left of finished runs, unless a process holds it; returns what
    was.
    """
    removed = []
    for leftover in leftovers(folder, finished):
        if leftover.superfluous and not _in_use(leftover.path):
            with contextlib.suppress(OSError):
                remove(leftover.path)
                removed.append(leftover.path)
    return removed


def _told(path: Path, what: str) -> str:
    try:
        return f"{name_of(path)} ({size(path.stat().st_size)}) {what}."
    except OSError:
        return f"{name_of(path)} {what}."


def _in_use(path: Path) -> bool:
    with contextlib.closing(memory(*homes([path]))) as con:
        try:
            attach(con, path, "leftover", read_only=False)
        except duckdb.Error as error:
            return is_locked(error)
        except RunFileError:
            return False
    return False

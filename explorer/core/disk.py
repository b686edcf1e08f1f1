"""Files that anyone may have put there, read in bounded time and memory; files of ours,
seen whole or not at all.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from explorer.core import machine
from explorer.core.errors import InputError
from explorer.core.text import size

DEEPEST = 100
"""Tables and lists within each other that JSON of ours may have."""
LARGEST = 16_000_000
"""Bytes of a JSON file, unless its reader says otherwise."""
_STALE = 24 * 3600.0
_MACHINE = hashlib.sha256(f"{machine.name()} {uuid.getnode():x}".encode()).hexdigest()[:12]
"""Folders may be shared by machines, each with processes of its own."""
_GROWN = 1 << 16
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def name_of(path: Path) -> str:
    """The name of a file as people can read it, whatever bytes it is made of."""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


UNREADABLE = "a file that this user may not read"
"""What `strange` says of a file without the right to read it."""
LET_READ = "Let this user read it."


def strange(path: Path) -> str:
    """What stands at a path in place of a readable file, such as “a pipe”; "" for a
    readable file.

    Opens nothing that could wait.
    """
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "a link that leads back to itself"
        if path.is_symlink():
            return "a link that leads to no file"
        return f"a file that cannot be reached ({error.strerror})"
    if kind != stat.S_IFREG:
        return _KINDS.get(kind, "no regular file")
    return "" if os.access(path, os.R_OK) else UNREADABLE


def check_regular(path: Path) -> None:
    """Raise InputError unless a file that can be read is where a user says."""
    if not os.path.lexists(path):
        raise InputError(f"There is no file {path} that can be read.", "Give its full path.")
    if what := strange(path):
        hint = LET_READ if what == UNREADABLE else "Give another file."
        raise InputError(f"{name_of(path)} is {what}, expected a file.", hint)


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a regular file. Raises InputError for anything else, or when it
    has more than `largest` bytes; OSError when there is none.
    """
    os.stat(path, follow_symlinks=False)
    if what := strange(path):
        raise InputError(f"{name_of(path)} is {what}, expected a file.", "Remove it.")
    # Whatever came in its place since then is not waited for either.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as stream:
        # A reader takes the memory that it is asked for, whatever the file has.
        content = stream.read(min(largest, os.fstat(handle).st_size + _GROWN) + 1)
    if len(content) > largest:
        raise InputError(
            f"{name_of(path)} is too large: got more than {size(largest)}.", "Remove it."
        )
    return content


def read_text(path: Path, largest: int = LARGEST) -> str:
    """The text of a file that a user names. Raises InputError where there is none, and
    as `read_bytes` does.
    """
    try:
        return read_bytes(path, largest).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name_of(path)} is no text in UTF-8.", "Save it as UTF-8.") from error
    except OSError as error:
        why = error.strerror or error
        raise InputError(
            f"There is no file {path} that can be read: {why}.", "Give its full path."
        ) from error


def read_table(path: Path, largest: int = LARGEST) -> dict[str, Any]:
    """The JSON object that a file holds. Raises InputError and OSError as `read_bytes`
    and `parse_table` do.
    """
    try:
        return parse_table(read_bytes(path, largest).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{name_of(path)} is no text in UTF-8.") from error


def parse_table(text: str | bytes) -> dict[str, Any]:
    """As `parse_json`, for an object."""
    table = parse_json(text)
    if not isinstance(table, dict):
        raise InputError(f"This is no table but {repr(table)[:60]}.")
    return table


def parse_json(text: str | bytes) -> Any:
    """What a JSON text says. Raises InputError where it is none, nests deeper than
    `DEEPEST`, or holds text that cannot be shown.
    """
    try:
        found = json.loads(text)
        # Half of a pair of code units is no character: no page could show it.
        if "\\ud" in (text if isinstance(text, str) else text.decode("utf-8")).lower():
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise InputError(f"This is not JSON that can be read: {error}.") from error
    if is_deep(found):
        raise InputError(f"This JSON nests deeper than {DEEPEST} levels.")
    return found


def is_deep(found: object) -> bool:
    """Whether tables and lists nest deeper than `DEEPEST`."""
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return False
    return True


def _within(value: object) -> list[object]:
    if isinstance(value, dict):
        return [inner for inner in value.values() if isinstance(inner, (dict, list))]
    if isinstance(value, list):
        return [inner for inner in value if isinstance(inner, (dict, list))]
    return []


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A place to write at, which becomes `path` in one piece when nothing went wrong.

    The file is as readable as the umask says. What a killed process left of the same
    file goes with the next write, after a day where it was one of another machine.
    Raises OSError.
    """
    start = f".{path.name.lstrip('.')}."
    _remove_stale(path.parent, start)
    mark = f"{_MACHINE}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    scratch = path.with_name(f"{start}{mark}.tmp")
    try:
        yield scratch
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _remove_stale(folder: Path, start: str) -> None:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(start) and entry.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    if _is_abandoned(entry, entry.name.removeprefix(start)):
                        os.unlink(entry.path)


def _is_abandoned(entry: os.DirEntry[str], mark: str) -> bool:
    machine, _, writer = mark.partition("-")
    pid = writer.partition("-")[0]
    if machine == _MACHINE and re.fullmatch("[0-9]{1,9}", pid) and not psutil.pid_exists(int(pid)):
        return True
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE

"""Locks between processes: files that the operating system frees with their process,
or, where a file system keeps such locks to one machine, files that are there or not.
"""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from explorer.core.errors import ResourceError

PATIENCE_S, SILENT_S = 600.0, 5.0
"""How long another process is waited for, and how long without a word."""
MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = ("nfs", "nfs4", "lustre")
_BLIND = {"nolock", "local_lock=all", "local_lock=flock", "localflock"}

# It does what is possible then; a line of the library's code helps no user.
warnings.filterwarnings("ignore", "flock not supported", UserWarning)


class Held(ResourceError):
    """Another process has the lock."""


@contextlib.contextmanager
def locked(
    path: Path, patience: float | None = None, tell: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock at a path; patience: seconds to wait for it, PATIENCE_S when None.

    Raises Held after that. A file system without locks, or whose locks other machines
    do not see, is made do with as far as possible; raises ResourceError where it is
    not.
    """
    patience = PATIENCE_S if patience is None else patience
    with contextlib.ExitStack() as stack:
        try:
            lock = _lock(path)
            try:
                stack.enter_context(lock.acquire(timeout=min(patience, SILENT_S)))
            except Timeout:
                if patience <= SILENT_S:
                    raise
                tell(f"Waiting for another process to let go of {path}")
                stack.enter_context(lock.acquire(timeout=patience - SILENT_S))
        except Timeout as error:
            raise Held(
                f"{path} is held by {_holder(path)}.",
                "Wait for it, or stop it; delete the file if there is none, as after a crash on a "
                "file system without locks.",
            ) from error
        except OSError as error:
            raise ResourceError(
                f"{path} cannot be locked: {error.strerror or error}.",
                "Make the folder writable, or point EXPERT_EXPLORER_CACHE and "
                "EXPERT_EXPLORER_DOWNLOADS to a disk with locks.",
            ) from error
        yield


def _lock(path: Path) -> BaseFileLock:
    # Whoever may write into the folder may take the locks in it, whatever the umask.
    mode = path.parent.stat().st_mode & 0o666 | 0o600
    kind = SoftFileLock if _is_blind(path.parent.resolve()) else FileLock
    return kind(path, mode=mode)


def _holder(path: Path) -> str:
    """Who has a lock, as far as its file says: a process and its machine, each a
    line.
    """
    with contextlib.suppress(OSError, UnicodeDecodeError):
        pid, host, *_ = [*path.read_text("utf-8")[:300].split("\n"), "", ""]
        if pid.isdigit() and host.isprintable() and host:
            return f"process {pid} of {host}"
    return "another process"


@functools.lru_cache(maxsize=256)
def _is_blind(folder: Path) -> bool:
    """Whether the locks of a folder's file system are kept to this machine, while
    others share its files: a mount option of NFS and Lustre.
    """
    for mount, options in _shared_mounts():
        if folder == mount or mount in folder.parents:
            return bool(options & _BLIND)
    return False


def _shared_mounts() -> list[tuple[Path, set[str]]]:
    """Mount points of network file systems, the innermost first, with their options."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, source = before.split(" "), after.split(" ")
        if len(fields) > 5 and len(source) > 2 and source[0] in _NETWORK:
            mount = Path(fields[4].replace("\\040", " "))
            found.append((mount, set(f"{fields[5]},{source[2]}".split(","))))
    return sorted(found, key=lambda row: len(row[0].parts), reverse=True)

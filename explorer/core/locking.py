"""Locks between processes: files that the operating system frees with their process."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from explorer.core.errors import ResourceError

PATIENCE_S, SILENT_S = 600.0, 5.0
"""How long another process is waited for, and how long without a word."""

# It does what is possible then; a line of the library's code helps no user.
warnings.filterwarnings("ignore", "flock not supported", UserWarning)


class Held(ResourceError):
    """Another process has the lock."""


@contextlib.contextmanager
def locked(
    path: Path, patience: float | None = None, tell: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock at a path; patience: seconds to wait for it, PATIENCE_S when None.

    Raises Held after that. A file system without locks is made do with as far as
    possible; raises ResourceError where it is not.
    """
    lock, patience = FileLock(path), PATIENCE_S if patience is None else patience
    with contextlib.ExitStack() as stack:
        try:
            try:
                stack.enter_context(lock.acquire(timeout=min(patience, SILENT_S)))
            except Timeout:
                if patience <= SILENT_S:
                    raise
                tell(f"Waiting for another process to let go of {path}")
                stack.enter_context(lock.acquire(timeout=patience - SILENT_S))
        except Timeout as error:
            raise Held(
                f"{path} is held by another process.",
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

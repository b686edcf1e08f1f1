"""The locks of jobs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from explorer.core import settings
from explorer.core.locking import locked


@contextlib.contextmanager
def lock(name: str, timeout: float | None = None) -> Iterator[None]:
    """Hold a lock that the operating system frees when this process dies. Raises what
    `locked` raises.
    """
    path = lock_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path, timeout):
        yield


def lock_path(name: str) -> Path:
    """Where a lock lies: outside the job's folder, so that a forgotten job does not
    pull the lock from under anyone.
    """
    return settings.jobs_dir() / ".locks" / f"{name}.lock"

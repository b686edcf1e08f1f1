"""Worker processes: each does the work of one job and outlives whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys

from explorer.core import settings
from explorer.jobs.folder import JobFolder

children: list[subprocess.Popen[bytes]] = []
"""The workers that this process has started."""


def start(folder: JobFolder) -> None:
    """Start a detached worker for a job; it inherits the environment, keys included."""
    environment = {
        **os.environ,
        "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve()),
        "PYTHONUNBUFFERED": "1",
    }
    with folder.open_log() as log:
        # A session of its own: the worker outlives the server, and Ctrl-C there does
        # not reach it.
        child = subprocess.Popen(
            (sys.executable, "-m", "explorer", "worker", folder.id),
            cwd=settings.PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    children.append(child)
    folder.claim(child.pid)


def reap() -> None:
    """Let go of the workers that have ended: each stays a zombie until it is asked for
    its exit status.
    """
    children[:] = [child for child in children if child.poll() is None]

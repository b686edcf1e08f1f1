"""Processes forked from one that has imported everything already, which takes two to
five seconds where a process starts anew.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess

from explorer.core import settings
from explorer.jobs import workers
from explorer.jobs.folder import JobFolder

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "explorer.cli",
        "explorer.jobs.kinds",
        "explorer.models.checkpoints",
        "explorer.extract.engine",
        "lemminflect",
        "tests.support.fake_engine",
    ]
)


class Child:
    """As much of `subprocess.Popen` as is asked of a worker."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code when it has ended."""
        self._process.join(timeout)
        return self._process.exitcode


def start_worker(folder: JobFolder) -> None:
    """As `workers.start`, with the fake engine."""
    environment = {**os.environ, "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve())}
    folder.open_log().close()
    process = CONTEXT.Process(
        target=_work, args=(folder.id, str(folder.log), environment), daemon=True
    )
    process.start()
    assert process.pid is not None
    workers.children.append(Child(process))  # type: ignore[arg-type]
    folder.claim(process.pid)


def silence(path: str) -> None:
    """Send what this process prints to a file."""
    sink = os.open(path, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(sink, stream)


def take_fake_engine() -> None:
    """Put the fake engine in the place of the real one."""
    from tests.support import fake_engine

    sys.modules["explorer.extract.engine"] = fake_engine


def _work(job_id: str, log: str, environment: Mapping[str, str]) -> None:
    os.setsid()
    os.chdir(settings.PROJECT)
    silence(log)
    os.environ.clear()
    os.environ.update(environment)
    take_fake_engine()
    from explorer import cli

    sys.exit(cli.main(("worker", job_id)))

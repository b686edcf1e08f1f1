"""Keeps jobs alive across restarts of the dashboard; workers are processes of their
own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.jobs import heartbeat, kinds, queue
from explorer.jobs.folder import JobFolder

MAX_RESTARTS = 3
_LOG = logging.getLogger("explorer")


def start() -> list[str]:
    """Restart the jobs whose worker has died, each at most three times, and remove what
    they left behind; returns their ids. What goes wrong is logged: the server starts
    anyway. A read-only server leaves all as it is.
    """
    if access.frozen():
        return []
    _tidy()
    restarted, doubtful = _take_up()
    if doubtful:
        threading.Thread(target=_watch, args=(doubtful,), daemon=True).start()
    return restarted


def _watch(doubtful: Collection[str]) -> None:
    """Take up the jobs whose workers on other machines show no sign of life: only time
    can tell, since a pid of theirs says nothing here.
    """
    end = time.monotonic() + 2 * heartbeat.SILENT_S
    while doubtful and time.monotonic() < end:
        time.sleep(heartbeat.EVERY_S)
        _, doubtful = _take_up(doubtful)


def _take_up(among: Collection[str] | None = None) -> tuple[list[str], list[str]]:
    """Restart what was interrupted, and say which jobs other machines work on."""
    restarted = []
    try:
        jobs = [job for job in reversed(queue.jobs()) if among is None or job.id in among]
    except (ExplorerError, OSError) as error:
        _LOG.warning("No job was taken up again: %s", error)
        return [], []
    for job in jobs:
        if job.state != "interrupted":
            continue
        try:
            if job.restarts >= MAX_RESTARTS:
                _give_up(job)
            else:
                queue.restart(job.id)
                restarted.append(job.id)
        except (ExplorerError, OSError) as error:
            JobFolder(job.id).write_log(f"Could not be restarted: {error}")
    return restarted, [job.id for job in jobs if job.active and job.is_elsewhere]


def stop() -> None:
    """Leave the workers alone: they go on, and the next start finds them."""


def _tidy() -> None:
    try:
        for path in [path for kind in kinds.all_kinds() for path in kind.tidy()]:
            _LOG.info("Removed %s: nobody needs it any more.", path.name)
    except (ExplorerError, OSError) as error:
        _LOG.warning("What killed jobs left was not looked for: %s", error)


def _give_up(job: queue.Job) -> None:
    folder = JobFolder(job.id)
    folder.write_progress(
        **{
            **folder.progress(),
            "state": "failed",
            "eta_s": None,
            "message": "Failed",
            "error": f"The worker stopped {MAX_RESTARTS + 1} times without saying why.",
            "hint": "It may have run out of memory: lower N⁻ or choose a smaller model, then "
            "resume.",
        }
    )

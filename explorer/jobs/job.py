"""A job as its files tell it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.core import settings
from explorer.core.request import RunRequest
from explorer.jobs.folder import JobFolder, now

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
ACTIVE: tuple[State, ...] = ("queued", "running")
_START_GRACE = 10.0
"""Seconds a fresh job may be without a worker before it counts as interrupted."""


@dataclass(frozen=True)
class Job:
    """An extraction job as it stands. `done` of `total` count the units of the stage
    (see Progress).
    """

    id: str
    request: RunRequest
    state: State
    stage: str
    done: int
    total: int
    eta_s: float | None
    message: str
    error: str
    hint: str
    log: Path
    created: datetime.datetime
    updated: datetime.datetime
    restarts: int = 0
    also: tuple[RunRequest, ...] = ()
    """More runs of the same job."""

    @property
    def active(self) -> bool:
        """Whether a worker has it or is about to."""
        return self.state in ACTIVE


def read_job(folder: JobFolder) -> Job | None:
    """The job of a folder, with `interrupted` for one whose worker has died; None when
    unreadable.
    """
    order = folder.order()
    if order is None:
        return None
    found = folder.progress()
    updated = (
        datetime.datetime.fromisoformat(found["updated"]) if "updated" in found else order.created
    )
    state: State = found.get("state", "queued")
    message = found.get("message", "")
    fresh = (now() - updated).total_seconds() < _START_GRACE and state == "queued"
    if state in ACTIVE and folder.worker_pid() is None and not fresh:
        # It may have died between publishing the run and saying so.
        asked = (order.request, *order.also)
        published = all((settings.runs_dir() / f"{one.id}.duckdb").exists() for one in asked)
        state = "done" if published else "interrupted"
        message = "Finished" if published else "The worker has stopped; finished concepts are kept"
    return Job(
        id=order.request.id,
        request=order.request,
        state=state,
        stage=found.get("stage", ""),
        done=found.get("done", 0),
        total=found.get("total", 0),
        eta_s=found.get("eta_s") if state in ACTIVE else None,
        message=message,
        error=found.get("error", ""),
        hint=found.get("hint", ""),
        log=folder.log,
        created=order.created,
        updated=updated,
        restarts=order.restarts,
        also=order.also,
    )


def from_run(request: RunRequest, path: Path) -> Job:
    """The done job that stands for a run file which is there already."""
    n, log = len(request.concepts), JobFolder(request.id).log
    when = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    return Job(
        request.id, request, "done", "done", n, n, None, "The run exists", "", "", log, when, when
    )

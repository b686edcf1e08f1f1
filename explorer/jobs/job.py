"""A job as its files tell it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from explorer.core import machine
from explorer.core.errors import ExplorerError
from explorer.core.place import LOCAL, Place
from explorer.jobs import heartbeat
from explorer.jobs.executors import standing_of, where_was
from explorer.jobs.executors.executor import GONE, Standing
from explorer.jobs.folder import JobFolder, now
from explorer.jobs.kind import Kind
from explorer.jobs.locks import lock
from explorer.jobs.order import Order, Unreadable
from explorer.jobs.progress import DONE

State = Literal[
    "queued", "running", "done", "failed", "cancelled", "interrupted", "damaged", "unknown"
]
ACTIVE: tuple[State, ...] = ("queued", "running")
STOPPED: tuple[State, ...] = ("failed", "cancelled", "interrupted")
"""What can be resumed."""
_MOST = 10**12
"""What a count or a time of a job stays below; what does not makes no sense."""
_START_GRACE = 10.0
"""Seconds a fresh job may be without a worker before it counts as interrupted."""


@dataclass(frozen=True)
class Job:
    """A job as it stands. `done` of `total` count what the stage counts."""

    id: str
    kind: Kind[Any] | None
    """None when the order is unreadable: the state is then damaged or unknown."""
    request: Any
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
    person: str = ""
    """Who asked; "" where nobody logs in."""
    place: Place = LOCAL
    where: str = ""
    """Where it runs, in a few words; "" for this machine."""

    @property
    def active(self) -> bool:
        """Whether a worker has it or is about to."""
        return self.state in ACTIVE

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return self.kind.title(self.request) if self.kind else f"Job {self.id}"

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return self.kind.summary(self.request) if self.kind else self.error

    @property
    def exclusive(self) -> bool:
        """Whether it needs the machine to itself."""
        return self.kind is not None and self.kind.exclusive(self.request)

    @property
    def is_elsewhere(self) -> bool:
        """Whether another machine works on it, and no scheduler watches over it."""
        return bool(self.where) and self.place.is_local

    @property
    def takes_turns(self) -> bool:
        """Whether it is active, needs a machine to itself, and that is this one."""
        return self.active and self.exclusive and self.place.is_local and not self.where

    @property
    def kept(self) -> str:
        """What a stopped job has done already, such as "3 of 12 concepts"; empty when
        nothing is counted.
        """
        counted = self.kind.counted.get(self.stage) if self.kind else None
        return f"{self.done} of {self.total} {counted}" if counted and self.total else ""


def read_job(folder: JobFolder) -> Job | None:
    """The job of a folder, with `interrupted` for one whose worker has died; None when
    there is none.
    """
    order = folder.order()
    if order is None:
        return None
    if isinstance(order, Unreadable):
        return _unreadable(folder, order)
    fields, where = _seen(folder, order, folder.progress())
    state: State = fields["state"]
    return Job(
        id=folder.id,
        kind=order.kind,
        request=order.request,
        state=state,
        stage=str(fields.get("stage", "")),
        done=_whole(fields.get("done")),
        total=_whole(fields.get("total")),
        eta_s=_seconds(fields.get("eta_s")) if state in ACTIVE else None,
        message=str(fields.get("message", "")),
        error=str(fields.get("error", "")),
        hint=str(fields.get("hint", "")),
        log=folder.log,
        created=order.created,
        updated=_moment(fields.get("updated"), order.created),
        restarts=order.restarts,
        person=order.person,
        place=order.place,
        where=where,
    )


def finished_job(kind: Kind[Any], request: Any, job_id: str) -> Job:
    """The done job that stands for a product which is there already."""
    log, when = JobFolder(job_id).log, now()
    return Job(
        job_id, kind, request, "done", DONE, 0, 0, None, "It exists", "", "", log, when, when
    )


def _seen(folder: JobFolder, order: Order, fields: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What the job says of itself, corrected by how its worker stands; where it is."""
    told = fields.get("state", "queued")
    state: State = told if told in get_args(State) else "interrupted"
    if state not in ACTIVE:
        return {**fields, "state": state}, where_was(folder)
    standing = standing_of(folder)
    fresh = standing == GONE and state == "queued" and _is_fresh(folder, order, fields)
    if standing.there or fresh:
        waits = {"state": "queued", "message": standing.waiting} if standing.waiting else {}
        return {**fields, "state": state, **waits}, standing.where
    if (later := folder.progress()) != fields:
        # It has said how it ended since.
        return _seen(folder, order, later)
    return _after_the_end(folder, order, fields, standing), standing.where


def _after_the_end(
    folder: JobFolder, order: Order, fields: Mapping[str, Any], standing: Standing
) -> dict[str, Any]:
    # The worker may have died between publishing the product and saying so.
    with contextlib.suppress(ExplorerError, OSError, ValueError):
        if order.kind.finished(order.request):
            return {**fields, "state": "done", "message": "Finished"}
    what = standing.message or "The worker has stopped"
    end = {"state": standing.end, "message": f"{what}; {order.kind.kept}", "eta_s": None}
    if standing.message:
        end |= {"error": f"{what}.", "hint": standing.hint}
    if standing.lasting:
        _write_down(folder, fields, end)
    return {**fields, **end}


def _is_fresh(folder: JobFolder, order: Order, fields: Mapping[str, Any]) -> bool:
    """Whether a job was begun so recently that its worker cannot have said so yet."""
    if fields.get("host", machine.name()) == machine.name():
        moment = _moment(fields.get("updated"), order.created)
        return abs((now() - moment).total_seconds()) < _START_GRACE
    # The clock of another machine says nothing here.
    return not heartbeat.unchanged(folder.path, fields.get("updated"), _START_GRACE)


def _write_down(folder: JobFolder, fields: Mapping[str, Any], end: Mapping[str, Any]) -> None:
    """Record what became of a worker, unless it is started again or has spoken."""
    claim = folder.claimed()
    with contextlib.suppress(OSError, ExplorerError), lock(f"{folder.id}.submit", timeout=0):
        if (folder.claimed(), folder.progress()) == (claim, fields):
            folder.write_progress(**{**fields, **end})


def _unreadable(folder: JobFolder, order: Unreadable) -> Job:
    return Job(
        id=folder.id,
        kind=None,
        request=None,
        state=order.state,
        stage="",
        done=0,
        total=0,
        eta_s=None,
        message=order.what,
        error=order.what,
        hint=order.hint,
        log=folder.log,
        created=order.created,
        updated=order.created,
    )


def _moment(text: object, otherwise: datetime.datetime) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise


def _whole(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < _MOST else 0


def _seconds(value: object) -> float | None:
    good = isinstance(value, (int, float)) and 0 <= value < _MOST
    return float(value) if good else None  # type: ignore[arg-type]

"""Jobs: submit, watch, cancel, resume. State lives in files, so any process may ask."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from explorer.core import access
from explorer.core.errors import ExplorerError, InputError, ResourceError
from explorer.core.place import Place
from explorer.jobs import executors, kinds, limits, workers
from explorer.jobs.folder import JobFolder, all_folders, now
from explorer.jobs.job import STOPPED, Job, finished_job, read_job
from explorer.jobs.kind import Kind, Outcome
from explorer.jobs.locks import lock
from explorer.jobs.order import Order
from explorer.jobs.starting import begin

__all__ = [
    "Job",
    "cancel",
    "forget",
    "get",
    "jobs",
    "log_tail",
    "look_up",
    "outcomes",
    "restart",
    "resume",
    "submit",
]
Request = TypeVar("Request")


def submit(
    kind: Kind[Request],
    request: Request,
    *,
    parents: Sequence[str] = (),
    start: bool = True,
    place: Place | None = None,
) -> Job:
    """Make sure that what is asked for exists or is on its way.

    What is finished gives a done job without work, what is in progress is joined, what
    has stopped is resumed. With `start` false the caller does the work (`worker.work`),
    unless its place is not this machine. `place`: where it runs, None for the usual.
    `parents`: ids of the jobs that it came from. Raises ExplorerError for a request
    that cannot be carried out, or not there, AccessError where whoever asks may start
    none.
    """
    person = access.check()
    place = executors.usual_place(kind, request) if place is None else place
    request = kind.checked(request)
    folder = JobFolder(kind.identity(request))
    with _changing(folder):
        job = read_job(folder)
        if job is not None and job.active:
            return job
        if kind.finished(request):
            return _done(folder, kind, request, job)
        executors.check(place)
        # A part was let in with the whole.
        with limits.room(kind, request, None if parents else person, jobs):
            order = Order(kind, request, now(), 0, tuple(parents), person.name, place)
            begin(folder, order, start)
    return _known(folder.id)[1]


def jobs() -> list[Job]:
    """Every job, newest first, those whose order cannot be read included."""
    workers.reap()
    readable = [job for job in map(read_job, all_folders()) if job is not None]
    return sorted(readable, key=lambda job: job.created, reverse=True)


def get(job_id: str) -> Job | None:
    """The job of this id; None when it was never submitted."""
    workers.reap()
    return read_job(JobFolder(job_id))


def look_up(job_id: str) -> Job | None:
    """As `get`, or a done job that stands for a product which is there under this id,
    such as a run. Starts and writes nothing.
    """
    if job := get(job_id):
        return job
    for kind in kinds.all_kinds():
        request = kind.published(job_id)
        if request is not None:
            return finished_job(kind, request, job_id)
    return None


def outcomes(job_id: str) -> list[Outcome]:
    """What became of the parts of a job so far; empty for a job that has none."""
    return JobFolder(job_id).outcomes()


def cancel(job_id: str) -> None:
    """Ask the worker to stop at the next good moment; what is committed is kept. One
    that a scheduler has not started, or that is asked again, is ended there. Raises
    AccessError, as everything here that changes a job.
    """
    access.check()
    folder, job = _known(job_id)
    if job.state == "done":
        raise InputError("The job is finished already.", "Delete what it made, if you want.")
    _refuse_unreadable(job)
    with _writing(folder):
        again = folder.cancel_flag.exists()
        folder.cancel_flag.touch()
        standing = executors.standing_of(folder)
        ended = not standing.there
        if standing.there and (standing.waiting or again):
            ended = executors.stop(folder)
        if ended and job.state not in ("failed", "cancelled"):
            stopped = {"state": "cancelled", "message": "Cancelled", "eta_s": None}
            folder.write_progress(**{**folder.progress(), **stopped})


def resume(job_id: str) -> Job:
    """Start a job again that was cancelled, failed or interrupted; it goes on where it
    stopped.
    """
    return _start_again(job_id, restarts=0)


def restart(job_id: str) -> Job:
    """Like `resume`, for the supervisor: counts how often it was done without anyone
    asking.
    """
    return _start_again(job_id, restarts=_known(job_id)[1].restarts + 1)


def forget(job_id: str) -> None:
    """Remove a job that is not active, its log and what it has begun; what is finished
    stays. Of an unreadable job its folder alone is removed.
    """
    access.check()
    folder, job = _known(job_id)
    if job.active or (job.kind is None and executors.standing_of(folder).there):
        raise InputError("The job is still going on.", "Cancel it first.")
    with _changing(folder):
        if job.kind is not None:
            # One that can no longer say what it has begun is removed all the same.
            with contextlib.suppress(ExplorerError):
                job.kind.discard(job.request)
        if folder.path.is_symlink():
            folder.path.unlink()
        else:
            shutil.rmtree(folder.path, ignore_errors=True)


def log_tail(job_id: str, lines: int = 200) -> str:
    """The last lines of a job's log; empty when there is none."""
    text = JobFolder(job_id).log_tail(400 * lines)
    return "\n".join(text.splitlines()[-lines:])


def _done(folder: JobFolder, kind: Kind[Request], request: Request, job: Job | None) -> Job:
    """The done job of what is there; one that had stopped before is told to be done."""
    if job is None or job.kind is None:
        return finished_job(kind, request, folder.id)
    if job.state != "done":
        done = {"state": "done", "message": "Finished", "error": "", "hint": ""}
        folder.write_progress(**{**folder.progress(), **done})
    return _known(folder.id)[1]


def _start_again(job_id: str, restarts: int) -> Job:
    person = access.check()
    folder, job = _known(job_id)
    _refuse_unreadable(job)
    with _changing(folder):
        job, order = _known(job_id)[1], folder.order()
        if isinstance(order, Order) and job.state in STOPPED:
            # The supervisor goes on with what was let in already.
            asks = None if restarts else person
            with limits.room(order.kind, order.request, asks, jobs):
                name = person.name or order.person
                begin(folder, replace(order, restarts=restarts, person=name), start=True)
    return _known(job_id)[1]


def _known(job_id: str) -> tuple[JobFolder, Job]:
    folder = JobFolder(job_id)
    job = read_job(folder)
    if job is None:
        raise InputError(f"There is no job “{job_id}”.", "See `status` for the jobs there are.")
    return folder, job


def _refuse_unreadable(job: Job) -> None:
    if job.kind is None:
        raise InputError(job.error, job.hint)


@contextlib.contextmanager
def _changing(folder: JobFolder) -> Iterator[None]:
    with _writing(folder), lock(f"{folder.id}.submit"):
        yield


@contextlib.contextmanager
def _writing(folder: JobFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResourceError(
            f"{folder.path} could not be written: {error.strerror}.",
            "Check the disk space and the folder's rights.",
        ) from error

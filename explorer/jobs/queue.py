"""Extraction jobs: submit, watch, cancel, resume. State lives in files, so any process
may ask.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from explorer.core import settings
from explorer.core.errors import InputError, ResourceError
from explorer.core.request import RunRequest
from explorer.jobs.folder import (
    DEFAULT_HUMAN,
    JobFolder,
    Order,
    all_folders,
    lock,
    now,
    worker_command,
)
from explorer.jobs.job import Job, from_run, read_job
from explorer.probes import human as human_data
from explorer.store import files, library

__all__ = [
    "Job",
    "cancel",
    "check_human",
    "forget",
    "get",
    "jobs",
    "log_tail",
    "restart",
    "resume",
    "submit",
]
_children: list[subprocess.Popen[bytes]] = []


def submit(
    request: RunRequest,
    *,
    also: Sequence[RunRequest] = (),
    human: Sequence[str] = DEFAULT_HUMAN,
    start: bool = True,
) -> Job:
    """Make sure that the run exists or is on its way.

    A finished run gives a done job without work, one in progress is joined, a stopped
    one resumed. `also`: more runs to make, one after the other or in the same pass.
    `human`: keys of published data sets and paths of CSV files. With `start` false the
    caller does the work (`worker.work`). Raises InputError for unusable human data.
    """
    check_human(human)
    folder = JobFolder(request.id)
    with _writing(folder), lock(f"{request.id}.submit"):
        job = get(request.id)
        if job is not None and job.active:
            return job
        if found := library.find(settings.runs_dir(), request.id):
            return replace(from_run(request, found), created=job.created if job else now())
        folder.write_order(Order(request, tuple(map(_absolute, human)), now(), also=tuple(also)))
        _reset(folder)
        if start:
            _start(folder, request.id)
        return read_job(folder) or from_run(request, Path())


def jobs() -> list[Job]:
    """Every job, newest first."""
    _reap()
    found = [job for job in map(read_job, all_folders()) if job is not None]
    return sorted(found, key=lambda job: job.created, reverse=True)


def get(run_id: str) -> Job | None:
    """The job of a run; None when it was never submitted."""
    _reap()
    return read_job(JobFolder(run_id))


def cancel(run_id: str) -> None:
    """Ask the worker to stop after its current batch; committed concepts are kept."""
    folder, job = _known(run_id)
    if job.state == "done":
        raise InputError(
            "The extraction is finished already.", "Delete its run if you do not want it."
        )
    with _writing(folder):
        folder.cancel_flag.touch()
        if folder.worker_pid() is None and job.state not in ("failed", "cancelled"):
            folder.write_progress(
                **{**folder.progress(), "state": "cancelled", "message": "Cancelled", "eta_s": None}
            )


def resume(run_id: str) -> Job:
    """Start a job again that was cancelled, failed or interrupted; it goes on where it
    stopped.
    """
    return _resume(run_id, restarts=0)


def restart(run_id: str) -> Job:
    """Like `resume`, for the supervisor: counts how often it was done without anyone
    asking.
    """
    _, job = _known(run_id)
    return _resume(run_id, restarts=job.restarts + 1)


def forget(run_id: str) -> None:
    """Remove a job that is not active, its log and what it had extracted unless that is
    finished.
    """
    folder, job = _known(run_id)
    if job.active:
        raise InputError("The extraction is still going on.", "Cancel it first.")
    with lock(f"{run_id}.submit"):
        order = folder.order()
        for request in (order.request, *order.also) if order else ():
            files.discard_partial(settings.runs_dir(), request.id)
        shutil.rmtree(folder.path, ignore_errors=True)


def log_tail(run_id: str, lines: int = 200) -> str:
    """The last lines of a job's log; empty when there is none."""
    try:
        with JobFolder(run_id).log.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 400 * lines))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def ahead_of(run_id: str) -> int:
    """How many active jobs were submitted before this one."""
    active = sorted(
        (job for job in jobs() if job.active or job.id == run_id),
        key=lambda job: (job.created, job.id),
    )
    return next((i for i, job in enumerate(active) if job.id == run_id), 0)


def check_human(names: Sequence[str]) -> None:
    """Raise InputError unless every name is a published data set or a usable CSV
    file.
    """
    for name in names:
        if name not in human_data.DATASETS:
            if not name.lower().endswith(".csv"):
                raise InputError(
                    f"There are no human ratings “{name}”.",
                    f"Known: {', '.join(human_data.DATASETS)}; or a CSV file.",
                )
            human_data.read_csv(Path(name).expanduser())


def _resume(run_id: str, restarts: int) -> Job:
    folder, _ = _known(run_id)
    with _writing(folder), lock(f"{run_id}.submit"):
        job, order = read_job(folder), folder.order()
        if job is not None and order is not None and not job.active and job.state != "done":
            folder.write_order(replace(order, restarts=restarts))
            _reset(folder)
            _start(folder, run_id)
    return _known(run_id)[1]


def _reset(folder: JobFolder) -> None:
    folder.cancel_flag.unlink(missing_ok=True)
    folder.forget_worker()
    folder.write_progress(state="queued", stage="waiting", message="Starting")


def _start(folder: JobFolder, run_id: str) -> None:
    environment = {
        **os.environ,
        "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve()),
        "PYTHONUNBUFFERED": "1",
    }
    with folder.log.open("ab") as log:
        # A session of its own: the worker outlives the server, and Ctrl-C there does
        # not reach it.
        child = subprocess.Popen(
            worker_command(run_id),
            cwd=settings.PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children.append(child)
    folder.claim(child.pid)


def _known(run_id: str) -> tuple[JobFolder, Job]:
    folder = JobFolder(run_id)
    job = read_job(folder)
    if job is None:
        raise InputError(f"There is no job “{run_id}”.", "See `status` for the jobs there are.")
    return folder, job


def _absolute(name: str) -> str:
    return name if name in human_data.DATASETS else str(Path(name).expanduser().resolve())


def _reap() -> None:
    # A worker of ours that ended stays a zombie until asked for its exit status.
    _children[:] = [child for child in _children if child.poll() is None]


@contextlib.contextmanager
def _writing(folder: JobFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResourceError(
            f"{folder.path} could not be written: {error.strerror}.",
            "Check the disk space and the folder's rights.",
        ) from error

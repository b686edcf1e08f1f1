"""status (or jobs), cancel, resume, worker; and carrying out a job from any command."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import pandas as pd

from explorer.commands import help
from explorer.commands.interrupts import stopping
from explorer.commands.output import Narrator, say, show_fields, show_table
from explorer.commands.parsing import asked_place, command
from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.jobs import executors, heartbeat, queue, worker
from explorer.jobs.folder import JobFolder
from explorer.jobs.kind import Kind, Outcome
from explorer.jobs.problems import Busy
from explorer.jobs.progress import Progress


def add(commands: Any) -> None:
    """Describe the commands to the parser."""
    for name, about in (("status", "how the jobs stand"), ("jobs", "the same as status")):
        parser = command(commands, name, about, help.STATUS, status)
        parser.add_argument("id", nargs="?", metavar="ID", help="of a job; all when left out")
        parser.add_argument("--log", action="store_true", help="show the end of its log on stderr")
    for name, about, action in (
        ("cancel", "stop a job; what is finished is kept", cancel),
        ("resume", "start a stopped job again, in the background", resume),
        ("worker", "(internal) the worker process of a job", work),
    ):
        command(commands, name, about, about, action).add_argument("id", metavar="ID")


STATUS_CODES = {
    "done": 0,
    "failed": 1,
    "damaged": 1,
    "unknown": 1,
    "queued": 3,
    "running": 3,
    "interrupted": 4,
    "cancelled": 130,
}
_APART = ("kind", "request", "log", "created", "updated", "place")
Request = TypeVar("Request")


def carry_out(
    kind: Kind[Request],
    request: Request,
    options: argparse.Namespace,
    *,
    when: str = "after this batch",
    heard: Callable[[Outcome], None] = lambda _: None,
) -> bool:
    """Do the work here, or follow it where it is done, or hand it to a worker and print
    the job's id, as the flags of `add_detach` say; returns whether it is done.

    `when`: the moment at which Ctrl-C stops it, for the narration. `heard` gets the
    parts that are done. Raises ExplorerError when it fails.
    """
    detach: bool = options.detach
    job = queue.submit(kind, request, start=detach, place=asked_place(options))
    if job.state == "done":
        say("This exists already; nothing to do.")
        return True
    if detach:
        say(f"{job.where or 'A worker'} has it. Watch it with: explorer status {job.id}")
        print(job.id)
        return False
    _in_foreground(job, when, heard)
    return True


def status(options: argparse.Namespace) -> int:
    """All jobs, or one job with its state as exit code."""
    if options.id is None:
        show_table(_listed())
        return 0
    job = queue.look_up(options.id)
    if job is None:
        raise InputError(f"There is no job “{options.id}”.", "See: explorer status")
    plain = {f.name: getattr(job, f.name) for f in fields(job) if f.name not in _APART}
    show_fields(
        {
            **plain,
            "eta_s": "" if job.eta_s is None else round(job.eta_s),
            "kind": job.kind.name if job.kind else "",
            "title": job.title,
            "log": str(job.log),
            "created": job.created.isoformat(),
            "updated": job.updated.isoformat(),
            "place": job.place.to_table(),
            "parts": [(part.part, part.problem) for part in queue.outcomes(job.id)],
            "request": job.kind.write(job.request) if job.kind else {},
        }
    )
    if options.log:
        say(queue.log_tail(job.id))
    return STATUS_CODES[job.state]


def cancel(options: argparse.Namespace) -> int:
    """Ask a job to stop."""
    queue.cancel(options.id)
    job = queue.get(options.id)
    kept = job.kind.kept if job and job.kind else "what is finished is kept"
    say(f"It stops at the next good moment; {kept}.")
    return 0


def resume(options: argparse.Namespace) -> int:
    """Start a stopped job again, in a worker. One that another machine works on is
    watched first: only time can tell whether that one still does.
    """
    first = job = queue.get(options.id)
    if job is not None and job.active and job.is_elsewhere:
        say(f"It is worked on {job.where}; watching for {heartbeat.SILENT_S:.0f} s whether it is.")
    end = time.monotonic() + heartbeat.SILENT_S + 2 * heartbeat.EVERY_S
    while job and job.active and job.is_elsewhere and time.monotonic() < end:
        if first and job.updated != first.updated:
            break
        time.sleep(0.5)
        job = queue.get(options.id)
    job = queue.resume(options.id)
    say(f"{job.id} is {job.state}.")
    return 0


def work(options: argparse.Namespace) -> int:
    """The worker process of a job."""
    os.nice(5)  # the dashboard on the same machine stays responsive
    try:
        worker.work(options.id)
    except ExplorerError as error:
        # Recorded in the job and its log already, which is where stderr goes.
        return error.exit_code
    return 0


def _listed() -> pd.DataFrame:
    columns = ["id", "kind", "state", "stage", "done", "total", "eta_s"]
    columns += ["where", "title", "message"]
    rows = [
        (
            job.id,
            job.kind.name if job.kind else "",
            job.state,
            job.stage,
            job.done,
            job.total,
            job.eta_s,
            job.where,
            job.title,
            job.message,
        )
        for job in queue.jobs()
    ]
    return pd.DataFrame(rows, columns=columns)


def _in_foreground(job: queue.Job, when: str, heard: Callable[[Outcome], None]) -> None:
    narrator = Narrator()
    try:
        if executors.standing_of(JobFolder(job.id)).there:
            _follow(job.id, narrator)
            return
        with stopping(narrator.tell, when) as asked:
            worker.work(
                job.id,
                watch=narrator.watch,
                tell=narrator.tell,
                asked_to_stop=asked,
                heard=heard,
            )
    except Busy:
        _follow(job.id, narrator)
    finally:
        narrator.close()


def _follow(job_id: str, narrator: Narrator) -> None:
    job = queue.get(job_id)
    who = (job.where if job else "") or "Another process"
    narrator.tell(f"{who} has this job; following it. Stop it with: explorer cancel {job_id}")
    while (job := queue.get(job_id)) is not None and job.active:
        narrator.watch(Progress(job.stage, job.done, job.total, job.eta_s, job.message))
        time.sleep(0.5)
    if job is not None and job.state == "done":
        return
    if job is not None and job.state == "cancelled":
        raise Cancelled("The job was cancelled.", "The same request resumes.")
    raise ExplorerError(
        (job and job.error) or "The job stopped.", (job and job.hint) or "The same request resumes."
    )

"""Do the work of one job and record how it goes; runs in a process of its own or in the
foreground.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator

from explorer.core import machine
from explorer.core.errors import InputError
from explorer.core.locking import Held
from explorer.jobs import executors, queue, turns
from explorer.jobs.executors.slurm_work import scheduler_job
from explorer.jobs.folder import JobFolder
from explorer.jobs.heartbeat import beating
from explorer.jobs.job import Job
from explorer.jobs.kind import Context, Outcome
from explorer.jobs.locks import lock, lock_path
from explorer.jobs.order import Order, Unreadable
from explorer.jobs.problems import Busy, told_in_sentences
from explorer.jobs.progress import WAITING, Progress
from explorer.jobs.recorded import Recorded
from explorer.jobs.scattered import Scattered

_POLL, _PATIENCE = 0.5, 5.0


def machine_lock() -> str:
    """The lock of whoever has this machine to itself; others may share its folders."""
    return f"machine-{machine.name()}"


def work(
    job_id: str,
    *,
    watch: Callable[[Progress], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    asked_to_stop: Callable[[], bool] = lambda: False,
    heard: Callable[[Outcome], None] = lambda _: None,
) -> None:
    """Carry out a submitted job.

    `watch`, `tell` and `heard` get what is also recorded: progress, lines of the log,
    parts that are done; `asked_to_stop` cancels, as the job's own flag does. Raises
    ExplorerError, after recording it: its sentence in the job, the traceback in the log
    only. Raises Busy, recording nothing, when another process has the job.
    """
    folder = JobFolder(job_id)
    order = folder.order()
    if order is None:
        raise InputError(f"There is no job “{job_id}”.", "Submit it first.")
    if isinstance(order, Unreadable):
        raise InputError(order.what, order.hint)
    with _alone_with(job_id), beating(folder.beat):
        scheduled = executors.works_elsewhere(order)
        folder.claim(os.getpid(), scheduler_job() if scheduled else "")
        apart = order.kind.in_parts(order.request) and not order.place.is_local
        recorded = Scattered if apart else Recorded
        context = recorded(folder, order.place, watch, tell, asked_to_stop, heard)
        with context.recording_the_end(order.kind.kept), told_in_sentences(context.log):
            context.report(Progress(WAITING, 0, 0, None, "Starting"))
            with _turn(order, job_id, context):
                order.kind.run(order.request, context)


@contextlib.contextmanager
def _alone_with(job_id: str) -> Iterator[None]:
    """Be the only process that works on a job. Raises Busy."""
    with contextlib.ExitStack() as locks:
        try:
            locks.enter_context(lock(f"{job_id}.work", timeout=_PATIENCE))
        except Held:
            raise Busy(
                f"Another process is working on the job {job_id}.", "Watch it with `status`."
            ) from None
        yield


@contextlib.contextmanager
def _turn(order: Order, job_id: str, context: Context) -> Iterator[None]:
    """Have the machine alone where the job needs that, in the order of submission."""
    with contextlib.ExitStack() as locks:
        # A scheduler gives out machines by itself.
        if order.kind.exclusive(order.request) and order.place.is_local:
            while not _take_machine(locks, ahead := turns.ahead_of(job_id)):
                context.check()
                others = "another job" if ahead <= 1 else f"{ahead} other jobs"
                waiting = f"Waiting for {others} to finish"
                if not any(job.takes_turns for job in _others(job_id)):
                    # As after a crash, where locks outlive their process.
                    path = lock_path(machine_lock())
                    waiting = f"Waiting for {path}: delete it if no other job runs"
                context.report(Progress(WAITING, 0, 0, None, waiting))
                time.sleep(_POLL)
        yield


def _others(job_id: str) -> list[Job]:
    return [job for job in queue.jobs() if job.id != job_id]


def _take_machine(locks: contextlib.ExitStack, ahead: int) -> bool:
    if not ahead:
        with contextlib.suppress(Held):
            locks.enter_context(lock(machine_lock(), timeout=0))
            return True
    return False

"""Do the work of one job and record how it goes; runs in a process of its own or in the
foreground.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict

from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.core.locking import Held
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder, lock, lock_path
from explorer.jobs.job import Job
from explorer.jobs.kind import Context, Outcome
from explorer.jobs.order import Order, Unreadable
from explorer.jobs.problems import Busy, told_in_sentences
from explorer.jobs.progress import DONE, WAITING, Progress

_POLL, _PATIENCE = 0.5, 5.0
MACHINE = "machine"
"""The lock of whoever has the machine to itself."""


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
    with _alone_with(job_id):
        folder.claim(os.getpid())
        context = _Recorded(folder, watch, tell, asked_to_stop, heard)
        with context.recording_the_end(order.kind.kept), told_in_sentences(context.log):
            context.report(Progress(WAITING, 0, 0, None, "Starting"))
            with _turn(order, job_id, context):
                order.kind.run(order.request, context)


class _Recorded(Context):
    """A job that writes down what it hears, and passes it on."""

    def __init__(
        self,
        folder: JobFolder,
        watch: Callable[[Progress], None],
        tell: Callable[[str], None],
        asked_to_stop: Callable[[], bool],
        heard: Callable[[Outcome], None],
    ) -> None:
        self.log = str(folder.log)
        self._folder, self._watch, self._heard = folder, watch, heard
        self._listener, self._asked_to_stop = tell, asked_to_stop
        self._last = Progress(WAITING, 0, 0, None, "")

    def report(self, progress: Progress) -> None:
        self._last = progress
        state = "queued" if progress.stage == WAITING else "running"
        self._folder.write_progress(state=state, **asdict(progress))
        self._watch(progress)

    def tell(self, line: str) -> None:
        self._folder.write_log(line)
        self._listener(line)

    def stopped(self) -> bool:
        return self._asked_to_stop() or self._folder.cancel_flag.exists()

    def record(self, outcome: Outcome) -> None:
        self._folder.add_outcome(outcome)
        self._heard(outcome)

    def explain(self, error: ExplorerError) -> None:
        self._folder.write_log(traceback.format_exc())
        super().explain(error)

    @contextlib.contextmanager
    def recording_the_end(self, kept: str) -> Iterator[None]:
        """Write down how the work inside ends: done, cancelled or failed."""
        try:
            yield
        except (Cancelled, KeyboardInterrupt) as error:
            self.tell(f"Cancelled; {kept}.")
            self._end("cancelled", f"Cancelled; {kept}")
            if isinstance(error, Cancelled):
                raise
            hint = f"{kept[0].upper()}{kept[1:]}: the same request resumes."
            raise Cancelled("The job was cancelled.", hint) from error
        except ExplorerError as error:
            self._folder.write_log(traceback.format_exc())
            self._folder.write_log(f"Failed: {error}")
            self._end("failed", "Failed", error.what, error.hint)
            raise
        self._last = Progress(DONE, self._last.total, self._last.total, None, "")
        self._end("done", "Finished")

    def _end(self, state: str, message: str, error: str = "", hint: str = "") -> None:
        fields = {**asdict(self._last), "eta_s": None, "message": message}
        # The disk may be full; the job then shows as interrupted.
        with contextlib.suppress(OSError):
            self._folder.write_progress(**{**fields, "state": state, "error": error, "hint": hint})


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
        if order.kind.exclusive(order.request):
            while not _take_machine(locks, ahead := queue.ahead_of(job_id)):
                context.check()
                others = "another job" if ahead <= 1 else f"{ahead} other jobs"
                waiting = f"Waiting for {others} to finish"
                if not any(job.active and job.exclusive for job in _others(job_id)):
                    # As after a crash, where locks outlive their process.
                    waiting = f"Waiting for {lock_path(MACHINE)}: delete it if no other job runs"
                context.report(Progress(WAITING, 0, 0, None, waiting))
                time.sleep(_POLL)
        yield


def _others(job_id: str) -> list[Job]:
    return [job for job in queue.jobs() if job.id != job_id]


def _take_machine(locks: contextlib.ExitStack, ahead: int) -> bool:
    if not ahead:
        with contextlib.suppress(Held):
            locks.enter_context(lock(MACHINE, timeout=0))
            return True
    return False

"""Do the work of one job and record how it goes; runs in a process of its own or in the foreground."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from explorer.errors import Cancelled, ExplorerError, InputError
from explorer.jobs import pipeline
from explorer.jobs.folder import JobFolder
from explorer.jobs.progress import WAITING, Progress


def work(
    run_id: str, *, watch: Callable[[Progress], None] = lambda _: None, tell: Callable[[str], None] = lambda _: None
) -> Path:
    """Carry out a submitted job; returns the run file.

    `watch` and `tell` hear what is also recorded in progress.json and log.txt. Raises
    ExplorerError, after recording it: its sentence in the job, the traceback in the log only.
    Raises pipeline.Busy, recording nothing, when another process has the job.
    """
    folder = JobFolder(run_id)
    order = folder.order()
    if order is None:
        raise InputError(f"There is no job “{run_id}”.", "Submit it first.")
    last = Progress(WAITING, 0, 0, None, "")
    claimed = False

    def report(progress: Progress) -> None:
        nonlocal last, claimed
        if not claimed:
            folder.claim(os.getpid())
            claimed = True
        last = progress
        folder.write_progress(state="queued" if progress.stage == WAITING else "running", **asdict(progress))
        watch(progress)

    def log(line: str) -> None:
        folder.write_log(line)
        tell(line)

    def record(state: str, message: str, error: str = "", hint: str = "") -> None:
        fields = {**asdict(last), "eta_s": None, "message": message}
        with contextlib.suppress(OSError):  # the disk may be full; the job then shows as interrupted
            folder.write_progress(**{**fields, "state": state, "error": error, "hint": hint})

    try:
        (path,) = pipeline.run(
            [order.request], report, human=order.human, tell=log, cancelled=folder.cancel_flag.exists
        )
    except pipeline.Busy:
        raise
    except (Cancelled, KeyboardInterrupt) as error:
        log("Cancelled; finished concepts are kept.")
        record("cancelled", "Cancelled; finished concepts are kept")
        raise Cancelled(
            "The extraction was cancelled.", "Finished concepts are kept: the same request resumes."
        ) from error
    except ExplorerError as error:
        folder.write_log(traceback.format_exc())
        folder.write_log(f"Failed: {error}")
        record("failed", "Failed", error.what, error.hint)
        raise
    except Exception as error:
        folder.write_log(traceback.format_exc())
        wrapped = ExplorerError(
            f"Something unexpected went wrong: {type(error).__name__}: {error}", f"The details are in {folder.log}."
        )
        folder.write_log(f"Failed: {wrapped}")
        record("failed", "Failed", wrapped.what, wrapped.hint)
        raise wrapped from error
    n = len(order.request.concepts)
    last = Progress("done", n, n, None, "")
    record("done", "Finished")
    return path

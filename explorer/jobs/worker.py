"""Do the work of one job and record how it goes; runs in a process of its own or in the
foreground.
"""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from explorer.core import settings
from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.core.request import RunRequest
from explorer.jobs.folder import JobFolder, Order
from explorer.jobs.kinds import extraction
from explorer.jobs.progress import WAITING, Progress, Report
from explorer.store import library


def work(
    run_id: str,
    *,
    watch: Callable[[Progress], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    asked_to_stop: Callable[[], bool] = lambda: False,
) -> Path:
    """Carry out a submitted job; returns the run file.

    `watch` and `tell` hear what is also recorded in progress.json and log.txt;
    `asked_to_stop` cancels, as the job's own flag does. Raises ExplorerError, after
    recording it: its sentence in the job, the traceback in the log only.
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
        folder.write_progress(
            state="queued" if progress.stage == WAITING else "running", **asdict(progress)
        )
        watch(progress)

    def log(line: str) -> None:
        folder.write_log(line)
        tell(line)

    def record(state: str, message: str, error: str = "", hint: str = "") -> None:
        fields = {**asdict(last), "eta_s": None, "message": message}
        with contextlib.suppress(
            OSError
        ):  # the disk may be full; the job then shows as interrupted
            folder.write_progress(**{**fields, "state": state, "error": error, "hint": hint})

    def cancelled() -> bool:
        return asked_to_stop() or folder.cancel_flag.exists()

    try:
        path = _all_passes(order, report, log, cancelled)
    except extraction.Busy:
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
            f"Something unexpected went wrong: {type(error).__name__}: {error}",
            f"The details are in {folder.log}.",
        )
        folder.write_log(f"Failed: {wrapped}")
        record("failed", "Failed", wrapped.what, wrapped.hint)
        raise wrapped from error
    n = len(order.request.concepts)
    last = Progress("done", n, n, None, "")
    record("done", "Finished")
    return path


def by_pass(requests: Sequence[RunRequest]) -> list[list[RunRequest]]:
    """The requests in groups that differ in their sets only, so that a group shares one
    forward pass.
    """
    groups: dict[str, list[RunRequest]] = {}
    for request in requests:
        alike = replace(request, n_positive=1, n_negative=1, folds=1, seed=0, ap_floor=0.0)
        groups.setdefault(alike.id, []).append(request)
    return list(groups.values())


def _all_passes(
    order: Order, report: Report, tell: extraction.Tell, cancelled: Callable[[], bool]
) -> Path:
    """Every pass of an order; one that fails is told and the others go on. Returns the
    file of the first run.
    """
    groups = by_pass([order.request, *order.also])
    if len(groups) == 1:
        return extraction.run(groups[0], report, human=order.human, tell=tell, cancelled=cancelled)[
            0
        ]
    problems = []
    for number, group in enumerate(groups, 1):
        place = f"{number} of {len(groups)}, {group[0].checkpoint.label}"
        tell(f"{place}: {len(group)} run(s)")

        def heard(progress: Progress, place: str = place) -> None:
            report(replace(progress, message=f"{place}: {progress.message}"))

        try:
            extraction.run(group, heard, human=order.human, tell=tell, cancelled=cancelled)
        except Cancelled:
            raise
        except ExplorerError as error:
            tell(f"Failed: {error}")
            problems.append(f"{group[0].checkpoint.label}: {error}")
    if problems:
        raise ExplorerError(
            f"{len(problems)} of {len(groups)} checkpoints failed, the others are done.",
            problems[0],
        )
    found = library.find(settings.runs_dir(), order.request.id)
    assert found is not None
    return found

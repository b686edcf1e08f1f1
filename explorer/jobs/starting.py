"""Having a job begin: its order written, a worker started, or everything as before."""

from __future__ import annotations

import contextlib
import shutil
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.jobs import executors
from explorer.jobs.folder import JobFolder
from explorer.jobs.order import Order, Unreadable
from explorer.jobs.progress import WAITING


def begin(folder: JobFolder, order: Order, start: bool) -> None:
    """Write down what a job is to do, and have a worker started where it belongs; with
    `start` false, where that is not this machine only.

    Raises ExplorerError and OSError, and leaves the job as it was.
    """
    before = (folder.order(), folder.progress())
    try:
        folder.write_order(order)
        folder.cancel_flag.unlink(missing_ok=True)
        folder.forget_worker()
        folder.forget_outcomes()
        folder.write_progress(state="queued", stage=WAITING, message="Starting")
        if start or executors.works_elsewhere(order):
            executors.start(folder, order)
    except (ExplorerError, OSError):
        _undo(folder, *before)
        raise


def _undo(folder: JobFolder, order: Order | Unreadable | None, progress: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        if isinstance(order, Order):
            folder.write_order(order)
            folder.write_progress(**progress)
        else:
            shutil.rmtree(folder.path, ignore_errors=True)

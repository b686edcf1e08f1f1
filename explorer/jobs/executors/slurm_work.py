"""What Slurm runs on a node, and how it goes on after a time limit."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from explorer.core.errors import ResourceError
from explorer.core.text import duration
from explorer.jobs.folder import JobFolder
from explorer.jobs.order import Order

_TERMINATED = 128 + signal.SIGTERM
_EARLY_S = 70
"""Slurm's warning may come a minute before its time; earlier, it is no time limit."""


class Work:
    """The worker program of a job. submitit calls it on the node; near the time limit
    it asks for the `checkpoint`, then has Slurm queue the job again.
    """

    def __init__(
        self, job_id: str, environment: Mapping[str, str], minutes: int, warning_s: int
    ) -> None:
        self.job_id, self.environment = job_id, dict(environment)
        self.minutes, self.warning_s = minutes, warning_s
        self.kept: str | None = None
        self._began = 0.0

    def __call__(self) -> None:
        """Do the work. Exits with the code of the worker when it fails, so that Slurm
        knows too.
        """
        self._began = time.monotonic()
        os.environ.update(self.environment)
        # submitit ignores it; then a cancelled job works on until it is killed.
        signal.signal(signal.SIGTERM, _leave)
        sys.argv = ["explorer", "worker", self.job_id]
        try:
            runpy.run_module("explorer", run_name="__main__", alter_sys=False)
        except SystemExit as end:
            if end.code:
                raise

    def checkpoint(self) -> Any:
        """The work that is left: the folder of the job holds it. Raises ResourceError
        when a whole time limit brought nothing more that is kept.
        """
        from submitit.helpers import DelayedSubmission

        self._check_progress()
        again = Work(self.job_id, self.environment, self.minutes, self.warning_s)
        again.kept = self._kept()
        folder = JobFolder(self.job_id)
        folder.write_log(f"The time limit of {duration(60 * self.minutes)} is near: queued again.")
        return DelayedSubmission(again)

    def _check_progress(self) -> None:
        left = 60 * self.minutes - (time.monotonic() - self._began)
        whole = left < self.warning_s + _EARLY_S
        kept = self._kept()
        if whole and kept is not None and kept == self.kept:
            raise ResourceError(
                f"Its time limit of {duration(60 * self.minutes)} passed twice, and nothing more "
                "was done that is kept.",
                "Submit it again with a longer --time.",
            )

    def _kept(self) -> str | None:
        """What is done and kept so far; None for a kind of work that does not say."""
        folder = JobFolder(self.job_id)
        order = folder.order()
        if not isinstance(order, Order) or not order.kind.counted:
            return None
        progress = folder.progress()
        counted = order.kind.counted.get(str(progress.get("stage")))
        return f"{progress.get('done')} {counted}" if counted else ""


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(_TERMINATED)


def scheduler_job() -> str:
    """The id of the Slurm job that this process is part of; "" when it is of none."""
    return os.environ.get("SLURM_JOB_ID", "")

"""What Slurm says of its jobs, asked once for all of them, every few seconds at most.

submitit's own watcher asks `sacct`, which clusters without accounting do not answer.
`squeue` is there wherever Slurm is; it knows an ended job for some minutes.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_FORMAT = "%i|%T|%N|%l|%L|%r"
_EVERY_S, _ANSWER_S = 2.0, 20.0


@dataclass(frozen=True)
class JobState:
    """A job as Slurm tells it. `name`: such as PENDING; "" when Slurm knows no such job
    any more; "?" while it has not answered.
    """

    name: str
    nodes: str = ""
    limit: str = ""
    left: str = ""
    reason: str = ""


UNHEARD, FORGOTTEN = JobState("?"), JobState("")


class Watcher:
    """The states of the jobs that were asked for, as `squeue` told them last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, JobState] = {}
        self._asked = float("-inf")

    def state(self, job: str) -> JobState:
        """The state of a job, a few seconds old at most."""
        with self._lock:
            # A job that is new here may be newer than the last answer: it is asked for
            # before it is called forgotten.
            new = job not in self._states
            if new or time.monotonic() - self._asked >= _EVERY_S:
                self._ask({*self._states, job})
            state = self._states.get(job, UNHEARD)
        return _accounted(job) if state == FORGOTTEN else state

    def look_again(self) -> None:
        """Ask anew at the next question."""
        with self._lock:
            self._asked = float("-inf")

    def _ask(self, jobs: Collection[str]) -> None:
        told = _queue(jobs)
        self._asked = time.monotonic()
        # A silence makes no job forgotten: what was told last stands.
        if told is not None:
            self._states = {job: told.get(job, FORGOTTEN) for job in jobs}


WATCHER = Watcher()


def _queue(jobs: Collection[str]) -> dict[str, JobState] | None:
    said = _said(
        (
            *("squeue", "--all", "--noheader", "--states=all"),
            *(f"--jobs={','.join(sorted(jobs))}", f"--format={_FORMAT}"),
        )
    )
    if said is None:
        return None
    rows = [line.split("|", 5) for line in said.splitlines() if line.count("|") >= 5]
    return {
        job.strip(): JobState(name.strip(), nodes.strip(), limit, left, reason.strip())
        for job, name, nodes, limit, left, reason in rows
    }


def _accounted(job: str) -> JobState:
    """The state of a job that the queue has forgotten, where its accounts are kept."""
    if shutil.which("sacct") is None:
        return FORGOTTEN
    return _account(job, int(time.monotonic() // 30))


@functools.lru_cache(maxsize=256)
def _account(job: str, _half_minute: int) -> JobState:
    said = _said(("sacct", "-X", "-n", "-P", "-j", job, "-o", "State,NodeList,Timelimit"))
    rows = [line.split("|") for line in (said or "").splitlines() if line.count("|") == 2]
    if not rows:
        return FORGOTTEN
    state, nodes, limit = rows[-1]
    return JobState(state.split(" ")[0], nodes, limit)


def _said(command: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_S)
    except (OSError, subprocess.SubprocessError):
        return None
    # Of one job that it does not know, squeue says so as an error; of several, nothing.
    unknown = "invalid job id" in done.stderr.lower()
    return done.stdout if done.returncode == 0 or unknown else None

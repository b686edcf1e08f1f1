"""A job whose parts are jobs of their own, somewhere else."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from explorer.core.errors import Cancelled, ExplorerError
from explorer.jobs import queue
from explorer.jobs.job import Job
from explorer.jobs.kind import Kind, Outcome
from explorer.jobs.progress import WAITING, Progress
from explorer.jobs.recorded import Recorded

POLL_S = 1.0
MOST_RESTARTS = 3
"""How often a part whose worker died is started again without anyone asking."""


class Scattered(Recorded):
    """Submits the parts that need a machine to where the job belongs, all at once, and
    follows them. What needs none, such as asking an endpoint, is done here.
    """

    def children(self, kind: Kind[Any], parts: Sequence[tuple[Any, str]]) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        going: dict[str, str] = {}
        for request, place in parts:
            self.check()
            if not kind.exclusive(request):
                outcomes[place] = self.child(kind, request, place)
            elif isinstance(begun := self._submitted(kind, request, place), Outcome):
                outcomes[place] = begun
            else:
                going[place] = begun
        while going:
            if self.stopped():
                self._cancel(going.values())
            jobs = {place: queue.get(job_id) for place, job_id in going.items()}
            for place, job in jobs.items():
                if job is None or not (job.active or self._restarted(place, job)):
                    del going[place]
                    outcomes[place] = self._ended(place, job)
            self._follow(len(outcomes), len(parts), {p: jobs[p] for p in going})
            time.sleep(POLL_S if going else 0)
        return [outcomes[place] for _, place in parts]

    def _submitted(self, kind: Kind[Any], request: Any, place: str) -> str | Outcome:
        """The id of the job of a part; its outcome where it cannot be submitted."""
        try:
            job = queue.submit(kind, request, parents=(self.folder.id,), place=self.place)
        except ExplorerError as error:
            self.explain(error)
            return self._recorded(place, str(error))
        if job.active:
            self.tell(f"{place}: the job {job.id}")
        return job.id

    def _restarted(self, place: str, job: Job) -> bool:
        if job.state != "interrupted" or job.restarts >= MOST_RESTARTS:
            return False
        self.tell(f"{place}: {job.message}; it is started again.")
        try:
            queue.restart(job.id)
        except ExplorerError as error:
            self.explain(error)
            return False
        return True

    def _ended(self, place: str, job: Job | None) -> Outcome:
        if job is None:
            return self._recorded(place, "Its job was removed.")
        if job.state == "done":
            return self._recorded(place, "")
        return self._recorded(place, f"{job.error or job.message} {job.hint}".strip())

    def _recorded(self, place: str, problem: str) -> Outcome:
        outcome = Outcome(place, problem)
        self.tell(f"{place}: {problem or 'done'}")
        self.record(outcome)
        return outcome

    def _follow(self, n_done: int, n: int, jobs: dict[str, Job | None]) -> None:
        running = {p: job for p, job in jobs.items() if job and job.state == "running"}
        waiting = {p: job for p, job in jobs.items() if job and job.state == "queued"}
        counts = f"{n_done} of {n} done, {len(running)} running, {len(waiting)} waiting"
        place, first = next(iter({**running, **waiting}.items()), ("", None))
        if first is None:
            return
        stage = first.stage if running else WAITING
        progress = Progress(stage, first.done, first.total, None, f"{counts} · {place}: ")
        self.report(replace(progress, message=progress.message + first.message))

    def _cancel(self, job_ids: Collection[str]) -> None:
        """Cancel the parts, and this job with them. Raises Cancelled."""
        for job_id in job_ids:
            try:
                queue.cancel(job_id)
            except ExplorerError as error:
                self.tell(f"{job_id}: {error}")
        raise Cancelled("The job was cancelled.", "What is finished is kept.")

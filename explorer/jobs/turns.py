"""Whose turn it is on a machine that does one extraction at a time."""

from __future__ import annotations

from explorer.jobs.queue import jobs


def ahead_of(job_id: str) -> int:
    """How many active jobs that need this machine to themselves were submitted before
    this one.
    """
    in_turn = sorted(
        (job for job in jobs() if job.id == job_id or job.takes_turns),
        key=lambda job: (job.created, job.id),
    )
    return next((place for place, job in enumerate(in_turn) if job.id == job_id), 0)

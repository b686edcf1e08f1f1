"""A pass that is cut is a Slurm job a shard; it survives a shard that is killed."""

from __future__ import annotations

import os
import signal

import pytest

from explorer.core.place import Place
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.shard import SHARD
from tests.jobs.test_slurm import assert_as_made_here
from tests.support.slurm import NEEDED, STARTED_S, slurm_job
from tests.support.slurm import clustered as clustered
from tests.support.workbench import Workbench

pytestmark = [pytest.mark.slow, NEEDED]


def test_shards_are_slurm_jobs_and_one_that_is_killed_is_started_again(
    clustered: Workbench,
) -> None:
    clustered.env("FAKE_SECONDS", "3")
    whole = queue.submit(
        EXTRACTION, Pass((clustered.request(),), (), shards=2), place=Place("slurm")
    )

    def at_work() -> list[queue.Job]:
        shards = [job for job in queue.jobs() if job.kind is SHARD]
        return [job for job in shards if job.stage == "concepts" and job.done >= 1]

    clustered.wait_for(lambda: bool(at_work()), STARTED_S)
    struck = at_work()[0]
    pid, number = JobFolder(struck.id).worker_pid(), slurm_job(struck.id)
    if pid is None:
        pytest.skip("the worker is on another machine, where nothing can be killed from here")
    os.kill(pid, signal.SIGKILL)
    clustered.wait(whole.id, lambda job: job.state == "done", 400)
    shards = [job for job in queue.jobs() if job.kind is SHARD]
    assert len(shards) == 2
    assert all(job.state == "done" for job in shards)
    assert slurm_job(struck.id) != number
    assert list(clustered.runs.glob("*.shard-*")) == []
    assert_as_made_here(clustered, whole)

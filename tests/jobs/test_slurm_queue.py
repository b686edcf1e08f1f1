"""On a real Slurm: jobs that wait, are refused, or never come to work."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.core.errors import InputError
from explorer.core.place import Place
from explorer.jobs import queue
from tests.support.slurm import NEEDED, STARTED_S, slurm_job, submit
from tests.support.slurm import clustered as clustered
from tests.support.workbench import Workbench

pytestmark = [pytest.mark.slow, NEEDED]


def test_a_job_that_waits_says_why_and_is_cancelled_in_the_queue(clustered: Workbench) -> None:
    job = submit(clustered, Place("slurm", flags=("--begin=now+1hour",)))
    waiting = clustered.wait(job.id, lambda job: "In Slurm's queue" in job.message, 30)
    assert waiting.state == "queued"
    number = slurm_job(job.id)
    queue.cancel(job.id)
    assert queue.get(job.id).state == "cancelled"
    assert (
        number
        not in subprocess.run(
            ("squeue", "-h", "-t", "PD,R", "-o", "%i"), capture_output=True, text=True
        ).stdout.split()
    )


def test_a_job_that_dies_in_the_queue_is_noticed(clustered: Workbench) -> None:
    job = submit(clustered, Place("slurm", flags=("--begin=now+1hour",)))
    subprocess.run(("scancel", slurm_job(job.id)), check=True)
    ended = clustered.wait(job.id, lambda job: not job.active, 30)
    assert "was cancelled (scancel)" in ended.error


def test_a_node_that_lacks_the_program_is_told(
    clustered: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    job = submit(clustered)
    ended = clustered.wait(job.id, lambda job: not job.active, STARTED_S)
    assert ended.state == "failed"
    assert "could not start the worker of Slurm's job" in ended.error
    assert "/no/such/python" in queue.log_tail(job.id)


def test_an_unknown_partition_is_refused_before_anything_is_written(clustered: Workbench) -> None:
    with pytest.raises(InputError, match="no partition “nope”"):
        submit(clustered, Place("slurm", partition="nope"))
    assert queue.jobs() == []


def test_what_slurm_refuses_is_a_sentence_and_leaves_nothing(clustered: Workbench) -> None:
    with pytest.raises(InputError, match=r"Slurm refused: .*reservation is invalid"):
        submit(clustered, Place("slurm", flags=("--reservation=nope",)))
    assert queue.jobs() == []
    assert not any(clustered.folder.joinpath("jobs").glob("*/request.json"))

"""A real Slurm, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from explorer.core.place import Place
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from tests.support.workbench import Workbench


def missing() -> str:
    """Why these tests cannot run here; "" where they can."""
    if shutil.which("sinfo") is None:
        return "there is no Slurm on the PATH"
    command = ("timeout", "20", "sinfo", "-h", "-t", "idle,mix")
    said = subprocess.run(command, capture_output=True, text=True)
    if said.returncode:
        return "Slurm does not answer sinfo; is SLURM_CONF set?"
    return "" if said.stdout.strip() else "no node of Slurm is free"


NEEDED = pytest.mark.skipif(bool(missing()), reason=missing() or "Slurm is here")
PLACE = Place("slurm", minutes=10)
STARTED_S = 120.0


@pytest.fixture
def clustered(bench: Workbench) -> Iterator[Workbench]:
    """A bench whose Slurm jobs end with the test."""
    bench.start_workers_anew()
    yield bench
    for job in queue.jobs():
        claim = JobFolder(job.id).claimed()
        if claim and claim.job:
            subprocess.run(("scancel", claim.job), capture_output=True)


def slurm_job(job_id: str) -> str:
    """The number that a job has at Slurm."""
    claim = JobFolder(job_id).claimed()
    assert claim is not None
    assert claim.job
    return claim.job


def submit(bench: Workbench, place: Place = PLACE) -> queue.Job:
    """Queue an extraction there."""
    return queue.submit(EXTRACTION, Pass((bench.request(),), ()), place=place)

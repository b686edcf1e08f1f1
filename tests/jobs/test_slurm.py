"""On a real Slurm: what it starts is the same work, whatever becomes of its jobs.

Runs where `sinfo` answers, such as on a cluster's login node with a folder that its
nodes see (`TMPDIR`), or on one machine that is a cluster by itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.core.place import Place
from explorer.jobs import queue, supervisor
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.study import STUDY
from explorer.studies.study import load
from tests.jobs.kinds.test_study import SMALL
from tests.jobs.test_interruptions import assert_same, tables
from tests.pages.conftest import Opener
from tests.pages.conftest import open_page as open_page
from tests.support.slurm import NEEDED, STARTED_S, slurm_job, submit
from tests.support.slurm import clustered as clustered
from tests.support.workbench import Workbench

pytestmark = [pytest.mark.slow, NEEDED]


def assert_as_made_here(bench: Workbench, *jobs: queue.Job) -> None:
    """The runs of finished jobs hold, row by row, what this machine finds."""
    bench.env("FAKE_SECONDS", "0")
    for job in jobs:
        run_ids = [request.id for request in job.request.requests]
        there = {run_id: tables(bench, run_id) for run_id in run_ids}
        for run_id in run_ids:
            (bench.runs / f"{run_id}.duckdb").rename(bench.folder / f"{run_id}.there")
        bench.extract(*job.request.requests, human=job.request.human)
        for run_id in run_ids:
            assert_same(there[run_id], tables(bench, run_id))


def test_a_study_is_a_slurm_job_a_pass_and_its_runs_are_those_made_here(
    clustered: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.toml").write_text(SMALL)
    study = load(str(tmp_path / "s.toml"))
    assert main(["study", "run", str(tmp_path / "s.toml"), "--executor", "slurm"]) == 0
    told = capsys.readouterr()
    jobs = [job for job in queue.jobs() if job.kind is EXTRACTION]
    assert len(jobs) == len(study.checkpoints) > 1
    assert len({slurm_job(job.id) for job in jobs}) == len(jobs)
    assert all(JobFolder(job.id).order().parents == (STUDY.identity(study),) for job in jobs)
    assert "waiting" in told.err
    assert sorted(told.out.split()) == sorted(run.id for j in jobs for run in j.request.requests)
    assert_as_made_here(clustered, *jobs)


def test_a_study_of_which_one_pass_is_killed_and_one_cancelled_resumes(
    clustered: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clustered.env("FAKE_SECONDS", "5")
    (tmp_path / "s.toml").write_text(SMALL)
    command = ["study", "run", str(tmp_path / "s.toml"), "--executor", "slurm"]
    assert main([*command, "--detach"]) == 0
    study_id = capsys.readouterr().out.strip()

    def at_work() -> list[queue.Job]:
        jobs = [job for job in queue.jobs() if job.kind is EXTRACTION]
        return [job for job in jobs if job.stage == "concepts" and job.done >= 1]

    clustered.wait_for(lambda: len(at_work()) == 2, STARTED_S)
    killed, cancelled = at_work()
    pid, number = JobFolder(killed.id).worker_pid(), slurm_job(killed.id)
    if pid is None:
        pytest.skip("the worker is on another machine, where nothing can be killed from here")
    os.kill(pid, signal.SIGKILL)
    subprocess.run(("scancel", slurm_job(cancelled.id)), check=True)
    ended = clustered.wait(study_id, lambda job: job.state == "failed", 300)
    assert "1 of 2 passes failed" in ended.error
    assert "(scancel)" in ended.hint
    assert slurm_job(killed.id) != number
    clustered.env("FAKE_SECONDS", "0")
    assert main(command) == 0
    assert len(capsys.readouterr().out.split()) == 8
    for job in (killed, cancelled):
        assert "Resuming: " in queue.log_tail(job.id)
    assert_as_made_here(clustered, killed, cancelled)


def test_an_extraction_is_submitted_from_the_page(
    clustered: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: clustered.folder / "bundled")
    app = open_page("extract")
    app.segmented_control("form_executor").set_value("Slurm").run()
    app.multiselect("form_concepts").set_value(["cat", "dog", "car", "bus"]).run()
    app.number_input("form_positive").set_value(4).run()
    app.number_input("form_negative").set_value(6).run()
    app.button("start").click().run()
    assert not app.exception
    (job,) = queue.jobs()
    assert job.place == Place("slurm")
    told = []

    def done(job: queue.Job) -> bool:
        told.append(job.where)
        return job.state == "done"

    clustered.wait(job.id, done, STARTED_S)
    assert any(f"Slurm job {slurm_job(job.id)}" in where for where in told)
    app = open_page("extract", job=job.id)
    assert not app.error
    assert_as_made_here(clustered, job)


def test_a_job_cancelled_by_scancel_says_so_and_resumes(
    clustered: Workbench, open_page: Opener, capsys: pytest.CaptureFixture[str]
) -> None:
    clustered.env("FAKE_SECONDS", "1")
    job = submit(clustered)
    clustered.wait(job.id, lambda job: job.stage == "concepts" and job.done >= 2, STARTED_S)
    number = slurm_job(job.id)
    subprocess.run(("scancel", number), check=True)
    ended = clustered.wait(job.id, lambda job: job.state == "cancelled", 60)
    assert f"Slurm's job {number} was cancelled (scancel); finished concepts are kept" in (
        ended.message
    )
    assert "scancel" in open_page("extract", job=job.id).info[0].value
    assert main(["status", job.id]) == 130
    assert "(scancel)" in capsys.readouterr().out
    clustered.env("FAKE_SECONDS", "0")
    assert queue.resume(job.id).active
    clustered.wait(job.id, lambda job: job.state == "done", STARTED_S)
    assert slurm_job(job.id) != number
    assert "Resuming: " in queue.log_tail(job.id)
    assert_as_made_here(clustered, job)


def test_a_killed_worker_is_noticed_and_the_next_supervisor_takes_it_up(
    clustered: Workbench,
) -> None:
    clustered.env("FAKE_SECONDS", "1")
    job = submit(clustered)
    clustered.wait(job.id, lambda job: job.stage == "concepts" and job.done >= 2, STARTED_S)
    pid = JobFolder(job.id).worker_pid()
    if pid is None:
        pytest.skip("the worker is on another machine, where nothing can be killed from here")
    os.kill(pid, signal.SIGKILL)
    ended = clustered.wait(job.id, lambda job: job.state == "interrupted", 60)
    assert "stopped without saying why" in ended.error
    clustered.env("FAKE_SECONDS", "0")
    assert supervisor.start() == [job.id]
    clustered.wait(job.id, lambda job: job.state == "done", STARTED_S)
    assert_as_made_here(clustered, job)


def test_a_job_past_its_time_limit_is_queued_again_and_goes_on(clustered: Workbench) -> None:
    clustered.env("FAKE_SECONDS", "7")
    job = submit(clustered, Place("slurm", minutes=2))
    clustered.wait(job.id, lambda job: job.stage == "concepts" and job.done >= 1, STARTED_S)
    clustered.wait(job.id, lambda job: "In Slurm's queue" in job.message, 240)
    assert "time limit of 2 min is near" in queue.log_tail(job.id)
    number = slurm_job(job.id)
    clustered.wait(job.id, lambda job: job.state == "done", 900)
    assert slurm_job(job.id) == number
    assert "Resuming: " in queue.log_tail(job.id)
    assert_as_made_here(clustered, job)

"""Machines that share a cache: each run is made once, and none trusts another's pids or
clock.
"""

from __future__ import annotations

import concurrent.futures
import datetime
import json
import os
import signal
import stat
from collections import Counter
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.jobs import heartbeat, queue, supervisor, turns
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.order import Order
from explorer.studies.study import load
from tests.jobs import machines
from tests.jobs.kinds.test_study import SMALL
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow
needs_hosts = pytest.mark.skipif(bool(machines.missing()), reason=machines.missing() or "")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "SILENT_S", 0.5)
    monkeypatch.setattr(heartbeat, "EVERY_S", 0.1)


@needs_hosts
def test_five_processes_on_two_machines_make_each_run_of_a_study_once(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.env("FAKE_SECONDS", "0.1")
    (tmp_path / "s.toml").write_text(SMALL)
    hosts = ("m1", "m2", "m1", "m2", "m1")
    started = [machines.start(host, "study", "run", str(tmp_path / "s.toml")) for host in hosts]
    said = [process.communicate(timeout=240) for process in started]
    assert [process.returncode for process in started] == [0] * 5, said
    study = load(str(tmp_path / "s.toml"))
    assert {tuple(sorted(out.split())) for out, _ in said} == {
        tuple(sorted(path.stem for path in bench.runs.glob("*.duckdb")))
    }
    assert set(Counter(bench.starts.read_text().split()).values()) == {1}
    assert bench.n_starts() == len(study.checkpoints)
    assert not list(bench.runs.glob("*partial*"))
    assert not list(bench.runs.glob("*broken*"))


@needs_hosts
def test_two_studies_with_a_run_in_common_make_it_once_on_two_machines(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.env("FAKE_SECONDS", "0.1")
    (tmp_path / "a.toml").write_text(SMALL)
    (tmp_path / "b.toml").write_text(SMALL.replace('"step1", ', ""))
    started = [
        machines.start(host, "study", "run", str(tmp_path / f"{name}.toml"))
        for host, name in (("m1", "a"), ("m2", "b"))
    ]
    said = [process.communicate(timeout=240) for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert set(Counter(bench.starts.read_text().split()).values()) == {1}


@needs_hosts
def test_a_worker_that_dies_on_another_machine_is_noticed_and_taken_up(
    bench: Workbench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "SILENT_S", 8.0)
    bench.env("FAKE_SECONDS", "1")
    asked = ("extract", "--probes", "fixture", "--positives", "20", "--negatives", "40")
    process = machines.start("m2", *asked, "--human", "none")
    try:
        bench.wait_for(lambda: any(job.done >= 2 for job in queue.jobs()), 60)
        (job,) = queue.jobs()
        assert (job.state, job.where) == ("running", "on m2")
        assert JobFolder(job.id).worker_pid() is None
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert queue.get(job.id).active  # type: ignore[union-attr]
    bench.env("FAKE_SECONDS", "0")
    assert main(["resume", job.id]) == 0
    assert "watching for 8 s" in capsys.readouterr().err
    bench.wait(job.id, lambda job: job.state == "done")
    assert "Resuming: " in queue.log_tail(job.id)


def elsewhere(bench: Workbench, **claim: object) -> JobFolder:
    """The folder of a job that another machine works on."""
    folder = JobFolder(bench.submit(start=False).id)
    folder.claim(os.getpid())
    path = folder.path / "worker.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"host": "far-away"} | claim))
    folder.write_progress(state="running", stage="concepts", done=3, total=12)
    return folder


@pytest.mark.usefixtures("impatient")
def test_a_pid_of_another_machine_means_nothing_here(bench: Workbench) -> None:
    folder = elsewhere(bench)
    assert queue.get(folder.id).where == "on far-away"  # type: ignore[union-attr]
    gone = bench.wait(folder.id, lambda job: job.state == "interrupted", 5)
    assert "on far-away has given no sign of life" in gone.error
    assert folder.progress()["state"] == "interrupted"


@pytest.mark.usefixtures("impatient")
def test_a_worker_on_another_machine_lives_as_long_as_its_heart_beats(bench: Workbench) -> None:
    folder = elsewhere(bench, pid=1)
    with heartbeat.beating(folder.beat), pytest.raises(pytest.fail.Exception):
        bench.wait(folder.id, lambda job: job.state != "running", 1.5)
    bench.wait(folder.id, lambda job: job.state == "interrupted", 5)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_is_wrong_neither_ends_nor_keeps_a_job(bench: Workbench, hours: int) -> None:
    folder = JobFolder(bench.submit(start=False).id)
    path = folder.path / "progress.json"
    fields = json.loads(path.read_text())
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)
    path.write_text(json.dumps(fields | {"host": "far-away", "updated": moment.isoformat()}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.jobs.job._START_GRACE", 0.5)
        assert queue.get(folder.id).state == "queued"  # type: ignore[union-attr]
        bench.wait(folder.id, lambda job: job.state == "interrupted", 5)


@pytest.mark.usefixtures("impatient")
def test_a_new_dashboard_takes_up_what_a_vanished_machine_left(bench: Workbench) -> None:
    folder = elsewhere(bench)
    assert supervisor.start() == []
    bench.wait(folder.id, lambda job: job.state == "done", 30)


def test_two_dashboards_that_start_at_once_take_up_a_job_once(bench: Workbench) -> None:
    folder = JobFolder(bench.submit(start=False).id)
    folder.write_progress(state="interrupted", stage="concepts", done=3, total=12)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: supervisor.start(), range(2)))
    done = bench.wait(folder.id, lambda job: job.state == "done", 60)
    assert (done.restarts, bench.n_starts()) == (1, 1)


def test_jobs_of_another_machine_take_no_turn_of_this_one(bench: Workbench) -> None:
    elsewhere(bench)
    job = bench.submit(bench.request(seed=1))
    assert turns.ahead_of(job.id) == 0
    bench.wait(job.id, lambda job: job.state == "done")


def test_what_a_job_writes_the_group_can_read(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SMALL)
    before = os.umask(0o027)
    try:
        bench.submit()
        job = queue.submit(STUDY, load(str(tmp_path / "s.toml")))
        bench.wait(job.id, lambda job: job.state == "done")
    finally:
        os.umask(before)
    assert isinstance(JobFolder(job.id).order(), Order)
    paths = [path for name in ("runs", "jobs") for path in (bench.folder / name).rglob("*")]
    assert paths
    closed = [path for path in paths if not path.stat().st_mode & stat.S_IRGRP]
    assert closed == []


@needs_hosts
def test_a_command_that_follows_another_machine_s_job_says_where_it_is(bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "3")
    asked = ("extract", "--probes", "fixture", "--positives", "20", "--negatives", "40")
    first = machines.start("m1", *asked, "--human", "none")
    bench.wait_for(lambda: any(job.stage == "concepts" for job in queue.jobs()), 60)
    second = machines.start("m2", *asked, "--human", "none")
    _, told = second.communicate(timeout=120)
    first.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (0, 0), told
    assert "on m1 has this job; following it" in told
    assert bench.n_starts() == 1

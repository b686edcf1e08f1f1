"""A kill, a cancel or a queue costs no concept that was committed."""

from __future__ import annotations

import json
import os
import signal

import pandas as pd
import pytest

from explorer.jobs import queue, supervisor
from explorer.jobs.folder import JobFolder
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


def tables(bench: Workbench, run_id: str) -> dict[str, pd.DataFrame]:
    library = Library(bench.runs)
    return {
        table: library.export(run_id, table)
        for table in QUERIES
        if table not in ("meta", "progress")
    }


def uninterrupted(bench: Workbench, run_id: str) -> dict[str, pd.DataFrame]:
    """The content of the same run, done in one go."""
    path = bench.runs / f"{run_id}.duckdb"
    path.rename(bench.folder / "kept.duckdb")
    bench.env("FAKE_SECONDS", "0")
    bench.submit()
    bench.wait(run_id, lambda job: job.state == "done")
    return tables(bench, run_id)


def assert_same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> None:
    for table, frame in left.items():
        pd.testing.assert_frame_equal(frame, right[table])


def kill_worker(run_id: str) -> None:
    pid = JobFolder(run_id).worker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_a_killed_worker_shows_as_interrupted_and_resumes_to_equal_content(
    bench: Workbench,
) -> None:
    bench.start_workers_anew()
    bench.env("FAKE_SECONDS", "0.2")
    job = bench.submit()
    bench.wait(job.id, lambda job: job.stage == "concepts" and job.done >= 3)
    kill_worker(job.id)
    stopped = bench.wait(job.id, lambda job: job.state == "interrupted")
    assert "concepts are kept" in stopped.message
    bench.env("FAKE_SECONDS", "0")
    queue.resume(job.id)
    bench.wait(job.id, lambda job: job.state == "done")
    assert "Resuming: " in queue.log_tail(job.id)
    assert bench.n_starts() == 2
    resumed = tables(bench, job.id)
    assert_same(resumed, uninterrupted(bench, job.id))


def test_a_cancelled_job_keeps_its_concepts_and_resumes(bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "0.2")
    job = bench.submit()
    bench.wait(job.id, lambda job: job.stage == "concepts" and job.done >= 2)
    queue.cancel(job.id)
    stopped = bench.wait(job.id, lambda job: job.state == "cancelled", 10)
    assert stopped.error == ""
    assert (bench.runs / f"{job.id}.partial.duckdb").exists()
    bench.env("FAKE_SECONDS", "0")
    assert bench.submit().active
    bench.wait(job.id, lambda job: job.state == "done")
    assert "Resuming: " in queue.log_tail(job.id)
    assert not (bench.runs / f"{job.id}.partial.duckdb").exists()


def test_a_second_extraction_waits_for_the_first(bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "0.6")
    first = bench.submit()
    bench.wait(first.id, lambda job: job.state == "running")
    bench.env("FAKE_SECONDS", "0")
    second = bench.submit(bench.request(seed=1))
    waiting = bench.wait(second.id, lambda job: "Waiting" in job.message)
    assert waiting.state == "queued"
    assert queue.get(first.id).state == "running"  # type: ignore[union-attr]
    queue.cancel(second.id)
    bench.wait(second.id, lambda job: job.state == "cancelled")
    bench.wait(first.id, lambda job: job.state == "done")
    queue.resume(second.id)
    bench.wait(second.id, lambda job: job.state == "done")


def test_the_supervisor_restarts_what_was_interrupted_three_times_at_most(bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "60")
    job = bench.submit()
    for restarts in range(supervisor.MAX_RESTARTS + 1):
        running = bench.wait(job.id, lambda job: job.state == "running")
        assert running.restarts == restarts
        kill_worker(job.id)
        bench.wait(job.id, lambda job: job.state == "interrupted")
        assert supervisor.start() == ([job.id] if restarts < supervisor.MAX_RESTARTS else [])
    failed = queue.get(job.id)
    assert failed is not None
    assert failed.state == "failed"
    assert "stopped 4 times" in failed.error
    bench.env("FAKE_SECONDS", "0")
    assert queue.resume(job.id).restarts == 0
    bench.wait(job.id, lambda job: job.state == "done")


def test_the_supervisor_leaves_running_and_finished_jobs_alone(bench: Workbench) -> None:
    done = bench.submit()
    bench.wait(done.id, lambda job: job.state == "done")
    bench.env("FAKE_SECONDS", "1")
    running = bench.submit(bench.request(seed=1))
    bench.wait(running.id, lambda job: job.state == "running")
    assert supervisor.start() == []
    supervisor.stop()
    assert JobFolder(running.id).worker_pid() is not None


def test_a_pid_that_now_belongs_to_another_process_is_no_worker(bench: Workbench) -> None:
    job = bench.submit(start=False)
    folder = JobFolder(job.id)
    folder.write_progress(state="running", stage="concepts", done=1, total=12)
    folder.claim(os.getpid())
    assert queue.get(job.id).state == "running"  # type: ignore[union-attr]
    claim = json.loads((folder.path / "worker.json").read_text())
    (folder.path / "worker.json").write_text(
        json.dumps(claim | {"started": claim["started"] - 100})
    )
    assert queue.get(job.id).state == "interrupted"  # type: ignore[union-attr]


def test_a_job_whose_worker_died_after_publishing_the_run_is_done(bench: Workbench) -> None:
    job = bench.submit()
    bench.wait(job.id, lambda job: job.state == "done")
    JobFolder(job.id).forget_worker()
    JobFolder(job.id).write_progress(state="running", stage="finishing")
    assert queue.get(job.id).state == "done"  # type: ignore[union-attr]

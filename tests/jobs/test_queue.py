"""Jobs: one worker a run, one extraction at a time, and nothing lost by a failure."""

from __future__ import annotations

import concurrent.futures
import os
import threading
from pathlib import Path

import pytest

from explorer.core.errors import Cancelled, InputError
from explorer.jobs import queue, worker
from explorer.jobs.folder import JobFolder
from explorer.jobs.locks import lock, lock_path
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


def test_a_submitted_job_ends_in_a_run_and_a_log(bench: Workbench) -> None:
    bench.start_workers_anew()
    job = bench.submit()
    assert job.state == "queued"
    done = bench.wait(job.id, lambda job: job.state == "done")
    assert (done.done, done.total, done.eta_s, done.error) == (
        len(CONCEPTS),
        len(CONCEPTS),
        None,
        "",
    )
    assert [run.id for run in Library(bench.runs).runs()] == [job.id]
    log = queue.log_tail(job.id)
    assert "Loading the fake model" in log
    assert "yellow: " in log
    assert queue.log_tail(job.id, 1) in log.splitlines()
    assert [j.id for j in queue.jobs()] == [job.id]


def test_the_same_request_twice_is_one_run(bench: Workbench) -> None:
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda _: bench.submit(), range(4)))
    assert len({job.id for job in jobs}) == 1
    bench.wait(jobs[0].id, lambda job: job.state == "done")
    again = bench.submit(bench.request(concepts=CONCEPTS[::-1]))
    assert again.state == "done"
    assert bench.n_starts() == 1


def test_the_worker_is_the_leader_of_its_own_session(bench: Workbench) -> None:
    bench.start_workers_anew()
    bench.env("FAKE_SECONDS", "0.2")
    job = bench.submit()
    pid = JobFolder(job.id).worker_pid()
    assert pid is not None
    assert os.getsid(pid) == pid != os.getsid(0)


@pytest.mark.parametrize(
    ("mishap", "error", "hint"),
    [
        ("model", "no such model", "spelling"),
        ("disk", "disk is full", "Free some space"),
        ("memory", "does not fit in memory", "bfloat16"),
        ("bug", "KeyError", "log.txt"),
    ],
)
def test_a_failure_is_a_sentence_in_the_job_and_a_traceback_in_the_log(
    bench: Workbench, mishap: str, error: str, hint: str
) -> None:
    bench.env("FAKE_FAIL", mishap)
    job = bench.submit()
    failed = bench.wait(job.id, lambda job: job.state == "failed")
    assert error in failed.error
    assert hint in failed.hint
    assert "Traceback" not in failed.error + failed.hint
    assert "Traceback" in queue.log_tail(job.id)
    bench.env("FAKE_FAIL", "")
    queue.resume(job.id)
    bench.wait(job.id, lambda job: job.state == "done")
    assert ("Resuming: 3 of 12" in queue.log_tail(job.id)) == (mishap != "model")


def test_a_finished_file_that_is_damaged_is_set_aside_and_extracted_again(bench: Workbench) -> None:
    job = bench.submit()
    bench.wait(job.id, lambda job: job.state == "done")
    os.truncate(bench.runs / f"{job.id}.duckdb", 9000)
    assert bench.submit().state == "queued"
    bench.wait(job.id, lambda job: job.state == "done")
    assert (bench.runs / f"{job.id}.broken-1").stat().st_size == 9000
    assert len(Library(bench.runs).runs()) == 1


def test_unusable_ratings_are_refused_before_anything_starts(
    bench: Workbench, tmp_path: Path
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("word1,word2,score\ncat,dog,much\n")
    for name, sentence in ((str(table), "not a finite number"), ("MEM", "no human ratings “MEM”")):
        with pytest.raises(InputError, match=sentence):
            bench.submit(human=(name,))
    assert queue.jobs() == []


def test_ratings_of_a_csv_go_into_the_run(bench: Workbench, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("word1,word2,score\ncat,dog,9\ncat,quark,1\n")
    job = bench.submit(human=(str(table),))
    bench.wait(job.id, lambda job: job.state == "done")
    assert Library(bench.runs).run(job.id).human == {"mine": {"pairs": 2, "covered": 1}}


def test_forgetting_a_job_removes_what_is_unfinished_but_no_run(bench: Workbench) -> None:
    bench.env("FAKE_FAIL", "bug")
    failed = bench.submit()
    bench.wait(failed.id, lambda job: job.state == "failed")
    queue.forget(failed.id)
    assert (queue.jobs(), list(bench.runs.iterdir())) == ([], [])
    bench.env("FAKE_FAIL", "")
    done = bench.submit()
    bench.wait(done.id, lambda job: job.state == "done")
    queue.forget(done.id)
    assert queue.get(done.id) is None
    assert bench.submit().state == "done"


def test_a_lock_that_no_job_holds_is_named_with_what_to_do(bench: Workbench) -> None:
    job = bench.submit(start=False)
    told: list[str] = []
    with lock(worker.machine_lock()), pytest.raises(Cancelled):
        worker.work(
            job.id,
            watch=lambda progress: told.append(progress.message),
            asked_to_stop=lambda: told[-1].startswith("Waiting"),
        )
    assert (
        told[-1]
        == f"Waiting for {lock_path(worker.machine_lock())}: delete it if no other job runs"
    )


def test_an_unknown_job_is_an_input_error(bench: Workbench) -> None:
    assert queue.get("0" * 16) is None
    assert queue.log_tail("0" * 16) == ""
    for action in (queue.cancel, queue.resume, queue.forget):
        with pytest.raises(InputError, match="no job"):
            action("0" * 16)
    with pytest.raises(InputError, match="not the id"):
        queue.get("../../etc")


def test_a_reader_never_sees_half_of_a_progress_file(bench: Workbench) -> None:
    job = bench.submit(start=False)
    folder, stop = JobFolder(job.id), threading.Event()

    def write() -> None:
        while not stop.is_set():
            folder.write_progress(state="running", message="x" * 20_000)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(folder.progress() for _ in range(300))
    finally:
        stop.set()
        writer.join()

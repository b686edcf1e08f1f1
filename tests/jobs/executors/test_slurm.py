"""Jobs at a stand-in of Slurm: the same worker program on the same folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.core import machine, settings
from explorer.core.errors import InputError, ResourceError
from explorer.core.place import Place
from explorer.jobs import queue
from explorer.jobs.executors import slurm
from explorer.jobs.executors.slurm_watch import WATCHER
from explorer.jobs.executors.slurm_work import Work
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from tests.jobs.kinds.test_study import SMALL
from tests.jobs.test_interruptions import assert_same, tables, uninterrupted
from tests.support import fake_slurm
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow
PLACE = Place("slurm", "gpu", gpus=1, minutes=30, memory="2G", flags=("--account=mine",))


@pytest.fixture
def cluster(bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a stand-in of Slurm that is on the PATH."""
    folder = tmp_path / "cluster"
    programs = fake_slurm.install(folder)
    bench.env("FAKE_SLURM", str(folder))
    bench.env("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("explorer.jobs.executors.slurm_watch._EVERY_S", 0.0)
    WATCHER.__init__()  # type: ignore[misc]
    bench.start_workers_anew()
    yield folder
    for path in folder.glob("*.pid"):
        fake_slurm.end(int(path.read_text()))


def submit(bench: Workbench) -> queue.Job:
    return queue.submit(EXTRACTION, Pass((bench.request(),), ()), place=PLACE)


def test_slurm_s_worker_makes_the_run_that_a_worker_here_makes(
    bench: Workbench, cluster: Path
) -> None:
    job = submit(bench)
    assert job.active
    script = (cluster / "1.script").read_text()
    for asked in ("partition=gpu", "gpus-per-node=1", "time=30", "mem=2G", "account=mine"):
        assert f"#SBATCH --{asked}\n" in script
    assert "#SBATCH --requeue\n" in script
    done = bench.wait(job.id, lambda job: job.state == "done")
    assert done.place == PLACE
    assert "Loading the fake model" in queue.log_tail(job.id)
    there = tables(bench, job.id)
    queue.forget(job.id)
    assert_same(there, uninterrupted(bench, job.id))


def test_a_study_is_a_job_a_pass_and_one_that_dies_is_started_again(
    bench: Workbench, cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.toml").write_text(SMALL)
    (cluster / "die").write_text("1")
    code = main(["study", "run", str(tmp_path / "s.toml"), "--executor", "slurm"])
    told = capsys.readouterr()
    assert code == 0, told.err
    assert "it is started again" in told.err
    assert len(list(cluster.glob("*.script"))) == 3
    assert len(told.out.split()) == 8
    parts = [job for job in queue.jobs() if job.kind is EXTRACTION]
    assert {job.state for job in parts} == {"done"}
    (study,) = [job for job in queue.jobs() if job.kind is not EXTRACTION]
    assert [part.problem for part in queue.outcomes(study.id)] == ["", ""]


def test_a_state_that_slurm_tells_once_stays_told(bench: Workbench, cluster: Path) -> None:
    (cluster / "hold").touch()
    job = submit(bench)
    waiting = bench.wait(job.id, lambda job: "the nodes are taken" in job.message)
    assert (waiting.state, waiting.where) == ("queued", "Slurm job 1")
    fake_slurm.state(cluster, "1", "NODE_FAIL")
    failed = bench.wait(job.id, lambda job: job.state == "interrupted")
    assert "The node c01 of Slurm's job 1 failed" in failed.error
    fake_slurm.state(cluster, "1", "")
    assert "The node c01" in queue.get(job.id).error  # type: ignore[union-attr]
    (cluster / "hold").unlink()
    assert queue.resume(job.id).place == PLACE
    assert bench.wait(job.id, lambda job: job.state == "done").error == ""


def test_a_node_that_lacks_the_model_says_that_it_was_the_node(
    bench: Workbench, cluster: Path
) -> None:
    bench.env("FAKE_FAIL", "model")
    job = submit(bench)
    failed = bench.wait(job.id, lambda job: job.state == "failed")
    assert failed.error == "The hub has no such model."
    assert f"This was on {machine.name()}: nodes have to see the model" in failed.hint


def test_a_silent_slurm_loses_no_job(bench: Workbench, cluster: Path) -> None:
    (cluster / "hold").touch()
    job = submit(bench)
    (cluster / "silent").touch()
    assert queue.get(job.id).active  # type: ignore[union-attr]
    WATCHER.__init__()  # type: ignore[misc]
    assert "does not answer now" in queue.get(job.id).message  # type: ignore[union-attr]


def test_a_job_that_another_process_has_just_submitted_is_not_called_forgotten(
    bench: Workbench, cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dashboard's last look at the queue may be older than the job."""
    monkeypatch.setattr("explorer.jobs.executors.slurm_watch._EVERY_S", 1e9)
    (cluster / "hold").touch()
    first = submit(bench)
    assert queue.get(first.id).active  # type: ignore[union-attr]
    fake_slurm.state(cluster, "2", "PENDING", "Priority")
    JobFolder(first.id).claim_for("2")
    assert "others go first" in queue.get(first.id).message  # type: ignore[union-attr]
    JobFolder(first.id).claim_for("3")
    assert "no longer knows its job 3" in queue.get(first.id).error  # type: ignore[union-attr]


@pytest.mark.parametrize("job", ["--user=bob", "1; reboot", "1 2", "x"])
def test_a_job_number_that_is_none_reaches_no_program(bench: Workbench, job: str) -> None:
    folder = JobFolder(bench.submit(start=False).id)
    folder.claim_for(job)
    assert folder.claimed() is None


def test_a_waiting_job_is_cancelled_in_slurm_s_queue(bench: Workbench, cluster: Path) -> None:
    (cluster / "hold").touch()
    job = submit(bench)
    assert main(["cancel", job.id]) == 0
    assert queue.get(job.id).state == "cancelled"  # type: ignore[union-attr]
    assert (cluster / "1.state").read_text().startswith("CANCELLED")


def test_a_refused_job_leaves_nothing_and_a_refused_resume_leaves_all(
    bench: Workbench, cluster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cluster / "refuse").write_text("Batch job submission failed: Invalid account")
    with pytest.raises(InputError, match=r"^Slurm refused: Invalid account\."):
        submit(bench)
    assert queue.jobs() == []
    assert [path.name for path in bench.folder.glob("jobs/*")] == [".locks"]
    (cluster / "refuse").unlink()
    (cluster / "hold").touch()
    job = submit(bench)
    queue.cancel(job.id)
    (cluster / "refuse").write_text("Unable to contact slurm controller (connect failure)")
    with pytest.raises(ResourceError, match="Slurm does not answer"):
        queue.resume(job.id)
    assert queue.get(job.id).state == "cancelled"  # type: ignore[union-attr]
    flags = ("--executor", "slurm", "--partition", "gpus")
    assert main(["extract", "--probes", "fixture", *flags]) == 2
    words = "no partition “gpus”. Did you mean “gpu”? Its partitions: "
    assert words in capsys.readouterr().err


def test_without_slurm_the_sentence_says_where_to_go(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(bench.folder))
    assert main(["extract", "--probes", "fixture", "--executor", "slurm"]) == 2
    told = capsys.readouterr().err
    assert "There is no Slurm on this machine: sbatch and srun are not on the PATH." in told
    assert "Traceback" not in told
    assert queue.jobs() == []


def test_a_machine_without_slurm_watches_the_jobs_of_one_that_has_it(
    bench: Workbench, cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cluster / "hold").touch()
    job = submit(bench)
    monkeypatch.setattr(slurm, "is_here", lambda: False)
    seen = queue.get(job.id)
    assert seen is not None
    assert seen.active
    assert "this machine without Slurm" in seen.message
    with pytest.raises(InputError, match="scancel 1"):
        queue.cancel(job.id)


def test_two_time_limits_without_progress_end_in_a_sentence(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.submit(start=False)
    folder = JobFolder(job.id)
    folder.write_progress(state="running", stage="concepts", done=3, total=12)
    work = Work(job.id, {}, 1, 20)
    work._began = -1e6
    again = work.checkpoint().function
    again._began = -1e6
    folder.write_progress(state="running", stage="concepts", done=4, total=12)
    third = again.checkpoint().function
    third._began = -1e6
    with pytest.raises(ResourceError, match=r"limit of 60 s passed twice.*--time"):
        third.checkpoint()


def test_what_a_node_executes_lies_outside_the_cache_and_holds_no_secret(
    bench: Workbench, cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    (cluster / "hold").touch()
    job = submit(bench)
    state = settings.state_dir()
    assert (state / "slurm" / job.id).stat().st_mode & 0o077 == 0
    files = [path for folder in (state, bench.folder / "jobs") for path in folder.rglob("*.*")]
    assert any(path.suffix == ".pkl" and state in path.parents for path in files)
    assert not any(path.suffix == ".pkl" for path in (bench.folder / "jobs").rglob("*"))
    assert not any(b"sk-secret" in path.read_bytes() for path in files if path.is_file())
    order = json.loads((JobFolder(job.id).path / "request.json").read_text())
    assert order["place"]["partition"] == "gpu"

"""An extraction in this process: progress, ETA, ratings that cannot be had, one
writer.
"""

from __future__ import annotations

import dataclasses
import json

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, InputError, ResourceError
from explorer.core.records import HumanPair
from explorer.jobs import queue, worker
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds import extraction
from explorer.jobs.kinds.one_pass import Pass, by_pass
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN
from explorer.jobs.kinds.tracker import Tracker
from explorer.jobs.locks import lock
from explorer.jobs.problems import Busy
from explorer.jobs.progress import Progress
from explorer.probes import human
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, FakeExtraction
from tests.support.workbench import Heard, Workbench

pytestmark = pytest.mark.slow


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def tracker() -> tuple[Tracker, Clock, list[Progress]]:
    clock, told = Clock(), list[Progress]()
    return Tracker(told.append, lambda: False, clock), clock, told


def test_eta_counts_the_concepts_of_this_session_only() -> None:
    track, clock, told = tracker()
    track.stage("concepts", "", 90, 100)
    clock.now = 10.0
    track.concept(90, 2, 100, 0.0, 0.0, "cat")
    assert (told[-1].done, told[-1].total) == (92, 100)
    assert told[-1].eta_s == pytest.approx(8 * 10 / 2)


def test_eta_before_the_first_concept_comes_from_the_speed_of_the_preparation() -> None:
    track, clock, told = tracker()
    track.stage("preparing", "")
    clock.now = 20.0
    track.prepared(100, 200, 300)
    assert told[-1].eta_s == pytest.approx(0.2 * 400)
    track.stage("concepts", "", 0, 10)
    track.concept(0, 0, 10, 0.5, 300, "cat")
    clock.now = 21.0
    track.concept(0, 0, 10, 0.5, 300, "cat")
    assert told[-1].eta_s == pytest.approx(0.2 * 300)


def test_progress_goes_through_the_stages_and_counts_up(bench: Workbench) -> None:
    told = bench.extract().progress
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == list(extraction.EXTRACTION.stages)
    counts = [progress.done for progress in told if progress.stage == "concepts"]
    assert counts == sorted(counts)
    assert counts[-1] == len(CONCEPTS)


def test_cancelling_is_noticed_between_batches(bench: Workbench) -> None:
    heard = Heard(lambda heard: any(p.stage == "preparing" for p in heard.progress))
    with pytest.raises(Cancelled):
        bench.extract(heard=heard)
    assert heard.progress[-1].stage == "preparing"


def test_ratings_that_cannot_be_had_are_skipped_with_a_line(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(key: str, *_: object) -> list[HumanPair]:
        if key == "MEN":
            raise ResourceError("The human ratings could not be fetched.", "Check the network.")
        return [HumanPair(key, "all", "cat", "dog", 9.0)]

    monkeypatch.setattr(human, "load", load)
    lines = bench.extract(human=DEFAULT_HUMAN).lines
    assert any("skipped: MEN. The human ratings could not be fetched" in line for line in lines)
    library = Library(bench.runs)
    (run,) = library.runs()
    assert set(run.human) == {"SimLex-999", "WordSim-353"}
    meta = library.export(run.id, "meta").set_index("key")["value"]
    assert "could not be fetched" in meta["human_skipped"]


def test_a_job_that_another_process_works_on_is_busy_and_nothing_is_recorded(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.submit(start=False)
    before = JobFolder(job.id).progress()
    monkeypatch.setattr(worker, "_PATIENCE", 0.1)
    with lock(f"{job.id}.work"), pytest.raises(Busy):
        worker.work(job.id)
    assert JobFolder(job.id).progress() == before


def test_a_probe_set_that_has_changed_is_refused(bench: Workbench) -> None:
    request = dataclasses.replace(bench.request(), probe_digest="0" * 64)
    with pytest.raises(InputError, match="content has changed"):
        bench.extract(request)


def test_several_runs_come_out_of_one_pass_and_each_equals_the_run_alone(bench: Workbench) -> None:
    requests = [
        bench.request(),
        bench.request(n_positive=10),
        bench.request(n_negative=20, folds=2),
    ]
    bench.extract(*requests)
    library = Library(bench.runs)
    assert {run.id for run in library.runs()} == {request.id for request in requests}
    assert bench.n_starts() == 1
    for request in requests:
        fake = FakeExtraction(request)
        for result in fake.concepts():
            folds = library.experts(request.id, result.concept)["folds"]
            assert folds.sum() == sum(map(len, result.units))


def test_a_pass_over_several_runs_resumes_those_that_are_missing(bench: Workbench) -> None:
    requests = [bench.request(), bench.request(n_positive=10)]
    bench.extract(requests[0])
    first = bench.runs / f"{requests[0].id}.duckdb"
    written = first.stat().st_mtime_ns
    lines = bench.extract(*requests).lines
    assert all((bench.runs / f"{request.id}.duckdb").exists() for request in requests)
    assert first.stat().st_mtime_ns == written
    assert f"The run exists already: {first.name}." in lines


def test_a_run_that_is_there_under_another_name_is_not_extracted_again(bench: Workbench) -> None:
    request = bench.request()
    bench.extract(request)
    path = bench.runs / f"{request.id}.duckdb"
    path.rename(path.with_name("from-a-colleague.duckdb"))
    assert bench.extract(request).lines == ["The run exists already: from-a-colleague.duckdb."]
    assert not path.exists()


def test_runs_that_differ_in_their_sets_only_are_one_pass(bench: Workbench) -> None:
    a, b, c = bench.request(), bench.request(n_positive=5, seed=3), bench.request(pooling="mean")
    assert by_pass([a, c, b]) == [[a, b], [c]]


def test_a_single_run_is_a_job_of_the_run_s_id_and_several_are_a_job_of_their_own(
    bench: Workbench,
) -> None:
    a, b = bench.request(), bench.request(n_positive=5)
    identity = extraction.EXTRACTION.identity
    assert identity(Pass((a,))) == a.id
    assert identity(Pass((a, b))) == identity(Pass((b, a)))
    assert identity(Pass((a, b))) not in (a.id, b.id)


def test_a_job_of_the_last_version_is_read_and_goes_on_past_a_checkpoint_that_fails(
    bench: Workbench,
) -> None:
    a, c = (bench.request(checkpoint=Checkpoint("fixture/tiny", f"step{step}")) for step in (1, 2))
    b = dataclasses.replace(a, n_positive=5)
    fields = [json.loads(request.to_json()) for request in (a, b, c)]
    folder = bench.folder / "jobs" / a.id
    folder.mkdir(parents=True)
    order = {
        "request": fields[0],
        "human": [],
        "created": "2026-01-02T03:04:05+00:00",
        "restarts": 0,
        "also": fields[1:],
    }
    (folder / "request.json").write_text(json.dumps(order))
    job = queue.get(a.id)
    assert job is not None
    assert (job.state, job.request.requests) == ("interrupted", (a, b, c))
    bench.env("FAKE_FAIL", "model:step1")
    queue.resume(a.id)
    failed = bench.wait(a.id, lambda job: not job.active)
    assert "1 of 2 passes failed" in failed.error
    assert "The hub has no such model" in failed.hint
    assert [bool(part.problem) for part in queue.outcomes(a.id)] == [True, False]
    assert [run.id for run in Library(bench.runs).runs()] == [c.id]
    bench.env("FAKE_FAIL", "")
    queue.resume(a.id)
    bench.wait(a.id, lambda job: job.state == "done")
    assert {run.id for run in Library(bench.runs).runs()} == {a.id, b.id, c.id}

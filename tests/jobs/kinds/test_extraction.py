"""The pipeline in this process: progress, ETA, ratings that cannot be had, one
writer.
"""

from __future__ import annotations

import dataclasses

import pytest

from explorer.core.errors import Cancelled, InputError, ResourceError
from explorer.core.records import HumanPair
from explorer.jobs import worker
from explorer.jobs.folder import lock
from explorer.jobs.kinds import extraction
from explorer.jobs.progress import Progress, Tracker
from explorer.probes import human
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, FakeExtraction
from tests.support.workbench import Workbench


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
    told: list[Progress] = []
    extraction.run([bench.request()], told.append, human=())
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["waiting", "loading model", "preparing", "concepts", "finishing"]
    counts = [progress.done for progress in told if progress.stage == "concepts"]
    assert counts == sorted(counts)
    assert counts[-1] == len(CONCEPTS)


def test_cancelling_is_noticed_between_batches(bench: Workbench) -> None:
    told: list[Progress] = []
    with pytest.raises(Cancelled):
        extraction.run(
            [bench.request()],
            told.append,
            human=(),
            cancelled=lambda: any(p.stage == "preparing" for p in told),
        )
    assert told[-1].stage == "preparing"


def test_ratings_that_cannot_be_had_are_skipped_with_a_line(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(key: str) -> list[HumanPair]:
        if key == "MEN":
            raise ResourceError("The human ratings could not be fetched.", "Check the network.")
        return [HumanPair(key, "all", "cat", "dog", 9.0)]

    monkeypatch.setattr(human, "load", load)
    lines: list[str] = []
    (path,) = extraction.run([bench.request()], lambda _: None, tell=lines.append)
    assert any("skipped: MEN. The human ratings could not be fetched" in line for line in lines)
    library = Library(path.parent)
    assert set(library.runs()[0].human) == {"SimLex-999", "WordSim-353"}
    meta = library.export(path.stem, "meta").set_index("key")["value"]
    assert "could not be fetched" in meta["human_skipped"]


def test_a_run_that_another_process_writes_is_busy(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, told = bench.request(), list[Progress]()
    monkeypatch.setattr(extraction, "_PATIENCE", 0.1)
    with lock(request.id), pytest.raises(extraction.Busy):
        extraction.run([request], told.append, human=())
    assert told == []


def test_a_probe_set_that_has_changed_is_refused(bench: Workbench) -> None:
    request = dataclasses.replace(bench.request(), probe_digest="0" * 64)
    with pytest.raises(InputError, match="content has changed"):
        extraction.run([request], lambda _: None, human=())


def test_several_runs_come_out_of_one_pass_and_each_equals_the_run_alone(bench: Workbench) -> None:
    requests = [
        bench.request(),
        bench.request(n_positive=10),
        bench.request(n_negative=20, folds=2),
    ]
    paths = extraction.run(requests, lambda _: None, human=())
    assert [path.stem for path in paths] == [request.id for request in requests]
    assert bench.n_starts() == 1
    library = Library(bench.runs)
    for request in requests:
        fake = FakeExtraction(request)
        for result in fake.concepts():
            folds = library.experts(request.id, result.concept)["folds"]
            assert folds.sum() == sum(map(len, result.units))


def test_a_pass_over_several_runs_resumes_those_that_are_missing(bench: Workbench) -> None:
    requests = [bench.request(), bench.request(n_positive=10)]
    (first,) = extraction.run(requests[:1], lambda _: None, human=())
    written = first.stat().st_mtime_ns
    lines: list[str] = []
    paths = extraction.run(requests, lambda _: None, human=(), tell=lines.append)
    assert all(path.exists() for path in paths)
    assert first.stat().st_mtime_ns == written
    assert f"The run exists already: {first.name}." in lines


def test_a_run_that_is_there_under_another_name_is_found_by_its_path(bench: Workbench) -> None:
    request = bench.request()
    (path,) = extraction.run([request], lambda _: None, human=())
    renamed = path.rename(path.with_name("from-a-colleague.duckdb"))
    told: list[str] = []
    assert extraction.run([request], lambda _: None, human=(), tell=told.append) == [renamed]
    assert told == ["The run exists already: from-a-colleague.duckdb."]


def test_runs_that_differ_in_their_sets_only_are_one_pass(bench: Workbench) -> None:
    a, b, c = bench.request(), bench.request(n_positive=5, seed=3), bench.request(pooling="mean")
    assert worker.by_pass([a, c, b]) == [[a, b], [c]]

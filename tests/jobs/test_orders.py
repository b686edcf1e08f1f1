"""Orders on disk: versioned, read once, and never trusted."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from explorer import __version__
from explorer.core.errors import InputError
from explorer.core.request import RunRequest
from explorer.jobs import order, queue, supervisor
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from tests.pages.conftest import Opener
from tests.pages.conftest import open_page as open_page
from tests.support.workbench import Workbench


def damaged(bench: Workbench, name: str, text: str) -> Path:
    folder = bench.folder / "jobs" / name
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(text)
    return folder


def test_an_order_says_kind_schema_program_and_parents(bench: Workbench) -> None:
    parts = Pass((bench.request(),), ())
    job = queue.submit(EXTRACTION, parts, parents=("abc",), start=False)
    fields = json.loads((JobFolder(job.id).path / "request.json").read_text())
    told = {key: fields[key] for key in ("kind", "schema", "program", "parents", "id")}
    assert told == {
        "kind": "extraction",
        "schema": order.SCHEMA,
        "program": __version__,
        "parents": ["abc"],
        "id": job.id,
    }
    assert job.request == parts


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "",
        "[1]",
        "null",
        '"text"',
        '{"kind": "extraction"}',
        '{"kind": "study", "schema": "x"}',
    ],
)
@pytest.mark.parametrize("name", ["my-copy", "my copy (2)", "0123456789abcdef"])
def test_an_order_that_cannot_be_read_is_told_as_damaged_and_can_be_removed(
    bench: Workbench, name: str, text: str
) -> None:
    damaged(bench, name, text)
    assert supervisor.start() == []
    (job,) = queue.jobs()
    assert (job.id, job.state, job.active) == (name, "damaged", False)
    assert f"{name}/request.json, cannot be read" in job.error
    for action in (queue.cancel, queue.resume):
        with pytest.raises(InputError, match="cannot be read"):
            action(name)
    queue.forget(name)
    assert queue.jobs() == []


def test_an_order_in_bytes_that_are_no_text_is_damaged(bench: Workbench) -> None:
    folder = damaged(bench, "bytes", "")
    (folder / "request.json").write_bytes(b"\xff\xfe\x00")
    assert [job.state for job in queue.jobs()] == ["damaged"]


def test_a_copied_job_is_told_as_a_copy_and_removing_it_leaves_the_original_alone(
    bench: Workbench,
) -> None:
    bench.env("FAKE_FAIL", "bug")
    job = bench.submit()
    bench.wait(job.id, lambda job: job.state == "failed")
    folder = JobFolder(job.id)
    # A copy of a folder whose worker is still ending looks as if it had one.
    bench.wait(job.id, lambda _: folder.worker_pid() is None)
    shutil.copytree(JobFolder(job.id).path, bench.folder / "jobs" / "my-copy")
    states = {job.id: job.state for job in queue.jobs()}
    assert states == {job.id: "failed", "my-copy": "damaged"}
    assert f"a copy of the job {job.id}" in queue.get("my-copy").error  # type: ignore[union-attr]
    queue.forget("my-copy")
    assert (bench.runs / f"{job.id}.partial.duckdb").exists()


def test_a_job_of_a_newer_form_is_left_alone_with_a_sentence(bench: Workbench) -> None:
    job = bench.submit(start=False)
    path = JobFolder(job.id).path / "request.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99, "program": "7.0"}))
    seen = queue.get(job.id)
    assert seen is not None
    assert seen.state == "unknown"
    assert "newer form (99)" in seen.error
    assert "7.0" in seen.error


@pytest.mark.parametrize(
    "progress",
    [
        '{"state": "sleeping"}',
        '{"updated": "yesterday", "state": "done"}',
        '{"done": "x"}',
        "[",
        "",
    ],
)
def test_a_progress_file_that_makes_no_sense_stops_no_list(bench: Workbench, progress: str) -> None:
    job = bench.submit(start=False)
    (JobFolder(job.id).path / "progress.json").write_text(progress)
    assert [seen.id for seen in queue.jobs()] == [job.id]


def test_the_page_lists_a_damaged_job_and_removes_it(bench: Workbench, open_page: Opener) -> None:
    damaged(bench, "my-copy", "{}")
    app = open_page("extract")
    assert not app.exception
    assert any("my\\-copy" in markdown.value for markdown in app.markdown)
    app = open_page("extract", job="my-copy")
    assert "cannot be read" in app.error[0].value
    app.button("forget_my-copy").click().run()
    assert queue.jobs() == []


def test_looking_a_run_up_shows_its_links_and_writes_no_job(
    bench: Workbench, open_page: Opener
) -> None:
    request = bench.request()
    bench.extract(request)
    app = open_page("extract", job=request.id)
    assert "The run is in the cache" in "\n".join(markdown.value for markdown in app.markdown)
    links = [link.proto.query_string for link in app.get("page_link")]
    assert links.count(f"run={request.id}") == 4
    assert not list((bench.folder / "jobs").glob("*/request.json"))
    assert bench.n_starts() == 1


def test_an_unchanged_order_is_parsed_once_however_often_it_is_watched(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [bench.request(n_positive=n) for n in range(1, 61)]
    job = bench.submit(*requests, start=False)
    parsed: list[str] = []
    read = type(requests[0]).from_json

    def counted(text: str) -> RunRequest:
        parsed.append(text)
        return read(text)

    monkeypatch.setattr(type(requests[0]), "from_json", counted)
    for _ in range(50):
        assert len(queue.get(job.id).request.requests) == 60  # type: ignore[union-attr]
    assert len(parsed) <= 60
    path = JobFolder(job.id).path / "request.json"
    os.utime(path, ns=(1, 1))
    queue.get(job.id)
    assert len(parsed) >= 60
    assert (JobFolder(job.id).path / "progress.json").stat().st_size < 1000

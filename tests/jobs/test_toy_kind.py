"""A kind of job that only this file knows goes through everything that jobs do."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from explorer.cli import main
from explorer.core import settings
from explorer.core.errors import InputError
from explorer.jobs import kinds, queue
from explorer.jobs.folder import JobFolder
from explorer.jobs.kind import Context, Kind, Link
from explorer.jobs.progress import Progress
from tests.pages.conftest import Opener
from tests.pages.conftest import open_page as open_page
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Count:
    """Count to a number, a pause at each."""

    name: str
    to: int
    pause: float = 0.0


class Counting(Kind[Count]):
    """Writes a line a number into a file, and goes on where it was stopped."""

    name = "counting"
    stages: ClassVar[Mapping[str, str]] = {"counting": "Count up"}
    counted: ClassVar[Mapping[str, str]] = {"counting": "numbers"}

    def read(self, fields: Mapping[str, Any]) -> Count:
        return Count(str(fields["name"]), int(fields["to"]), float(fields["pause"]))

    def write(self, request: Count) -> dict[str, Any]:
        return {"name": request.name, "to": request.to, "pause": request.pause}

    def identity(self, request: Count) -> str:
        return hashlib.sha256(f"{request.name} {request.to}".encode()).hexdigest()[:16]

    def title(self, request: Count) -> str:
        return f"Count {request.name}"

    def summary(self, request: Count) -> str:
        return f"to {request.to} with <b>care</b>"

    def finished(self, request: Count) -> bool:
        return len(numbers(request)) == request.to

    def links(self, request: Count) -> list[Link]:
        return [Link("overview", {"run": request.name})]

    def discard(self, request: Count) -> None:
        if not self.finished(request):
            file_of(request).unlink(missing_ok=True)

    def run(self, request: Count, context: Context) -> None:
        for number in range(len(numbers(request)), request.to):
            context.check()
            context.report(Progress("counting", number, request.to, None, f"at {number}"))
            with file_of(request).open("a") as stream:
                stream.write(f"{number}\n")
            time.sleep(request.pause)
        context.tell(f"Counted to {request.to}")


COUNTING = Counting()


def file_of(request: Count) -> Path:
    return settings.cache_dir() / f"{request.name}.txt"


def numbers(request: Count) -> list[str]:
    return file_of(request).read_text().split() if file_of(request).exists() else []


@pytest.fixture(autouse=True)
def _added(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: bench.folder / "bundled")
    bench.env(kinds.VARIABLE, f"{__name__}:COUNTING")


def test_a_kind_of_one_s_own_is_worked_on_cancelled_resumed_and_shown(
    bench: Workbench, open_page: Opener
) -> None:
    job = queue.submit(COUNTING, Count("slowly", 40, 0.1))
    bench.wait(job.id, lambda job: job.stage == "counting" and job.done >= 2)
    assert JobFolder(job.id).worker_pid() is not None
    app = open_page("extract")
    assert any("Count slowly" in markdown.value for markdown in app.markdown)
    app = open_page("extract", job=job.id)
    assert "Count up" in "".join(element.proto.body for element in app.get("html"))
    app.button(f"cancel_{job.id}").click().run()
    stopped = bench.wait(job.id, lambda job: job.state == "cancelled")
    n_before = len(numbers(stopped.request))
    assert 2 <= n_before < 40
    app = open_page("extract", job=job.id)
    assert "of 40 numbers are kept" in app.info[0].value
    app.button(f"resume_{job.id}").click().run()
    bench.wait(job.id, lambda job: job.state == "done")
    assert numbers(stopped.request) == [str(number) for number in range(40)]
    app = open_page("extract", job=job.id)
    assert not app.exception
    assert not app.error
    assert [link.proto.query_string for link in app.get("page_link")][:1] == ["run=slowly"]


def test_a_kind_of_one_s_own_is_known_to_the_command_line(
    bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    job = queue.submit(COUNTING, Count("quickly", 3))
    bench.wait(job.id, lambda job: job.state == "done")
    capsys.readouterr()
    assert main(["status", job.id]) == 0
    told = capsys.readouterr().out
    assert "kind\tcounting" in told
    assert "title\tCount quickly" in told
    assert main(["cancel", job.id]) == 2
    assert queue.submit(COUNTING, Count("quickly", 3)).state == "done"


def test_a_kind_that_does_not_need_the_machine_does_not_wait_for_an_extraction(
    bench: Workbench,
) -> None:
    bench.env("FAKE_SECONDS", "0.5")
    extraction = bench.submit()
    bench.wait(extraction.id, lambda job: job.state == "running")
    job = queue.submit(COUNTING, Count("aside", 3))
    bench.wait(job.id, lambda job: job.state == "done")
    assert queue.get(extraction.id).state == "running"  # type: ignore[union-attr]
    queue.cancel(extraction.id)


def test_a_job_whose_kind_is_not_known_is_listed_with_a_sentence(
    bench: Workbench, open_page: Opener
) -> None:
    job = queue.submit(COUNTING, Count("later", 3), start=False)
    order = json.loads((JobFolder(job.id).path / "request.json").read_text())
    bench.env(kinds.VARIABLE, "")
    order["program"] = "9.9"
    (JobFolder(job.id).path / "request.json").write_text(json.dumps(order))
    (seen,) = queue.jobs()
    assert seen.state == "unknown"
    assert "knows no jobs of the kind “counting”; it comes from 9.9" in seen.error
    with pytest.raises(InputError, match="counting"):
        queue.resume(job.id)
    app = open_page("extract", job=job.id)
    assert "counting" in app.error[0].value
    app.button(f"forget_{job.id}").click().run()
    assert queue.jobs() == []


@pytest.mark.parametrize("named", ["no.such:KIND", "json:loads", "json:NOTHING", "nonsense"])
def test_a_kind_that_cannot_be_imported_is_told_by_the_variable(
    bench: Workbench, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    bench.env(kinds.VARIABLE, named)
    bench.folder.joinpath("jobs", "some").mkdir(parents=True)
    bench.folder.joinpath("jobs", "some", "request.json").write_text('{"kind": "other"}')
    assert main(["status", "0" * 16]) == 2
    assert kinds.VARIABLE in capsys.readouterr().err

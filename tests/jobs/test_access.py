"""Whoever may only look changes nothing, whichever way they try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.bundles.exporting import export_bundle
from explorer.bundles.importing import import_bundle
from explorer.core import access
from explorer.core.access import READ_ONLY
from explorer.core.errors import AccessError
from explorer.core.sentence import Question
from explorer.core.tau import LOWEST
from explorer.jobs import asking, queue, supervisor
from explorer.jobs.cost import speeds
from explorer.jobs.kinds.sentences import SENTENCES, Sentences
from explorer.probes import covariate, editing, human, kept, probe_set
from explorer.reports import drafts
from explorer.reports.report import Report, Shown, Source
from explorer.store.library import Library
from tests.support.fixtures import small_run
from tests.support.workbench import Workbench

Attempt = Callable[[Workbench], object]


def _bundle(bench: Workbench) -> Path:
    return bench.folder.parent / "bundle.zip"


ATTEMPTS: dict[str, Attempt] = {
    "start": lambda bench: bench.submit(),
    "resume": lambda _: queue.resume(queue.jobs()[0].id),
    "restart": lambda _: queue.restart(queue.jobs()[0].id),
    "cancel": lambda _: queue.cancel(queue.jobs()[0].id),
    "remove a job": lambda _: queue.forget(queue.jobs()[0].id),
    "measure the speed": lambda bench: speeds.measure(bench.request()),
    "ask for a sentence": lambda bench: asking.ask(
        [Question(Library(bench.runs).runs()[0].id, LOWEST, "A cat.")]
    ),
    "add to a report": lambda _: drafts.add("report", Shown(Source("headline"))),
    "begin a report": lambda _: drafts.save_new("new", Report(title="New")),
    "change a report": lambda _: drafts.change("report", lambda report: report),
    "rename a report": lambda _: drafts.rename("report", "other"),
    "delete a report": lambda _: drafts.delete("report"),
    "keep ratings": lambda _: kept.keep("mine", b"word1,word2,score\na,b,1\n"),
    "add published ratings": lambda bench: human.add(bench.folder / "MTURK-771.csv"),
    "ask for ratings": lambda _: kept.ask_for("0123", "MEN"),
    "keep values": lambda bench: covariate.keep_values(bench.folder.parent / "values.csv"),
    "change a probe set": lambda _: editing.save(
        (probes := probe_set.load("fixture")),
        editing.Draft(probes.info.digest, excluded=frozenset({(next(iter(probes.sentences)), 0)})),
        "new",
    ),
    "take a bundle in": lambda bench: import_bundle(_bundle(bench)),
}


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
    }


@pytest.fixture
def prepared(bench: Workbench) -> Workbench:
    """A cache with a run, a stopped job, a draft; a bundle and a table beside it."""
    small_run(bench.runs)
    library = Library(bench.runs)
    export_bundle(_bundle(bench), library, library.runs())
    drafts.add("report", Shown(Source("headline")))
    queue.cancel(bench.submit(start=False).id)
    (bench.folder.parent / "values.csv").write_text("word,value\ncat,1\ndog,2\nbus,3\n")
    return bench


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_read_only_server_refuses_in_a_sentence_and_nothing_changes(
    prepared: Workbench, name: str
) -> None:
    before = _state(prepared.folder)
    prepared.env(READ_ONLY, "1")
    with pytest.raises(AccessError, match="read-only"):
        ATTEMPTS[name](prepared)
    assert _state(prepared.folder) == before


@pytest.mark.parametrize("name", ["add to a report", "keep ratings", "begin a report"])
def test_the_same_attempts_work_where_it_is_not_read_only(prepared: Workbench, name: str) -> None:
    before = _state(prepared.folder)
    ATTEMPTS[name](prepared)
    assert _state(prepared.folder) != before


def test_a_read_only_server_takes_no_job_up_and_writes_no_index(prepared: Workbench) -> None:
    (job,) = queue.jobs()
    order = prepared.folder / "jobs" / job.id / "progress.json"
    order.write_text('{"state": "running", "updated": "2020-01-01T00:00:00+00:00"}')
    interrupted = queue.get(job.id)
    assert interrupted is not None
    assert interrupted.state == "interrupted"
    (prepared.runs / ".index.json").unlink(missing_ok=True)
    before = _state(prepared.folder)
    prepared.env(READ_ONLY, "1")
    assert supervisor.start() == []
    assert len(Library(prepared.runs).runs()) == 1
    assert _state(prepared.folder) == before


def test_every_kind_of_job_goes_through_the_same_door(prepared: Workbench) -> None:
    assert access.refusal() is None
    prepared.env(READ_ONLY, "1")
    with pytest.raises(AccessError, match="read-only"):
        queue.submit(SENTENCES, Sentences("new", ("cat", "dog"), 5))

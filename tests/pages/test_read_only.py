"""What a read-only server shows: everything, and one sentence where something could be
changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.access import READ_ONLY
from explorer.jobs import queue
from explorer.reports import drafts
from explorer.reports.report import Shown, Source
from explorer.ui.navigation import LISTED
from tests.pages.conftest import Opener
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow
LOOKING = ("Share", "Present this page", "All units", "All concepts", "Leave (Esc)")
"""Buttons that change nothing but what is looked at."""
SAID = "nothing can be started, changed or stored here"


@pytest.fixture
def closed_cache(full_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of a read-only server."""
    monkeypatch.setenv(READ_ONLY, "1")
    return full_cache


def _told(app) -> int:
    return sum(SAID in notice.value for notice in app.info)


@pytest.mark.parametrize("name", LISTED)
def test_every_page_opens_and_offers_nothing_that_changes_the_cache(
    closed_cache: Path, open_page: Opener, name: str
) -> None:
    before = sorted(closed_cache.rglob("*"))
    app = open_page(name)
    assert not app.exception
    assert not app.error
    offered = {button.label for button in app.button if not button.disabled}
    assert offered <= set(LOOKING)
    assert not app.get("file_uploader")
    assert sorted(closed_cache.rglob("*")) == before


@pytest.mark.parametrize("name", ["extract", "report", "probe_sets", "sentence"])
def test_a_page_where_things_are_changed_says_why_they_cannot_be(
    closed_cache: Path, open_page: Opener, name: str
) -> None:
    assert _told(open_page(name)) >= 1


def test_a_report_can_be_read_and_taken_home(
    bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.add("mine", Shown(Source("headline")))
    monkeypatch.setenv(READ_ONLY, "1")
    app = open_page("report")
    assert not app.exception
    assert {button.label for button in app.get("download_button")} >= {"HTML", "ZIP", "Draft"}
    assert not app.text_area
    assert {field.label for field in app.text_input} == set()


def test_a_stopped_job_is_shown_without_a_way_to_go_on(
    bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.submit(start=False)
    queue.cancel(job.id)
    monkeypatch.setenv(READ_ONLY, "1")
    app = open_page("extract", job=job.id)
    assert not app.exception
    assert {button.label for button in app.button} <= set(LOOKING)
    assert _told(app) == 1


def test_a_click_of_before_is_refused_where_it_arrives(
    bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.submit(start=False)
    queue.cancel(job.id)
    app = open_page("extract", job=job.id)
    button = app.button(key=f"resume_{job.id}")
    monkeypatch.setenv(READ_ONLY, "1")
    button.click().run()
    stopped = queue.get(job.id)
    assert stopped is not None
    assert stopped.state == "cancelled"

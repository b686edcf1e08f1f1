"""Where an extraction is to run, on a machine from which Slurm can be asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.core.place import Place
from explorer.jobs import queue
from tests.pages.conftest import Opener
from tests.support import fake_slurm
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(extract_bench: Workbench, tmp_path: Path) -> Workbench:
    """A bench that finds a stand-in of Slurm on its PATH."""
    programs = fake_slurm.install(tmp_path / "cluster")
    extract_bench.env("FAKE_SLURM", str(tmp_path / "cluster"))
    extract_bench.env("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return extract_bench


def shards(app: object) -> list[object]:
    return [box for box in app.number_input if str(box.key).startswith("form_shards")]


def test_shards_are_offered_where_they_can_run_at_once(
    cluster: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[tuple[int, Place]] = []

    def submit(_kind: object, request: object, *, place: Place) -> queue.Job:
        submitted.append((request.shards, place))
        raise RuntimeError("far enough")

    monkeypatch.setattr("explorer.jobs.queue.submit", submit)
    app = open_page("extract")
    assert shards(app) == []
    app.segmented_control("form_executor").set_value("Slurm").run()
    (box,) = shards(app)
    assert box.value == 1
    box.set_value(3).run()
    assert any("In 3 shards" in caption.value for caption in app.caption)
    app.button("start").click().run()
    assert submitted == [(3, Place("slurm"))]


def test_where_slurm_cannot_be_asked_nothing_is_to_be_chosen(
    extract_bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.jobs.executors.slurm.is_here", lambda: False)
    app = open_page("extract")
    assert shards(app) == []
    assert "form_executor" not in [control.key for control in app.segmented_control]
    assert "start" in [button.key for button in app.button]

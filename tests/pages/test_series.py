"""Checkpoints of one model as one choice with a slider."""

from __future__ import annotations

from pathlib import Path

from explorer.store.library import Library
from tests.pages.conftest import Opener


def test_the_slider_follows_the_address_and_is_kept_on_other_pages(
    full_cache: Path, open_page: Opener
) -> None:
    runs = {
        run.request.checkpoint.step: run
        for run in Library(full_cache / "runs").runs()
        if "tiny" in run.label
    }
    app = open_page("alignment", run=runs[512].id)
    assert app.select_slider("run_step").value == 512
    app.select_slider("run_step").set_value(4000).run()
    assert app.query_params["run"] == runs[4000].id
    app.switch_page("../../pages/overview.py").run()
    assert app.select_slider("run_step").value == 4000


def test_a_run_without_steps_has_no_slider(full_cache: Path, open_page: Opener) -> None:
    app = open_page("overview")
    assert not [slider for slider in app.select_slider if slider.key == "run_step"]

"""Checkpoints of one model as one choice with a slider."""

from __future__ import annotations

from pathlib import Path

from explorer.ui.series import all_series

from explorer.store.library import Library
from tests.pages.conftest import STEPS, Opener
from tests.support.fixtures import small_run


def test_the_steps_of_a_model_are_one_series_named_by_its_last(full_cache: Path) -> None:
    runs = Library(full_cache / "runs").runs()
    found = all_series(runs)
    assert sorted(len(series.runs) for series in found.values()) == [1, 1, len(STEPS)]
    series = max(found.values(), key=lambda one: len(one.runs))
    assert [run.request.checkpoint.step for run in series.runs] == sorted(STEPS)
    assert series.label(runs).startswith(f"tiny · {len(STEPS)} checkpoints · ")
    assert series.near(512).request.checkpoint.step == 512
    assert series.near(3) == series.last


def test_another_design_or_the_same_step_again_is_a_series_of_its_own(tmp_path: Path) -> None:
    for step in (1, 2):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}")
    small_run(tmp_path, model="fixture/tiny", revision="step2", seed=1)
    small_run(tmp_path, model="fixture/tiny", revision="step2", folds=2)
    small_run(tmp_path, model="fixture/tiny", revision="step2", random_init=0)
    found = all_series(Library(tmp_path).runs())
    assert sum(len(series.runs) for series in found.values()) == 5
    assert sorted(len(series.runs) for series in found.values()) == [1, 1, 1, 2]


def test_the_slider_follows_the_address_and_is_kept_on_other_pages(
    full_cache: Path, open_page: Opener
) -> None:
    runs = {
        run.request.checkpoint.step: run
        for run in Library(full_cache / "runs").runs()
        if "tiny" in run.label
    }
    app = open_page("domains", run=runs[512].id)
    assert app.select_slider("run_step").value == 512
    app.select_slider("run_step").set_value(4000).run()
    assert app.query_params["run"] == runs[4000].id
    app.switch_page("../../pages/stability.py").run()
    assert app.select_slider("run_step").value == 4000


def test_a_run_without_steps_has_no_slider(full_cache: Path, open_page: Opener) -> None:
    app = open_page("overview")
    assert not [slider for slider in app.select_slider if slider.key == "run_step"]

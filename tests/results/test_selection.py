"""Which runs belong together: series, twins, and the run a view opens on."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import RunInfo
from explorer.results.selection import Selection, selection
from explorer.store.library import Library
from tests.support.fixtures import small_run

STEPS = (0, 512, 4000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A trained run, its random-init twin, and a trajectory."""
    folder = tmp_path_factory.mktemp("runs")
    small_run(folder)
    small_run(folder, random_init=0)
    for step in STEPS:
        small_run(folder, model="fixture/tiny", revision=f"step{step}")
    return Library(folder)


def of_checkpoint(runs: Selection, checkpoint: Checkpoint) -> RunInfo:
    return next(run for run in runs.runs if run.request.checkpoint == checkpoint)


def test_the_steps_of_a_model_are_one_series_named_by_its_last(library: Library) -> None:
    runs = selection(library)
    assert sorted(len(series.runs) for series in runs.series.values()) == [1, 1, len(STEPS)]
    series = max(runs.series.values(), key=lambda other: len(other.runs))
    assert [run.request.checkpoint.step for run in series.runs] == sorted(STEPS)
    assert runs.series_label(series).startswith(f"tiny · {len(STEPS)} checkpoints · ")
    assert series.near(512).request.checkpoint.step == 512
    assert series.near(3) == series.last


@pytest.mark.parametrize(
    ("model", "revisions"),
    [
        ("/nowhere/lightning", ("epoch=0-step=9", "epoch=1-step=18")),
        ("org/olmo", ("stage1-step1000-tokens5B", "stage1-step2000-tokens9B")),
        ("org/deepspeed", ("global_step10", "ckpt_step=20")),
    ],
)
def test_every_way_to_name_a_step_joins_a_trajectory(
    tmp_path: Path, model: str, revisions: tuple[str, ...]
) -> None:
    for revision in (*revisions, "stage2-step500"):
        small_run(tmp_path, model=model, revision=revision)
    series = selection(Library(tmp_path)).series.values()
    assert sorted(len(one.runs) for one in series) == [1, len(revisions)]


def test_another_design_or_the_same_step_again_is_a_series_of_its_own(tmp_path: Path) -> None:
    for step in (1, 2):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}")
    small_run(tmp_path, model="fixture/tiny", revision="step2", seed=1)
    small_run(tmp_path, model="fixture/tiny", revision="step2", folds=2)
    small_run(tmp_path, model="fixture/tiny", revision="step2", random_init=0)
    series = selection(Library(tmp_path)).series
    assert sorted(len(runs.runs) for runs in series.values()) == [1, 1, 1, 2]


def test_the_default_run_is_trained_even_when_a_control_is_newer(library: Library) -> None:
    chosen = selection(library).default
    assert chosen is not None
    assert chosen.request.checkpoint == Checkpoint("built-in")
    assert Selection([]).default is None


def test_a_twin_differs_in_nothing_but_its_weights(library: Library, tmp_path: Path) -> None:
    stranger = Library(tmp_path).run(small_run(tmp_path, random_init=0, folds=2).stem)
    trained = of_checkpoint(selection(library), Checkpoint("built-in"))
    twin = Selection([*library.runs(), stranger]).twin(trained)
    assert twin is not None
    assert twin.request.checkpoint == Checkpoint("built-in", "main", 0)
    assert Selection([trained, stranger]).twin(trained) is None


def test_a_run_that_arrives_is_selected_among_at_the_next_look(tmp_path: Path) -> None:
    library = Library(tmp_path)
    small_run(tmp_path)
    assert len(selection(library).runs) == 1
    small_run(tmp_path, random_init=0)
    assert len(selection(library).runs) == 2

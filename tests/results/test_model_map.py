"""The map of models: what lies near what, what is left out, and what a new run does."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from explorer.results.model_map import HUMAN, WORDS, model_map
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.many_runs import many_runs

STEPS = {0: 0.0, 512: 0.3, 4000: 0.7, 143000: 1.0}


def trajectory(runs: Path, model: str = "fixture/tiny") -> None:
    for step, quality in STEPS.items():
        small_run(runs, model=model, revision=f"step{step}", quality=quality)


def test_neighbours_on_the_map_are_runs_that_find_the_same_pairs_similar(tmp_path: Path) -> None:
    small_run(tmp_path / "runs")
    trajectory(tmp_path / "runs")
    view = view_of(Library(tmp_path / "runs"))
    drawn = model_map(view)
    points = drawn.points.set_index("label")
    assert HUMAN in points.index
    assert WORDS not in points.index, "the sentences of this fixture share no words"
    assert drawn.stress < 0.3
    place = points[["x", "y"]]
    own = place.loc[view.run.label]
    near, far = (np.linalg.norm(place.loc[f"tiny · step{s}"] - own) for s in (143000, 0))
    assert near < far
    assert points.loc[view.run.label, "rho"] == pytest.approx(1.0)
    assert points.loc["tiny · step143000", "alignment"] > points.loc["tiny · step0", "alignment"]


def test_a_run_without_common_concepts_is_left_out_and_named(tmp_path: Path) -> None:
    trajectory(tmp_path / "runs")
    small_run(tmp_path / "runs", model="fixture/alien", concepts=("moon", "sea", "sky"))
    view = view_of(Library(tmp_path / "runs"), run=None)
    drawn = model_map(view)
    assert drawn.left_out == ("alien",)
    assert "alien" not in set(drawn.points["label"])


def test_runs_of_other_concepts_are_placed_by_those_in_common(tmp_path: Path) -> None:
    trajectory(tmp_path / "runs")
    small_run(tmp_path / "runs", model="fixture/part", concepts=(*CONCEPTS[:8], "moon"))
    view = view_of(Library(tmp_path / "runs"))
    points = model_map(view).points.set_index("label")
    assert np.isfinite(points.loc["part", ["x", "y", "rho"]].to_numpy(float)).all()


def test_a_run_that_is_added_leaves_the_others_about_where_they_were(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    trajectory(runs)
    trajectory(runs, "fixture/other")
    small_run(runs)
    before = model_map(view_of(Library(runs))).points.set_index("label")[["x", "y"]]
    small_run(runs, seed=3, model="fixture/late")
    after = model_map(view_of(Library(runs))).points.set_index("label")[["x", "y"]]
    moved = np.linalg.norm(after.loc[before.index] - before, axis=1)
    assert np.median(moved) < 0.1 * np.ptp(before.to_numpy())


@pytest.mark.slow
def test_two_hundred_runs_have_a_map_in_bounded_time(tmp_path: Path) -> None:
    many_runs(tmp_path / "runs", 200)
    view = view_of(Library(tmp_path / "runs"))
    began = time.process_time()
    drawn = model_map(view)
    assert drawn.points["run"].notna().sum() == 200
    assert time.process_time() - began < 30

"""What is said of training beside the headline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from explorer.results.headline_training import risen, trajectories
from explorer.results.overview import story
from explorer.results.view import parse_view
from explorer.store.library import Library
from tests.support.fixtures import small_run


def test_the_story_of_training_is_that_of_the_model_that_gains_most() -> None:
    points = pd.DataFrame(
        {
            "family": ["a", "a", "b", "b"],
            "step": [8, 0, 0, 8],
            "rho": [0.3, 0.1, 0.02, 0.31],
            "p_holm": [0.01, 0.4, 0.9, 0.02],
        }
    )
    assert risen(points) == ["Over training, b goes from 0.02 to 0.31."]
    assert risen(points.assign(p_holm=0.2)) == [
        "Over training no model of this design comes to follow people."
    ]
    assert risen(points.head(0)) == []


def test_a_trajectory_has_three_steps_of_a_model(tmp_path: Path) -> None:
    for step in (0, 8, 64):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}", quality=0.5)
    small_run(tmp_path)
    view, _ = parse_view(Library(tmp_path), {})
    assert view is not None
    table = trajectories(view)
    assert table["step"].tolist() == [0, 8, 64]
    assert set(table["representation"]) == {"experts"}
    assert story(view)[-1].startswith("Over training")

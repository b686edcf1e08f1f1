"""The headline and the numbers a run comes down to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.similarity import REPRESENTATIONS
from explorer.core.text import rho
from explorer.results.overview import (
    headline_differences,
    headline_points,
    key_numbers,
    story,
)
from explorer.results.runs import runs_table
from explorer.results.view import View, parse_view
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run


@pytest.fixture
def view(tmp_path: Path) -> View:
    """A trained run that has a twin."""
    small_run(tmp_path, random_init=0)
    small_run(tmp_path)
    view, _ = parse_view(Library(tmp_path), {})
    assert view is not None
    return view


def test_the_run_stands_beside_its_control(view: View) -> None:
    points = headline_points(view)
    assert sorted(points["weights"]) == ["trained"] * 3 + ["untrained"] * 3
    assert set(points.loc[points["weights"] == "trained", "run"]) == {view.run.id}


def test_its_differences_are_corrected_as_one_family(view: View) -> None:
    table = headline_differences(view)
    assert table["comparison"].tolist() == [
        "experts − word embedding",
        "experts − sentence embedding",
        *(f"trained − untrained, {name}" for name in REPRESENTATIONS),
    ]
    assert (table["p_holm"] >= table["p"]).all()


def test_the_key_numbers_are_those_of_the_headline(view: View) -> None:
    numbers = key_numbers(view).set_index("number")
    experts = headline_points(view).query("weights == 'trained'").iloc[0]
    assert numbers.loc["alignment of experts", "value"] == experts["rho"]
    assert numbers.loc["rated pairs", "value"] == experts["n"]
    domains = numbers.loc["overlap within ÷ across domains"]
    assert domains["value"] > 2 > domains["control"]


def test_without_domains_or_control_numbers_are_missing_not_wrong(tmp_path: Path) -> None:
    small_run(tmp_path, concepts=CONCEPTS[:4])
    view, _ = parse_view(Library(tmp_path), {})
    assert view is not None
    numbers = key_numbers(view)
    assert np.isnan(numbers["value"].iloc[1])
    assert numbers["control"].isna().all()


def test_the_table_of_runs_has_a_row_a_run(view: View) -> None:
    table = runs_table(view.library.runs())
    assert table["run"].tolist() == [run.id for run in view.library.runs()]
    assert set(table["concepts"]) == {len(CONCEPTS)}
    assert (table["megabytes"] > 0).all()


def test_the_story_says_what_the_headline_comes_down_to(view: View) -> None:
    first, second, third, *rest = story(view)
    rows = headline_points(view).set_index(["weights", "representation"])["rho"]
    assert first.startswith(f"The experts of {view.run.label} follow the similarities")
    assert f"ρ {rho(rows['trained', 'experts'])} [" in first
    assert second == f"Those of its untrained twin do not ({rho(rows['untrained', 'experts'])})."
    assert "of one domain overlap" in third
    assert rest == []


def test_the_story_claims_nothing_that_does_not_differ_from_chance(tmp_path: Path) -> None:
    small_run(tmp_path, quality=0.0)
    view, _ = parse_view(Library(tmp_path), {})
    assert view is not None
    (only,) = story(view)
    assert "do not clearly follow" in only

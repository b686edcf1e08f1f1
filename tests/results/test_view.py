"""What is looked at, from an address and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.core.ratings import Ratings
from explorer.core.similarity import OVERLAPS, Experts, parse_overlap
from explorer.core.tau import LOWEST, Tau
from explorer.results.view import View, parse_view, view_of
from explorer.store.library import Library
from tests.support.fixtures import small_run


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A trained run, its twin, and two steps of another model."""
    small_run(tmp_path)
    small_run(tmp_path, random_init=0)
    for step in (0, 512):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}")
    return Library(tmp_path)


def parsed(library: Library, **address: str) -> tuple[View, list[str]]:
    view, misfits = parse_view(library, address)
    assert view is not None
    return view, [misfit.name for misfit in misfits]


def test_an_empty_address_is_the_default_view(library: Library) -> None:
    view, misfits = parsed(library)
    assert misfits == []
    assert view.run.request.checkpoint.step is None
    assert view.control is not None
    assert view.control.request.checkpoint.random_init == 0
    assert view.ratings == Ratings("fixture", "test")
    assert view.tau == Tau.of(0.5)


def test_a_view_prints_the_address_that_makes_it(library: Library) -> None:
    for run, overlap in zip(library.runs(), OVERLAPS, strict=False):
        view, _ = parsed(library, run=run.id, tau="0.65", human="fixture dev", overlap=overlap.name)
        again, misfits = parsed(library, **view.address)
        assert misfits == []
        assert again == view
        assert again.overlap == overlap
        assert again.run.id == run.id


def test_the_start_of_an_id_names_a_run_when_only_one_has_it(library: Library) -> None:
    run = library.runs()[0]
    assert parsed(library, run=run.id[:9])[0].run.id == run.id
    assert parsed(library, run="")[1] == ["run"]


def test_what_is_not_there_becomes_the_default_and_is_named(library: Library) -> None:
    view, misfits = parsed(library, run="<b>", tau="0.51", human="MEN test", overlap="top 0")
    assert misfits == ["run", "human", "tau", "overlap"]
    assert view == parsed(library)[0]
    _, told = parse_view(library, {"run": "nonsense"})
    assert "asks for run “nonsense”, which is not there" in told[0].sentence


def test_an_overlap_that_is_not_there_is_refused_with_those_there_are(library: Library) -> None:
    assert view_of(library, overlap="top 100").experts == Experts(LOWEST, parse_overlap("top 100"))
    for given in ("top 0", "top 1000000000", "cosine"):
        with pytest.raises(InputError, match=f"“{given}”, expected one of “Jaccard”, “beyond"):
            view_of(library, overlap=given)


def test_step_0_is_the_control_where_there_is_no_twin(library: Library) -> None:
    last = next(run for run in library.runs() if run.request.checkpoint.step == 512)
    view, _ = parsed(library, run=last.id)
    assert view.control is not None
    assert view.control.request.checkpoint.revision == "step0"
    assert {run.id for run in view.runs} == {run.id for run in library.runs()}


def test_a_view_without_ratings_says_what_is_missing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert parse_view(library, {}) == (None, ())
    small_run(tmp_path, concepts=("cat", "red"))
    view, _ = parsed(Library(tmp_path))
    bare = View(view.library, view.run, None)
    with pytest.raises(InputError, match="No human ratings cover"):
        _ = bare.rated

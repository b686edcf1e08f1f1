"""Exhibits of two runs: the second run is an option like any other."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.exhibits import EXHIBITS, exhibit
from explorer.results.view import View, view_of
from explorer.store.library import Library
from tests.support.fixtures import small_run

NAMES = [name for name in EXHIBITS if name.startswith("compare-")]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    runs = tmp_path_factory.mktemp("exhibits") / "runs"
    for step, quality in {0: 0.0, 512: 0.5, 4000: 1.0}.items():
        small_run(runs, model="fixture/tiny", revision=f"step{step}", quality=quality)
    library = Library(runs)
    last = next(r.id for r in library.runs() if r.request.checkpoint.step == 4000)
    return view_of(library, run=last)


def other(view: View, step: int) -> str:
    return next(r.id for r in view.library.runs() if r.request.checkpoint.step == step)


@pytest.mark.parametrize("name", NAMES)
def test_the_second_run_may_be_named_by_the_start_of_its_id(view: View, name: str) -> None:
    second = other(view, 512)
    shown = exhibit(name, view, **{"with": second[:9]})
    assert "B: tiny · step512" in shown.caption
    assert shown.caption == exhibit(name, view, **{"with": second}).caption
    assert "step0" in exhibit(name, view).caption


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_run_is_refused(view: View, name: str) -> None:
    with pytest.raises(InputError, match="which is no run"):
        exhibit(name, view, **{"with": "nothing"})


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_shown_says_so(view: View, name: str) -> None:
    assert EXHIBITS[name].lacking(view) is None
    refused = EXHIBITS[name].refuses(view, {"with": view.run.id, "folds": "mean of all"})
    assert "same run at the same τ" in str(refused)


def test_a_threshold_of_b_is_in_the_caption(view: View) -> None:
    shown = exhibit("compare-similarity", view, **{"with": other(view, 0), "tau_b": "0.70"})
    assert "τ 0.50 (A), 0.70 (B)" in shown.caption
    with pytest.raises(InputError, match=r"tau_b: got “0\.71”"):
        exhibit("compare-similarity", view, tau_b="0.71")


def test_links_of_each_are_as_many_as_asked(view: View) -> None:
    rows = exhibit("compare-network", view, edges="20").data["link"].value_counts()
    assert rows["in both"] + rows["only in A"] == 20
    assert rows["in both"] + rows["only in B"] == 20


def test_the_strongest_claim_of_similarity_has_its_ceiling_beside_it(view: View) -> None:
    shown = exhibit("compare-similarity", view, **{"with": other(view, 512)})
    assert "noise between folds would let the same model reach" in shown.lead
    assert "two folds of A" in shown.caption
    assert "two folds of B" in shown.caption

"""The page that compares runs on full, empty and damaged caches, at good and bad
addresses.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.reading import captions, charts, texts

pytestmark = pytest.mark.slow
SECTIONS = ("Side by side", "What moved", "Units", "Map", "Over training")


def run_at(step: int) -> str:
    return next(r.id for r in library().runs() if r.request.checkpoint.revision == f"step{step}")


def good(page: AppTest) -> None:
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_shown_of_two_checkpoints(
    section: str, full_cache: Path, open_page: Opener
) -> None:
    page = open_page("compare", run=run_at(143000), **{"with": run_at(512)}, section=section)
    good(page)
    assert captions(page)
    if section != "What moved":
        assert charts(page)


def test_it_opens_on_a_run_and_its_control(full_cache: Path, open_page: Opener) -> None:
    page = open_page("compare")
    good(page)
    assert "A is SmolLM2-135M-Instruct; B is SmolLM2-135M-Instruct · random init." in texts(page)
    assert "Second-order similarity" in texts(page)
    assert "with" not in page.query_params


def test_a_switch_shows_what_is_equal(full_cache: Path, open_page: Opener) -> None:
    differing, every = (
        open_page("compare", all=value).table[0].value for value in ("false", "true")
    )
    assert len(differing) < len(every)
    assert "dtype" not in set(differing.iloc[:, 0])
    assert "dtype" in set(every.iloc[:, 0])


def test_b_is_chosen_by_its_step_and_goes_into_the_address(
    full_cache: Path, open_page: Opener
) -> None:
    page = open_page("compare", run=run_at(143000), **{"with": run_at(512)})
    page = page.select_slider(key="with_step").set_value(4000).run()
    good(page)
    assert page.query_params["with"] in ([run_at(4000)], run_at(4000))
    assert "B is tiny · step4000" in texts(page)


def test_one_run_is_compared_by_threshold_and_by_fold(full_cache: Path, open_page: Opener) -> None:
    same = {"run": run_at(143000), "with": run_at(143000)}
    folds = open_page("compare", **same)
    good(folds)
    assert "fold 1; B is" in texts(folds)
    taus = open_page("compare", **same, tau_b="0.70")
    good(taus)
    assert "τ 0.50; B is tiny · step143000, τ 0.70" in texts(taus)
    assert "two folds of A" in texts(taus)


def test_the_same_side_twice_is_told(full_cache: Path, open_page: Opener) -> None:
    same = {"run": run_at(143000), "with": run_at(143000), "folds": "mean of all"}
    for section in SECTIONS[:3]:
        page = open_page("compare", **same, section=section)
        good(page)
        assert "A and B are the same run at the same τ" in texts(page)


def test_units_of_two_models_are_not_followed(full_cache: Path, open_page: Opener) -> None:
    page = open_page("compare", run=run_at(143000), section="Units", **{"with": default_run()})
    good(page)
    assert "is not unit 7 of another" in texts(page)
    assert len(charts(page)) == 1


def default_run() -> str:
    return next(
        r.id
        for r in library().runs()
        if r.request.checkpoint.model == "built-in" and r.request.checkpoint.random_init is None
    )


@pytest.mark.parametrize(("n", "told"), [(0, "no concept in common"), (1, "one concept in common")])
def test_runs_of_other_concepts_are_told(
    n: int, told: str, empty_cache: Path, open_page: Opener
) -> None:
    mine = small_run(empty_cache / "runs").stem
    words = (*CONCEPTS[:n], "moon", "sea")
    other = small_run(empty_cache / "runs", model="fixture/other", concepts=words).stem
    for section in SECTIONS[:2]:
        page = open_page("compare", run=mine, section=section, **{"with": other})
        good(page)
        assert told in texts(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_one_run_alone_has_every_section(
    section: str, empty_cache: Path, open_page: Opener
) -> None:
    small_run(empty_cache / "runs", folds=2)
    page = open_page("compare", section=section)
    good(page)


def test_one_run_of_one_fold_alone_says_what_to_choose(
    empty_cache: Path, open_page: Opener
) -> None:
    small_run(empty_cache / "runs", folds=1)
    page = open_page("compare")
    good(page)
    assert "Choose another τ or another run for B." in texts(page)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "x" * 5000, "\x00", "‮", "0"])
@pytest.mark.parametrize("section", SECTIONS)
def test_an_address_of_nonsense_ends_in_a_sentence(
    section: str, text: str, full_cache: Path, open_page: Opener
) -> None:
    names = ("with", "tau_b", "folds", "moved", "edges", "network", "quantity", "by", "tau", "all")
    page = open_page("compare", section=section, **dict.fromkeys(names, text))
    good(page)
    assert "which is not there" in texts(page)


def test_a_run_that_vanishes_is_told(empty_cache: Path, open_page: Opener) -> None:
    mine = small_run(empty_cache / "runs").stem
    path = small_run(empty_cache / "runs", seed=1)
    page = open_page("compare", run=mine, **{"with": path.stem})
    good(page)
    path.unlink()
    page = page.run()
    good(page)
    assert "which is not there" in texts(page)


def test_an_empty_cache_says_how_to_fill_it(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("compare")
    assert "No run yet" in texts(page)
    good(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_damaged_files_take_no_good_run_down(
    section: str, corrupt_cache: Path, open_page: Opener
) -> None:
    good(open_page("compare", section=section))


def test_the_film_has_every_checkpoint_and_opens_on_the_one_looked_at(
    full_cache: Path, open_page: Opener
) -> None:
    page = open_page("compare", run=run_at(512), section="Over training", quantity="network")
    good(page)
    film = json.loads(charts(page)[0])
    assert len(film["frames"]) == 4
    assert film["layout"]["sliders"][0]["active"] == 1
    names = [step["label"] for step in film["layout"]["sliders"][0]["steps"]]
    assert names == ["step 0", "step 512", "step 4,000", "step 143,000"]

"""The pages of concepts, units and pairs on full, empty and damaged caches, at good and
bad addresses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.core.tau import LOWEST
from explorer.results.units import unit_table
from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.reading import captions, texts

pytestmark = pytest.mark.slow
PAGES = {
    "concepts": {"concept": "cat"},
    "units": {"unit": "h.0.mlp.c_fc:3"},
    "pairs": {"concept": "cat", "other": "dog"},
}
WRONG = {
    "concepts": {"concept": "zebra"},
    "units": {"unit": "h.9.mlp.c_fc:3"},
    "pairs": {"concept": "zebra", "other": "dog"},
}


def table(page: AppTest, column: str) -> Any:
    return next(frame.value for frame in page.dataframe if column in frame.value)


@pytest.mark.parametrize("page", PAGES)
def test_a_list_or_a_choice_is_offered_first(
    page: str, full_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page)
    assert not opened.exception
    assert not opened.error
    assert len(opened.dataframe) == 1


def test_the_list_of_concepts_can_be_narrowed_by_domain_and_rung(
    full_cache: Path, open_page: Opener
) -> None:
    everything = table(open_page("concepts"), "ladder")
    assert set(everything["concept"]) == set(CONCEPTS)
    animals = table(open_page("concepts", domain="animal"), "ladder")
    assert set(animals["concept"]) == {"cat", "dog", "horse", "cheetah"}
    selective = table(open_page("concepts", rungs="2"), "ladder")
    assert all(mark.startswith("●●") for mark in selective["ladder"])


@pytest.mark.parametrize(("page", "params"), PAGES.items())
def test_one_of_them_is_shown_with_its_evidence(
    page: str, params: dict[str, str], full_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page, **params)
    assert not opened.exception
    assert not opened.error
    assert all("random init" in caption for caption in captions(opened)[:1])


def test_a_concept_turns_to_its_neighbours_in_the_alphabet_and_back_to_the_list(
    full_cache: Path, open_page: Opener
) -> None:
    page = open_page("concepts", concept="bus")
    words = sorted(CONCEPTS)
    at = words.index("bus")
    page = page.button(key="turn_right").click().run()
    assert page.selectbox(key="concept").value == words[at + 1]
    page = page.button(key="turn_left").click().run()
    assert page.selectbox(key="concept").value == "bus"
    page = page.button(key="turn_up").click().run()
    assert page.selectbox(key="concept").value is None
    assert "ladder" in table(page, "ladder")


def test_the_biography_is_there_where_there_is_training(
    full_cache: Path, open_page: Opener
) -> None:
    last = next(run.id for run in library().runs() if run.request.checkpoint.step == 143000)
    page = open_page("concepts", concept="cat", run=last)
    assert "How “cat” came about" in texts(page)
    assert "20 are needed" in texts(page)
    assert "How “cat” came about" not in texts(open_page("concepts", concept="cat"))


@pytest.mark.parametrize(("page", "params"), WRONG.items())
def test_what_is_not_there_is_told(
    page: str, params: dict[str, str], full_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page, **params)
    assert not opened.exception
    assert next(iter(params.values())) in texts(opened)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "x" * 5000, "\x00", "‮", "‑", "0"])
def test_an_address_of_nonsense_ends_in_a_sentence(
    page: str, text: str, full_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page, **dict.fromkeys(PAGES[page], text), run=text, tau=text)
    assert not opened.exception
    assert "<script" not in "".join(str(element.value) for element in opened.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_cache_says_how_to_fill_it(
    page: str, empty_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page)
    assert "No run yet" in texts(opened)
    assert not opened.error


@pytest.mark.parametrize(("page", "params"), PAGES.items())
def test_damaged_files_take_no_good_run_down(
    page: str, params: dict[str, str], corrupt_cache: Path, open_page: Opener
) -> None:
    opened = open_page(page, **params)
    assert not opened.exception
    assert not opened.error


@pytest.mark.parametrize(("page", "params"), PAGES.items())
def test_one_fold_and_no_twin_are_told_not_judged(
    page: str, params: dict[str, str], empty_cache: Path, open_page: Opener
) -> None:
    small_run(empty_cache / "runs", folds=1)
    opened = open_page(page, **params)
    assert not opened.exception
    assert not opened.error
    if page != "units":
        verdicts = opened.table[0].value
        told = " ".join(verdicts["found"])
        assert "one fold" in told
        assert "random initialisation" in told
        assert (verdicts["verdict"].str.contains("not judged")).sum() >= 2


def test_a_run_that_vanishes_is_told(empty_cache: Path, open_page: Opener) -> None:
    path = small_run(empty_cache / "runs")
    small_run(empty_cache / "runs", seed=1)
    page = open_page("concepts", concept="cat", run=path.stem)
    path.unlink()
    page = page.run()
    assert not page.exception
    assert "which is not there" in texts(page)


def test_a_unit_of_the_list_opens(full_cache: Path, open_page: Opener) -> None:
    default = library().runs()[0]
    first = unit_table(library(), default.id, LOWEST).iloc[0]
    page = open_page("units", run=default.id, unit=f"{first['module']}:{first['index']}")
    assert f"shared by {first['concepts']}" in texts(page)
    silent = open_page("units", run=default.id, unit="h.0.attn.c_attn:0", tau="0.95")
    assert "an expert of none at τ 0.95" in texts(silent)

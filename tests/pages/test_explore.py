"""The pages of concepts, units and pairs on full, empty and damaged caches, at good and
bad addresses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.core.tau import LOWEST
from explorer.figures.tokens import Shaded, markup
from explorer.results.experts import names_of, with_places
from explorer.results.responses import units_with_evidence
from explorer.results.units import unit_table
from explorer.results.view import view_of
from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.evidence import small_evidence
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


@pytest.mark.parametrize("page", [*PAGES, "where"])
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


@pytest.fixture
def collected(empty_cache: Path) -> tuple[str, str]:
    """A run with evidence of two concepts, and a unit that they were collected of."""
    small_run(empty_cache / "runs", random_init=0)
    run_id = small_run(empty_cache / "runs").stem
    small_evidence(library(), run_id)
    view = view_of(library(), run=run_id)
    units = units_with_evidence(view, "cat")
    best = units[units["expert"]].tail(1)
    return run_id, names_of(with_places(library(), run_id, best)).iloc[0]


def tokens_of(page: AppTest) -> str:
    return "".join(str(e.value) for e in page.get("html") if "<mark" in str(e.value))


def test_a_unit_shows_what_it_answers(collected: tuple[str, str], open_page: Opener) -> None:
    run, unit = collected
    page = open_page("units", run=run, unit=unit)
    assert not page.exception
    assert not page.error
    assert "What it answers to sentences of “cat” and of others" in texts(page)
    assert "Sentence" in tokens_of(page)
    assert any("AP 0." in caption and "the area" in caption for caption in captions(page))


def test_a_range_of_responses_shows_its_sentences(
    collected: tuple[str, str], open_page: Opener
) -> None:
    run, unit = collected
    page = open_page("units", run=run, unit=unit, range="-99,99")
    assert "sentences have a response from -99 to 99" in texts(page)
    nothing = open_page("units", run=run, unit=unit, range="98,99")
    assert "0 sentences have a response from 98 to 99" in texts(nothing)


@pytest.mark.parametrize("text", ["2,1", "a,b", "1", "nan,1", "1,inf", "1,2,3", "<b>", "9" * 199])
def test_a_range_of_nonsense_is_refused_in_its_place(
    collected: tuple[str, str], open_page: Opener, text: str
) -> None:
    run, unit = collected
    page = open_page("units", run=run, unit=unit, range=text)
    assert not page.exception
    assert "Expected two numbers" in texts(page)
    assert "Precision and recall" in texts(page), "the rest stands"


def test_a_unit_without_evidence_offers_to_collect_it(
    collected: tuple[str, str], open_page: Opener
) -> None:
    run, _ = collected
    table = unit_table(library(), run, LOWEST)
    other = table[table["best"] == "red"].iloc[0]
    page = open_page("units", run=run, unit=f"{other['module']}:{other['index']}")
    assert not page.exception
    assert "not what it answers to single sentences" in texts(page)


def test_evidence_of_another_run_or_damaged_is_not_shown(
    collected: tuple[str, str], open_page: Opener, empty_cache: Path
) -> None:
    run, unit = collected
    path = next((empty_cache / "evidence").glob("*.duckdb"))
    whole = path.read_bytes()
    for change, told in (
        ("UPDATE pooled SET sentences = [s + 1 for s in sentences]", "do not lie in its sentences"),
        ("UPDATE units SET unit = unit + 99999", f"what run {run} drew"),
        ("DELETE FROM tokens", "tokens of no sentence"),
    ):
        path.write_bytes(whole)
        with duckdb.connect(str(path)) as con:
            con.execute(change)
        page = open_page("units", run=run, unit=unit)
        assert not page.exception, change
        assert not tokens_of(page), change
        assert told in texts(page), change
    path.write_bytes(whole[:5000])
    page = open_page("units", run=run, unit=unit)
    assert not page.exception
    assert not tokens_of(page)
    other = small_run(empty_cache / "runs", seed=5).stem
    assert not tokens_of(open_page("units", run=other, unit=unit))


def test_markup_in_a_sentence_is_text(empty_cache: Path) -> None:
    shaded = Shaded(
        "<img src=x onerror=alert(1)> & more", "5 <b>", np.array([[0, 4], [5, 30]]), np.ones(2)
    )
    drawn = markup([shaded], 0.0, 1.0)
    assert "<img" not in drawn
    assert "<b>" not in drawn
    assert "&lt;img" in drawn

"""The choice of how expert sets are compared, on the pages that have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.core.similarity import OVERLAPS
from explorer.exhibits import exhibit
from explorer.results.view import view_of
from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.reading import captions, charts, texts

pytestmark = pytest.mark.slow
PAGES = ("alignment", "concepts", "pairs", "domains", "compare")
NAMES = [overlap.name for overlap in OVERLAPS]


def control(page: AppTest):  # type: ignore[no-untyped-def]
    return page.button_group(key="overlap")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_offers_every_overlap_and_opens_on_the_paper_s(
    name: str, full_cache: Path, open_page: Opener
) -> None:
    page = open_page(name)
    assert control(page).options == NAMES
    assert control(page).value == NAMES[0]
    assert "overlap" not in page.query_params


@pytest.mark.parametrize("name", PAGES)
def test_a_choice_is_shown_and_told(name: str, full_cache: Path, open_page: Opener) -> None:
    page = control(open_page(name)).set_value("beyond chance").run()
    assert not page.exception
    assert any("beyond chance" in caption for caption in captions(page))


def test_the_page_draws_what_the_exhibit_has(full_cache: Path, open_page: Opener) -> None:
    run = library().runs()[0].id
    shown = exhibit("alignment", view_of(library(), run=run, overlap="top 50"))
    assert shown.figure is not None
    page, other = (open_page("alignment", run=run, overlap=name) for name in ("top 50", "Jaccard"))
    assert charts(page) != charts(other)
    assert any("the 50 units of highest AP" in caption for caption in captions(page))
    assert shown.lead in texts(page)


def test_sets_that_are_smaller_than_asked_are_told_once(
    full_cache: Path, open_page: Opener
) -> None:
    page = open_page("alignment", section="What could undo it", overlap="top 200")
    told = [note.value for note in page.info if "their sets are smaller" in note.value]
    assert len(told) == 1
    assert "units above the AP floor" in told[0]


@pytest.mark.parametrize("given", ["top 0", "top 1000000000", "cosine", "<b>"])
def test_an_overlap_that_is_not_there_is_told_and_the_paper_s_is_shown(
    given: str, full_cache: Path, open_page: Opener
) -> None:
    page = open_page("alignment", overlap=given)
    assert f"The address asks for overlap “{given}”, which is not there." in texts(page)
    assert "Shown instead: Jaccard." in texts(page)
    assert control(page).value == "Jaccard"
    assert charts(page) == charts(open_page("alignment"))


def test_what_shows_experts_above_tau_is_shown_whatever_is_chosen(
    full_cache: Path, open_page: Opener
) -> None:
    pages = [open_page("pairs", concept="cat", other="dog", overlap=name) for name in NAMES[:3]]
    for page in pages:
        assert not page.exception
        assert not page.error
    assert len({page.query_params.get("concept", [""])[0] for page in pages}) == 1
    assert "Overlap, top 50: " in texts(pages[2])

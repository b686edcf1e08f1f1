"""The page of typed sentences on full, empty and damaged caches, at good and bad
addresses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.sentence import LONGEST
from explorer.jobs import queue
from explorer.jobs.kinds.reader import READER, Reader
from explorer.results import sentence as results
from explorer.results.view import View, parse_view
from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.reading import texts
from tests.support.reading_of import small_reading

pytestmark = pytest.mark.slow
MARKUP = "The <img src=x onerror=alert(1)> cat & **dog** slept."


def own_view() -> View:
    view, _ = parse_view(library(), {})
    assert view is not None
    return view


@pytest.fixture
def view(empty_cache: Path) -> View:
    """Of a cache with a run and its untrained twin."""
    small_run(empty_cache / "runs")
    small_run(empty_cache / "runs", random_init=0)
    return own_view()


def test_before_any_sentence_the_page_says_how_to_begin(view: View, open_page: Opener) -> None:
    page = open_page("sentence")
    assert not page.exception
    assert "There is no sentence yet" in page.error[0].value
    assert queue.jobs() == []


def test_a_sentence_that_was_read_is_shown_with_its_chance(view: View, open_page: Opener) -> None:
    text = "The cat slept by the door."
    small_reading(view, text)
    page = open_page("sentence", text=text)
    assert not page.exception
    assert not page.error
    table = page.dataframe[0].value
    assert table["concept"].iloc[0] == CONCEPTS[0]
    assert table["stands"].tolist() == [True] + [False] * (len(CONCEPTS) - 1)
    n = 6 * len(CONCEPTS)
    assert f"Of {n} tokens × concepts 1 do; chance alone would give about 0.1." in texts(page)
    assert page.get("button_group")[0].options[:3] == ["whole sentence", "1 The", "2 cat"]


def test_a_token_of_the_address_sorts_the_concepts(view: View, open_page: Opener) -> None:
    text = "The cat slept by the door."
    small_reading(view, text)
    page = open_page("sentence", text=text, token="3 slept")
    assert set(page.dataframe[0].value["token"]) == {"slept"}
    wrong = open_page("sentence", text=text, token="99 nothing")
    assert not wrong.exception
    assert "whole sentence" in texts(wrong)


def test_the_last_sentence_is_shown_where_the_address_names_none(
    view: View, open_page: Opener
) -> None:
    small_reading(view, "A dog ran home.")
    assert "All concepts" in texts(open_page("sentence"))


def test_a_visit_asks_nothing_and_a_click_does(
    view: View, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.jobs.workers.start", lambda _: None)
    monkeypatch.setattr("explorer.ui.forms.sentence._SOON_S", 0.1)
    page = open_page("sentence", text="A cat.")
    assert "was not read" in texts(page)
    assert queue.jobs() == []
    next(button for button in page.button if button.label == "Read").click().run()
    assert not page.exception
    assert queue.get(READER.identity(Reader())) is not None
    assert any("…" in info.value for info in page.info)


def test_markup_is_shown_as_it_was_typed(view: View, open_page: Opener) -> None:
    small_reading(view, MARKUP)
    page = open_page("sentence", text=MARKUP)
    assert not page.exception
    body = " ".join(element.proto.body for element in page.get("html"))
    assert "&lt;img" in body
    assert "<img" not in body


@pytest.mark.parametrize("text", ["x" * 5000, " ", "\x00\x1b[2J", "x" * (LONGEST + 1)])
def test_an_endless_or_empty_sentence_is_refused_in_a_sentence(
    text: str, view: View, open_page: Opener
) -> None:
    page = open_page("sentence", text=text)
    assert not page.exception
    assert queue.jobs() == []


def test_the_same_sentence_at_other_checkpoints(view: View, open_page: Opener) -> None:
    text = "The cat slept."
    small_reading(view, text)
    offered = open_page("sentence", text=text)
    assert any("1 other checkpoint" in button.label for button in offered.button)
    assert view.control is not None
    twin, _ = parse_view(library(), {"run": view.control.id})
    assert twin is not None
    small_reading(twin, text, seed=1)
    page = open_page("sentence", text=text)
    frame = page.dataframe[-1].value
    assert frame["checkpoint"].tolist() == [view.run.label, view.control.label]
    assert frame["stand out"].tolist() == [1, 1]
    assert "The same sentence at other checkpoints" in texts(page)


def test_a_damaged_answer_counts_as_not_read(view: View, open_page: Opener) -> None:
    text = "The cat slept."
    small_reading(view, text)
    folder = view.library.folder.parent / "readings"
    (folder / f"{results.question(view, text).id}.answer.json").write_text("{")
    page = open_page("sentence", text=text)
    assert not page.exception
    assert "was not read" in texts(page)


def test_an_empty_cache_points_to_the_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("sentence")
    assert not page.exception
    assert "No run yet" in texts(page)


def test_a_damaged_run_beside_does_no_harm(corrupt_cache: Path, open_page: Opener) -> None:
    small_reading(own_view(), "A cat.")
    page = open_page("sentence", text="A cat.")
    assert not page.exception
    assert "All concepts" in texts(page)

"""The report page: collected exhibits, words between them, and drafts that others
wrote.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.reports import drafts
from explorer.reports.report import Report, Shown, Source, Words
from tests.pages.conftest import Opener
from tests.support.reading import texts

MARKUP = "<b>bold</b> [x](javascript:alert(1)) **strong**"


@pytest.fixture
def draft(full_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft of three blocks beside the runs of the full cache."""
    (tmp_path / "runs").symlink_to(full_cache / "runs")
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    blocks = (Words("first"), Shown(Source("headline"), "second"), Shown(Source("pairz")))
    drafts.save_new("mine", Report("A title", blocks))
    return "mine"


def press(page: AppTest, label: str, place: int = 0) -> AppTest:
    buttons = [button for button in page.button if button.label == label]
    return buttons[place].click().run()


def order(name: str) -> list[str]:
    blocks = drafts.read(name).blocks
    return [b.text if isinstance(b, Words) else b.source.exhibit for b in blocks]


def test_an_empty_cache_says_how_to_begin(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("report")
    assert "No report yet" in texts(page)
    assert not page.exception


def test_an_exhibit_is_collected_as_it_is_shown(draft: str, open_page: Opener) -> None:
    page = open_page("alignment", tau="0.60")
    press(page, "Add to report")
    added = drafts.read(draft).blocks[-1]
    assert isinstance(added, Shown)
    assert added.source.exhibit == "alignment"
    assert added.source.tau == "0.60"
    assert added.source.options["panels"]


def test_the_first_exhibit_makes_a_draft(empty_cache: Path, open_page: Opener) -> None:
    from tests.support.fixtures import small_run

    small_run(empty_cache / "runs")
    press(open_page("stability"), "Add to report")
    assert len(drafts.read(drafts.FIRST).shown) == 1


def test_blocks_move_and_go(draft: str, open_page: Opener) -> None:
    page = press(open_page("report"), "Move down")
    assert order(draft) == ["headline", "first", "pairz"]
    page = press(page, "Remove", 1)
    assert order(draft) == ["headline", "pairz"]
    page = press(page, "Add text below")
    assert len(order(draft)) == 3
    page = press(page, "Add text at the end")
    assert isinstance(drafts.read(draft).blocks[-1], Words)
    assert not page.exception


def test_captions_texts_and_head_are_written_at_once(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    caption = next(field for field in page.text_input if field.label == "Your caption")
    page = caption.set_value(MARKUP).run()
    page = page.text_area[0].set_value("# Words").run()
    title = next(field for field in page.text_input if field.label == "Title" and field.value)
    page = title.set_value("Another").run()
    authors = next(field for field in page.text_input if field.label.startswith("Authors"))
    page = authors.set_value("A, B").run()
    report = drafts.read(draft)
    assert report.shown[0].caption == MARKUP
    assert report.blocks[0] == Words("# Words")
    assert (report.title, report.authors) == ("Another", ("A", "B"))
    assert not page.exception


def test_what_does_not_fit_is_told_and_nothing_is_written(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    date = next(field for field in page.text_input if field.label == "Date")
    page = date.set_value("soon").run()
    assert "expected a day such as" in texts(page)
    assert drafts.read(draft).date == ""


def test_a_block_that_changed_meanwhile_is_left_alone(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    drafts.change(draft, lambda report: Report("t", report.blocks[1:]))
    page = press(page, "Remove")
    assert "was changed meanwhile" in texts(page)
    assert order(draft) == ["headline", "pairz"]


def test_an_unknown_exhibit_is_told_and_the_rest_stands(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    assert "There is no exhibit “pairz”" in texts(page).replace("\\", "")
    page = open_page("report", preview="true")
    assert "Did you mean “pairs”" in texts(page).replace("\\", "")
    assert not page.exception


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('title = "t"\nschema_version = 9', "of version 9"),
        ('title = "t', "not TOML"),
        (f'title = "{"x" * 5000}"', "5,000 characters"),
    ],
)
def test_a_damaged_draft_is_told_and_the_others_stand(
    draft: str, open_page: Opener, content: str, sentence: str
) -> None:
    drafts.path_of("bad").write_text(content)
    page = open_page("report", draft="bad")
    assert sentence in texts(page)
    assert "Something went wrong" not in texts(page)
    page = next(box for box in page.selectbox if box.label == "Draft").set_value(draft).run()
    assert any(field.value == "A title" for field in page.text_input)
    assert not page.exception


def test_drafts_begin_rename_and_go(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    page.text_input(key="report_new_title").set_value("Some new thing!").run()
    page = press(page, "Begin")
    assert drafts.read("some-new-thing").title == "Some new thing!"
    page.text_input(key="report_new_name-some-new-thing").set_value("../x").run()
    page = press(page, "Rename")
    assert "cannot name a draft" in texts(page).replace("\\", "")
    page.text_input(key="report_new_name-some-new-thing").set_value("other").run()
    page = press(page, "Rename")
    assert drafts.names() == ["mine", "other"]
    page = press(page, "Delete this draft")
    assert drafts.names() == ["mine"]
    page = press(page, "Begin with the example")
    assert drafts.names() == ["example", "mine"]
    assert not page.exception


def test_an_exhibit_that_cannot_be_made_has_no_number_to_state(
    draft: str, open_page: Opener
) -> None:
    assert "There is no exhibit “pairz”" in texts(press(open_page("report"), "State a number", 1))


def test_a_bundle_is_offered_and_what_is_none_is_refused(draft: str, open_page: Opener) -> None:
    page = open_page("report")
    assert page.checkbox("bundle_bare").label == "Without sentences"
    page.file_uploader("bundle_sent").upload("bundle.zip", b"no bundle", "application/zip").run()
    assert "bundle.zip is no bundle that can be read" in texts(press(page, "Take it in"))

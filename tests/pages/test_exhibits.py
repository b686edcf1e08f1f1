"""A page shows the exhibits of the registry: same captions, same marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.core import settings
from explorer.exhibits import EXHIBITS, exhibit
from explorer.results.library import open_library
from explorer.results.view import View, parse_view
from tests.pages.conftest import Opener
from tests.support.reading import captions, charts

PAGES = {
    "overview": {},
    "alignment": {},
    "stability": {},
    "domains": {},
    "where": {},
    "concepts": {"concept": "cat"},
    "pairs": {"concept": "cat", "other": "dog"},
    "compare": {},
}
"""Page → the options that its address sets."""
ALONE = ("concepts",)
"""Shown where no concept is chosen."""


def view_of(cache: Path) -> View:
    view, misfits = parse_view(open_library(cache / "runs"), {})
    assert view is not None
    assert not misfits
    return view


def traces(spec: str) -> list[dict[str, Any]]:
    """What is drawn, without what a page adds for the pointer."""
    return json.loads(spec)["data"]


def sections(page: AppTest) -> list[str]:
    """The sections of a page; one without a name where it has none."""
    found = [group for group in page.get("button_group") if group.label == "Section"]
    return list(found[0].options) if found else [""]


def check(page_name: str, cache: Path, open_page: Opener) -> int:
    """How many exhibits of a page were compared."""
    params = PAGES[page_name]
    view, page = view_of(cache), open_page(page_name, **params)
    said, drawn = [], []
    for section in sections(page):
        shown = open_page(page_name, **params, section=section) if section else page
        assert not shown.exception
        said += captions(shown)
        drawn += [traces(spec) for spec in charts(shown)]
    rows = [r for r in EXHIBITS.values() if r.page == page_name and r.lacking(view) is None]
    rows = [row for row in rows if row.name not in ALONE]
    for row in rows:
        taken = {option.name for option in row.options}
        made = exhibit(row.name, view, **{k: v for k, v in params.items() if k in taken})
        assert any(made.caption in caption for caption in said), (row.name, made.caption, said)
        if made.figure is not None:
            assert json.loads(made.figure.to_json())["data"] in drawn, row.name
    return len(rows)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_registry_makes(
    page: str, full_cache: Path, open_page: Opener
) -> None:
    assert check(page, full_cache, open_page) > 0


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_registry_makes_of_the_bundled_study(
    page: str, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = settings.PROJECT / "cache"
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(cache))
    assert check(page, cache, open_page) > 0

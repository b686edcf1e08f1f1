"""A page as slides: an exhibit a screen, walked through by keys, without controls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, serve
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cache")
    small_run(folder / "runs")
    small_run(folder / "runs", random_init=0)
    with serve(folder) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def top(page: Page, key: str) -> float:
    box = page.locator(f".st-key-figure-{key}").bounding_box()
    assert box is not None
    return box["y"]


def test_keys_walk_from_exhibit_to_exhibit_and_escape_leaves(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/?present=1")
    picture = page.locator(".st-key-figure-headline img")
    expect(picture).to_be_visible(timeout=60_000)
    assert "Spearman" in (picture.get_attribute("alt") or "")
    expect(page.get_by_role("heading", name="Alignment with people")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_text("Data as CSV").first).to_be_hidden()
    listening = page.get_by_role("button", name="Leave (Esc)")
    expect(listening).to_have_attribute("aria-keyshortcuts", "Escape")
    assert abs(top(page, "headline")) < 40
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "Math.abs(document.querySelector('.st-key-figure-headline_differences')"
        ".getBoundingClientRect().top) < 40"
    )
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "Math.abs(document.querySelector('.st-key-figure-headline')"
        ".getBoundingClientRect().top) < 40"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=30_000)
    assert "present" not in page.url


def test_the_button_of_the_sidebar_presents_the_page(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/alignment")
    page.get_by_role("button", name="Present this page").click(timeout=60_000)
    expect(page.locator(".st-key-figure-alignment img")).to_be_visible(timeout=60_000)
    assert "present=1" in page.url
    page.get_by_role("button", name="Leave (Esc)").click()
    expect(page.locator(".st-key-figure-alignment .js-plotly-plot")).to_be_visible(timeout=60_000)

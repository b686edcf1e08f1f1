"""What can be handed on of an exhibit: a link, a frame, BibTeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, hard_to_use, serve, settled
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cache")
    small_run(folder / "runs")
    small_run(folder / "runs", random_init=0)
    with serve(folder) as started:
        yield started


def shared(page: Page) -> list[str]:
    page.get_by_role("button", name="Share").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("code")).to_have_count(3)
    return dialog.locator("code").all_inner_texts()


def test_the_link_opened_cold_shows_the_same_and_the_frame_the_figure_alone(
    server: Server, page: Page, browser: Browser
) -> None:
    page.goto(f"{server.url}/alignment?tau=0.60")
    settled(page)
    told = page.locator(".st-key-figure-alignment").get_by_test_id("stCaptionContainer")
    assert "τ 0.60" in told.inner_text()
    link, frame, cited = shared(page)
    assert "tau=0.60" in link
    assert "AP threshold 0.60" in cited
    assert cited.count("@") == 3
    assert hard_to_use(page) == []

    other = browser.new_context(color_scheme="dark")
    cold = other.new_page()
    cold.goto(link)
    settled(cold)
    drawn = cold.locator(".st-key-figure-alignment")
    expect(drawn.locator(".js-plotly-plot")).to_be_visible()
    expect(drawn.get_by_test_id("stCaptionContainer")).to_have_text(told.inner_text())

    # Within a page of another origin, as a blog has it.
    source = html.unescape(re.search(r'src="([^"]+)"', frame)[1])  # type: ignore[index]
    assert "controls=false" in source
    cold.set_content(frame)
    inner = cold.frame_locator("iframe")
    expect(inner.locator(".js-plotly-plot")).to_be_visible()
    expect(inner.get_by_text("τ 0.60").first).to_be_visible()
    for gone in ("stSidebar", "stDownloadButton", "stPopover"):
        expect(inner.get_by_test_id(gone)).to_be_hidden()
    cold.goto(source.replace("caption=true", "caption=false"))
    settled(cold)
    expect(cold.get_by_test_id("stCaptionContainer")).to_have_count(0)
    assert hard_to_use(cold) == []
    other.close()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "The address names no exhibit."),
        ("exhibit=headlin", "Did you mean “headline”?"),
        ("exhibit=alignment&held=perhaps", "held: got “perhaps”"),
        ("exhibit=sentence-tokens", "“sentence-tokens” cannot be shown of"),
        ("exhibit=headline&run=0000", "0000"),
    ],
)
def test_an_address_of_no_exhibit_is_told_in_a_sentence(
    server: Server, page: Page, query: str, told: str
) -> None:
    page.goto(f"{server.url}/exhibit?{query}")
    settled(page)
    expect(page.get_by_text(told).first).to_be_visible()

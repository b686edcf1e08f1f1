"""A report from three clicks to a file that reads without network and scripts."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.reports import drafts
from explorer.reports.claims import check_claims
from explorer.reports.making import make
from explorer.reports.numbers import numbers_from, numbers_of
from explorer.reports.report import Shown
from explorer.store.library import Library
from tests.browser.conftest import Server, hard_to_use, serve, settled
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser
INK = {"light": "rgb(31, 41, 51)", "dark": "rgb(232, 236, 241)"}
CAPTION = "It <b>follows</b> people."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    cache = tmp_path_factory.mktemp("cache")
    small_run(cache / "runs")
    small_run(cache / "runs", random_init=0)
    with serve(cache) as started:
        yield started


def add(page: Page, server: Server, path: str) -> None:
    """Press “Add to report” below the first exhibit of a page."""
    page.goto(f"{server.url}/{path}")
    settled(page)
    page.get_by_role("button", name="Add to report").first.click()
    expect(page.get_by_text("Added to the report").first).to_be_visible()
    settled(page)


def test_three_exhibits_become_a_file_that_opens_anywhere(
    server: Server, page: Page, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(page, server, "alignment")
    add(page, server, "stability")
    add(page, server, "domains")
    page.goto(f"{server.url}/report")
    settled(page)
    caption = page.get_by_label("Your caption").first
    caption.fill(CAPTION)
    caption.press("Tab")
    settled(page)
    assert hard_to_use(page) == []
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(server.cache))
    (name,) = drafts.names()
    draft = drafts.read(name)
    assert [type(block) for block in draft.blocks] == [Shown, Shown, Shown]
    assert draft.shown[0].caption == CAPTION
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML").click()
    path = tmp_path / "report.html"
    download.value.save_as(path)
    text = path.read_text("utf-8")
    found = re.search(r'id="record">(.*?)</script>', text, re.DOTALL)
    assert found
    record = json.loads(found[1])
    library = Library(server.cache / "runs")
    for block, table in zip(draft.shown, record["numbers"].values(), strict=True):
        made = make(block.source, library).exhibit
        assert made is not None
        assert numbers_of(made.data) == numbers_from(table)
    seen = [
        read_file(browser, path, scheme, scripts)
        for scheme in ("light", "dark")
        for scripts in (True, False)
    ]
    assert len(seen[0]) == 3
    assert all(other == seen[0] for other in seen), "the same pictures everywhere"


def read_file(browser: Browser, path: Path, scheme: Any, scripts: bool) -> list[str]:
    """The words of the pictures, as a reader without a network has them."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=scripts, offline=True)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    expect(page.get_by_text(CAPTION)).to_be_visible()
    pictures = page.locator(".picture")
    if scripts:
        for k in range(pictures.count()):
            pictures.nth(k).scroll_into_view_if_needed()
            expect(pictures.nth(k)).to_have_class("picture drawn")
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert ink == INK[scheme]
        assert hard_to_use(page) == []
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    else:
        expect(pictures.first.locator("svg")).to_be_visible()
    words = page.locator(".picture > svg").all_text_contents()
    assert asked == [path.as_uri()]
    assert said == []
    context.close()
    return words


def test_a_number_is_stated_on_the_page_and_bundles_come_and_go(
    server: Server, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(page, server, "overview")
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(server.cache))
    name = drafts.names()[0]
    page.goto(f"{server.url}/report?draft={name}")
    settled(page)
    page.get_by_role("button", name="State a number").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In words").fill("It follows people")
    dialog.get_by_label("In words").press("Tab")
    expect(dialog.get_by_role("button", name="Add the claim")).to_be_visible()
    settled(page)
    assert hard_to_use(page) == []
    dialog.get_by_role("button", name="Add the claim").click()
    expect(page.get_by_role("heading", name="Claims")).to_be_visible()
    (claim,) = drafts.read(name).claims
    (outcome,) = check_claims(drafts.read(name), Library(server.cache / "runs"))
    assert (outcome.status, claim.text, claim.digits) == ("equal", "It follows people", 2)
    expect(page.get_by_text("It follows people")).to_be_visible()

    page.get_by_text("Runs as one file").click()
    page.get_by_text("Without sentences").click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Bundle", exact=True).click()
    path = tmp_path / "bundle.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as packed:
        assert f"reports/{name}.toml" in packed.namelist()
        assert not [member for member in packed.namelist() if member.startswith("evidence/")]
    page.get_by_test_id("stFileUploaderDropzoneInput").last.set_input_files(path)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("bundle.zip was not imported")).to_be_visible()


def test_a_phone_reads_a_report_without_moving_the_page(
    server: Server, browser: Browser, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/report")
    settled(page)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390

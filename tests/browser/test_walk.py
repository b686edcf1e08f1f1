"""From a point to a pair, to a unit, to the tokens: by pointer, by keyboard, on a
phone, and again from the address.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from explorer.results.experts import names_of, with_places
from explorer.results.responses import units_with_evidence
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.browser.conftest import Server, serve, settled
from tests.support.evidence import small_evidence
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str, str]]:
    """A server on a run with twin and evidence; the run, and a unit of “cat” with
    evidence.
    """
    cache = tmp_path_factory.mktemp("cache")
    run_id = small_run(cache / "runs").stem
    small_run(cache / "runs", random_init=0)
    library = Library(cache / "runs")
    small_evidence(library, run_id)
    units = units_with_evidence(view_of(library, run=run_id), "cat")
    best = units[units["expert"]].tail(1)
    unit = names_of(with_places(library, run_id, best)).iloc[0]
    with serve(cache) as server:
        yield server, run_id, unit


def shown(page: Page) -> str:
    """What a page says in words; ticks of figures depend on when they were drawn."""
    settled(page)
    return "\n".join(page.locator("[data-testid='stMarkdownContainer']").all_inner_texts())


def place_in(shape: Locator, across: float) -> tuple[float, float]:
    """On the screen: halfway down a shape, at a share of its width."""
    shape.scroll_into_view_if_needed()
    box = shape.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + box["height"] / 2


def test_a_point_opens_its_pair_and_the_address_shows_the_same(
    study: tuple[Server, str, str], page: Page, browser: Browser
) -> None:
    server, run_id, _ = study
    page.goto(f"{server.url}/pairs?run={run_id}")
    settled(page)
    point = page.locator(".js-plotly-plot .scatterlayer .point").first
    page.mouse.click(*place_in(point, 0.5))
    expect(page.get_by_text("Do they share more experts")).to_be_visible()
    page.wait_for_url("**other=**")
    first = shown(page)
    fresh = browser.new_context(viewport={"width": 1400, "height": 1000})
    again = fresh.new_page()
    again.goto(page.url)
    expect(again.get_by_text("Do they share more experts")).to_be_visible(timeout=60_000)
    assert shown(again) == first
    fresh.close()


def test_the_walk_keeps_threshold_and_ratings(study: tuple[Server, str, str], page: Page) -> None:
    server, run_id, _ = study
    page.goto(f"{server.url}/pairs?run={run_id}&tau=0.60&concept=cat&other=dog")
    settled(page)
    page.get_by_role("button", name="dog").click()
    expect(page.get_by_text("What stands behind “dog”")).to_be_visible()
    page.wait_for_url("**concept=dog**")
    assert "tau=0.6" in page.url
    page.get_by_role("link", name="Stability").first.click()
    expect(page.get_by_role("heading", name="Stability")).to_be_visible()
    settled(page)
    assert "tau=0.6" in page.url


def test_a_drag_over_the_histogram_shows_the_sentences_in_it(
    study: tuple[Server, str, str], page: Page
) -> None:
    server, run_id, unit = study
    page.goto(f"{server.url}/units?run={run_id}&unit={unit}")
    settled(page)
    plot = page.locator(".st-key-figure-unit_histogram .nsewdrag").first
    page.mouse.move(*place_in(plot, 0.6))
    page.mouse.down()
    page.mouse.move(*place_in(plot, 0.9), steps=8)
    page.mouse.up()
    expect(page.get_by_text("sentences have a response from")).to_be_visible()
    page.wait_for_url("**range=**")
    expect(page.locator(".tokens li").first).to_be_visible()


def test_the_strongest_token_tells_its_response_to_the_keyboard(
    study: tuple[Server, str, str], page: Page
) -> None:
    server, run_id, unit = study
    page.goto(f"{server.url}/units?run={run_id}&unit={unit}")
    settled(page)
    strongest = page.locator(".tokens mark[tabindex='0']").first
    strongest.focus()
    told = strongest.evaluate("e => getComputedStyle(e, '::after').content")
    assert float(told.strip('"')) == pytest.approx(
        float(strongest.get_attribute("data-response") or "nan")
    )


def test_concepts_turn_by_the_arrow_keys(study: tuple[Server, str, str], page: Page) -> None:
    server, run_id, _ = study
    page.goto(f"{server.url}/concepts?run={run_id}&concept=bus")
    settled(page)
    before = page.get_by_text("What stands behind “bus”")
    for key, told in (
        ("ArrowRight", page.get_by_text("What stands behind “car”")),
        ("ArrowLeft", page.get_by_text("What stands behind “bus”")),
        ("ArrowUp", page.get_by_text("rungs of the ladder or more")),
    ):
        expect(before).to_be_visible()
        settled(page)
        page.locator("h1").click()
        for _ in range(10):
            page.keyboard.press(key)
            # A button is there a moment before the browser listens for its key: what
            # stands still after a while was not heard.
            with contextlib.suppress(TimeoutError):
                told.wait_for(timeout=5000)
                break
            if not before.is_visible():
                break
        expect(told).to_be_visible()
        before = told


@pytest.mark.parametrize("path", ["concepts?concept=cat", "pairs?concept=cat&other=dog", "units"])
def test_nothing_is_wider_than_a_phone(
    study: tuple[Server, str, str], browser: Browser, path: str
) -> None:
    server, run_id, unit = study
    more = f"&unit={unit}" if path == "units" else ""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/{path}{'&' if '?' in path else '?'}run={run_id}{more}")
    settled(page)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    context.close()
    assert Path(server.log).read_text().count("Traceback") == 0

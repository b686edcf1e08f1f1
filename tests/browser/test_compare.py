"""Two checkpoints are chosen, what moved is seen, and a training is played and
stopped, by pointer and by keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server, hard_to_use, serve, settled
from tests.browser.test_walk import place_in
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser
STEPS = {0: 0.0, 64: 0.1, 512: 0.3, 4000: 0.7, 143000: 1.0}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[int, str]]]:
    """A server on a training of five checkpoints, and their ids."""
    cache = tmp_path_factory.mktemp("cache")
    ids = {
        step: small_run(
            cache / "runs", model="fixture/tiny", revision=f"step{step}", quality=quality
        ).stem
        for step, quality in STEPS.items()
    }
    with serve(cache) as server:
        yield server, ids


def line(page: Page) -> str:
    """Where the first curve of the film is drawn."""
    curve = page.locator(".st-key-figure-over_training .scatterlayer path.js-line").first
    return str(curve.get_attribute("d"))


def opened(page: Page, server: Server, run: str, section: str, more: str = "") -> None:
    page.goto(f"{server.url}/compare?run={run}&section={section.replace(' ', '+')}{more}")
    settled(page)


def slider(page: Page) -> Locator:
    return page.locator(".st-key-figure-over_training .slider-group[role='slider']")


def test_two_checkpoints_are_chosen_and_what_moved_opens_its_page(
    study: tuple[Server, dict[int, str]], page: Page
) -> None:
    server, ids = study
    opened(page, server, ids[143000], "Side by side")
    expect(page.get_by_text("B is tiny · step0.")).to_be_visible()
    page.get_by_role("slider", name="Training step of B").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**with={ids[64]}**")
    expect(page.get_by_text("B is tiny · step64.")).to_be_visible()
    page.get_by_text("What moved", exact=True).click()
    expect(page.get_by_text("Moved most, closer in")).to_be_visible()
    settled(page)
    table = page.locator("[data-testid='stDataFrame'] .dvn-scroller").first
    table.click(position={"x": 18, "y": 55})
    page.wait_for_url("**/pairs**concept=*other=**")
    expect(page.get_by_text("Do they share more experts")).to_be_visible()


def test_a_training_is_played_and_stopped_without_the_server(
    study: tuple[Server, dict[int, str]], page: Page
) -> None:
    server, ids = study
    opened(page, server, ids[143000], "Over training")
    expect(slider(page)).to_have_attribute("aria-valuenow", "4")
    first = line(page)
    buttons = page.locator(".st-key-figure-over_training .updatemenu-button")
    frames: list[str] = []
    page.on("websocket", lambda socket: frames.append(socket.url))
    sent = page.evaluate("performance.getEntriesByType('resource').length")
    buttons.filter(has_text="Play").click()
    expect(slider(page)).to_have_attribute("aria-valuenow", "1", timeout=10_000)
    assert line(page) != first
    buttons.filter(has_text="Stop").click()
    page.wait_for_timeout(300)
    halted = slider(page).get_attribute("aria-valuenow")
    page.wait_for_timeout(2500)
    assert slider(page).get_attribute("aria-valuenow") == halted
    assert page.evaluate("performance.getEntriesByType('resource').length") == sent
    assert not frames
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_the_keyboard_moves_the_slider_and_plays(
    study: tuple[Server, dict[int, str]], page: Page
) -> None:
    server, ids = study
    opened(page, server, ids[143000], "Over training", "&quantity=network")
    slider(page).focus()
    for key, step in (("ArrowLeft", "step 4,000"), ("Home", "step 0"), ("ArrowRight", "step 64")):
        page.keyboard.press(key)
        expect(slider(page)).to_have_attribute("aria-valuetext", step)
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(slider(page)).to_have_attribute("aria-valuetext", "step 143,000", timeout=15_000)


def test_a_point_of_the_map_becomes_b(study: tuple[Server, dict[int, str]], page: Page) -> None:
    server, ids = study
    opened(page, server, ids[143000], "Map")
    points = page.locator(".st-key-figure-map .scatterlayer .trace").first.locator(".point")
    page.mouse.click(*place_in(points.nth(1), 0.5))
    page.wait_for_url(f"**with={ids[64]}**")


@pytest.mark.parametrize("section", ["Side by side", "What moved", "Units", "Map", "Over training"])
def test_nothing_is_wider_than_a_phone_or_hard_to_use(
    study: tuple[Server, dict[int, str]], browser: Browser, section: str
) -> None:
    server, ids = study
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened(page, server, ids[143000], section)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    assert hard_to_use(page) == []
    context.close()

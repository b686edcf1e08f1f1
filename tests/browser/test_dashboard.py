"""What a newcomer does, in a real browser: cold deep links, and an extraction from
click to figure.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Dialog, Page, Response, expect

from explorer.jobs.kinds.reader import READER, Reader
from explorer.results.concepts import expert_units
from explorer.results.experts import names_of
from explorer.results.view import view_of
from explorer.store.evidence_folder import EvidenceFolder
from explorer.store.library import Library
from explorer.ui import navigation
from tests.browser.conftest import Server, hard_to_use, opening_cache, serve, settled
from tests.support.fixtures import small_run
from tests.support.visitor import FIGURE, Visitor, chromium

pytestmark = pytest.mark.browser
BUNDLED = "8137c33b01463f2a"
"""The run whose calibration ships."""
Start = Callable[[Path], Server]

PAGES = {
    "": ("Expert Explorer", ".js-plotly-plot"),
    "overview": ("Expert Explorer", ".js-plotly-plot"),
    "alignment": ("Alignment", ".js-plotly-plot"),
    "concepts": ("Concepts", "[data-testid='stDataFrame']"),
    "units": ("Units", "[data-testid='stDataFrame']"),
    "pairs": ("Pairs", ".js-plotly-plot"),
    "sentence": ("Try a sentence", "[data-testid='stDataFrame'], [data-testid='stAlert']"),
    "where": ("Where", ".js-plotly-plot"),
    "compare": ("Compare", ".js-plotly-plot"),
    "stability": ("Stability", ".js-plotly-plot"),
    "domains": ("Domains", "[data-testid='stBidiComponent'], iframe, canvas"),
    "probe_sets": ("Probe sets", ".js-plotly-plot"),
    "report": ("Report", ".st-key-empty-state"),
    "extract": ("Extract", "button:has-text('Start extraction'), button:has-text('Open it')"),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on what a newcomer finds."""
    with serve(opening_cache(tmp_path_factory.mktemp("opened"))) as server:
        yield server


def test_every_page_is_opened_cold() -> None:
    assert {name for name in PAGES if name} == navigation.LISTED.keys()


@pytest.mark.parametrize("path", PAGES)
def test_a_deep_link_opens_its_page_in_a_new_browser(path: str, opened: Server, page: Page) -> None:
    server = opened
    failed: list[str] = []

    def hear(response: Response) -> None:
        # Streamlit's client looks for its server under the page's own path first, and
        # then at the root.
        if response.status >= 400 and f"/{path}/_stcore/" not in response.url:
            failed.append(f"{response.status} {response.url}")

    page.on("response", hear)
    page.on(
        "request",
        lambda r: (
            failed.append(r.url) if "127.0.0.1" not in r.url and r.url.startswith("http") else None
        ),
    )
    page.goto(f"{server.url}/{path}")
    title, content = PAGES[path]
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    expect(page.locator(content).first).to_be_visible()
    settled(page)
    assert failed == []
    assert hard_to_use(page) == []


@pytest.mark.parametrize("path", ["", "alignment", "sentence", "extract"])
def test_the_dark_theme_can_be_read_too(path: str, opened: Server, browser: Browser) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{opened.url}/{path}")
    expect(page.get_by_role("heading", name=PAGES[path][0], exact=True, level=1)).to_be_visible()
    settled(page)
    assert hard_to_use(page) == []
    context.close()


def test_the_first_figure_comes_soon_and_without_torch(start: Start, cache: Path) -> None:
    """The promise is 3 s on a machine that does nothing else:
    tests/benchmarks/bench_first_figure.py measures it.

    Here the best of three has twice that, since a machine that runs tests is rarely
    idle.
    """
    server, binary = start(cache), chromium()
    assert binary, "No Chromium on PATH: run `bash tests/install_browser.sh`."
    with Visitor(binary) as visitor:
        waits = [visitor.open(server.url, FIGURE).after for _ in range(3)]
    print("first figure after", ", ".join(f"{wait:.2f} s" for wait in waits))
    assert min(waits) < 6
    assert "libtorch" not in server.modules_in_memory()


def test_a_small_answer_does_not_wait_for_an_acknowledgement(shared: Server) -> None:
    """A first visit fetches a hundred files; each would wait 40 ms if the server let
    Nagle's algorithm have its way.
    """
    connection = HTTPConnection(shared.url.removeprefix("http://"))
    waits = []
    for _ in range(30):
        began = time.perf_counter()
        connection.request("GET", "/_stcore/health")
        connection.getresponse().read()
        waits.append(time.perf_counter() - began)
    connection.close()
    assert median(waits) < 0.03


def test_the_first_page_answers_to_its_name_too(shared: Server, page: Page) -> None:
    page.goto(f"{shared.url}/overview?tau=0.60&other=%3Cb%3E")
    expect(page.get_by_role("heading", name="Expert Explorer", exact=True, level=1)).to_be_visible()
    settled(page)
    assert page.url == f"{shared.url}/?tau=0.60&other=%3Cb%3E"
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "alignment", "stability", "domains", "extract"])
def test_bad_parameters_fall_back_to_defaults(path: str, shared: Server, page: Page) -> None:
    """All at once; the corpus of tests/hostile/ has many more."""
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(f"{shared.url}/{path}?run=nosuch&tau=7&dataset=<script>alert(1)</script>&step=-1")
    expect(page.get_by_role("heading", name=PAGES[path][0], exact=True, level=1)).to_be_visible()
    settled(page)
    assert dialogs == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cache")
    (folder / "runs").mkdir()
    small_run(folder / "runs")
    small_run(folder / "runs", random_init=0)
    with serve(folder) as server:
        yield server


@pytest.mark.model
def test_an_extraction_goes_from_click_to_figure(start: Start, cache: Path, page: Page) -> None:
    """The form as it opens, with small sets: the built-in model, fetched if need be, on
    a few concepts of the bundled probe set.
    """
    before = {run.id for run in Library(cache / "runs").runs()}
    server = start(cache)
    page.goto(f"{server.url}/extract")
    _ask_for_small_sets(page)
    page.get_by_role("button", name="Start extraction").click()
    page.wait_for_url("**job=**")
    address = page.url
    page.goto("about:blank")  # closing the tab must not stop the work
    page.goto(address)
    expect(page.get_by_role("link", name="Stability").nth(1)).to_be_visible(timeout=420_000)
    (run_id,) = {run.id for run in Library(cache / "runs").runs()} - before
    run = Library(cache / "runs").run(run_id)
    assert run.n_units == 155_520
    assert run.request.checkpoint.model == "built-in"
    assert (run.request.n_positive, run.request.n_negative, run.request.folds) == (8, 16, 2)
    for path in ("alignment", "stability", "domains"):
        page.goto(f"{server.url}/{path}?run={run_id}{'&section=Matrix' * (path == 'domains')}")
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        settled(page)
    _collect_and_read(server, page, cache, run_id)
    _type_and_read(server, page, BUNDLED if BUNDLED in before else run_id)
    assert "libtorch" not in server.modules_in_memory()


def _ask_for_small_sets(page: Page) -> None:
    """The forward passes of the sets that the form proposes take minutes."""
    page.get_by_text("Advanced: set sizes").click()
    for label, number in (("N⁺, sentences", 8), ("N⁻, sentences", 16), ("Folds", 2)):
        field = page.get_by_role("spinbutton", name=re.compile(f"^{label}"))
        field.fill(str(number))
        field.press("Enter")
        settled(page)


def _collect_and_read(server: Server, page: Page, cache: Path, run_id: str) -> None:
    """From a unit of the new run to the very tokens it answers."""
    view = view_of(Library(cache / "runs"), run=run_id)
    unit = names_of(expert_units(view, "red").head(1)).iloc[0]
    page.goto(f"{server.url}/units?run={run_id}&unit={unit}")
    page.get_by_role("button", name="See what it takes").click()
    page.get_by_role("button", name="Collect the responses").click()
    page.get_by_role("link", name="Watch").click()
    expect(page.get_by_role("link", name="Concepts").nth(1)).to_be_visible(timeout=300_000)
    page.goto(f"{server.url}/units?run={run_id}&unit={unit}")
    settled(page)
    expect(page.locator(".tokens mark").first).to_be_visible()
    (evidence,) = EvidenceFolder(cache / "evidence").of_run(run_id)
    assert evidence.greatest_error < 1e-6


def _type_and_read(server: Server, page: Page, run_id: str) -> None:
    """Two typed sentences: the second finds the model loaded."""
    page.goto(f"{server.url}/sentence?run={run_id}")
    sentence = page.get_by_label("Sentence", exact=True)
    for text, word in (("She wore a red dress.", "red"), ("The sky is blue today.", "blue")):
        sentence.fill(text)
        page.get_by_role("button", name="Read", exact=True).click()
        shaded = page.locator(".tokens li").filter(has_text=text)
        shaded = shaded.filter(has_text=re.compile(rf"^{word} \d"))
        expect(shaded.first).to_be_visible(timeout=240_000)
        settled(page)
        strongest = shaded.first.locator("mark[tabindex]")
        expect(strongest).to_have_text(word)
        strongest.focus()
        assert float(str(strongest.get_attribute("data-response"))) > 1
    page.goto(f"{server.url}/extract?job={READER.identity(Reader())}")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("cancelled").first).to_be_visible()

"""The dashboard below a path of a reverse proxy: nothing that it serves, links to or
hands on lies elsewhere.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serve, settled
from tests.browser.test_share import shared
from tests.support.fixtures import small_run
from tests.support.nginx import nginx
from tests.support.proxy import Proxy, proxy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=[("lab/explorer", "/lab/explorer"), ("/report/", "/report")])
def behind(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Proxy]:
    base, path = request.param
    folder = tmp_path_factory.mktemp("cache")
    small_run(folder / "runs")
    small_run(folder / "runs", random_init=0)
    with (
        serve(folder, base=base) as server,
        proxy(urlsplit(server.url).port or 0, path) as running,
    ):
        yield running


def test_deep_links_open_cold_and_what_they_link_to_lies_below_the_path(
    behind: Proxy, browser: Browser
) -> None:
    for link, shown in (("/alignment?tau=0.60", "alignment"), ("/units?tau=0.70", "units")):
        context = browser.new_context()
        cold = context.new_page()
        cold.set_default_timeout(60_000)
        cold.goto(f"{behind.url}{link}")
        settled(cold)
        expect(cold.locator(f".st-key-figure-{shown}")).to_be_visible()
        links = cold.locator("a[href]").evaluate_all("all => all.map(link => link.href)")
        own = [href for href in links if href.startswith(behind.url.rpartition("localhost")[0])]
        assert own
        assert all(href.startswith(behind.url) for href in own), own
        context.close()
    assert behind.strayed == []


def test_the_name_of_the_first_page_leads_to_it(behind: Proxy, page: Page) -> None:
    page.goto(f"{behind.url}/overview?tau=0.60")
    settled(page)
    assert page.url.startswith(f"{behind.url}/?tau=0.60")
    expect(page.locator(".st-key-figure-headline")).to_be_visible()


def test_what_is_handed_on_opens_below_the_path(behind: Proxy, page: Page) -> None:
    for name in ("/", "/alignment"):
        page.goto(f"{behind.url}{name}?tau=0.60")
        settled(page)
        link, frame, _ = shared(page)
        source = html.unescape(re.search(r'src="([^"]+)"', frame)[1])  # type: ignore[index]
        assert link.startswith(f"{behind.url}{name}?"), link
        assert source.startswith(f"{behind.url}/exhibit?"), source
    page.goto(source)
    settled(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_a_download_comes_from_below_the_path(behind: Proxy, page: Page) -> None:
    page.goto(f"{behind.url}/alignment")
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Data as CSV").first.click()
    assert waiting.value.url.startswith((behind.url, f"blob:{behind.url.rpartition('/')[0]}"))
    assert waiting.value.path().read_text().startswith("run,")
    assert behind.strayed == []


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not on PATH.")
def test_the_snippet_for_nginx_carries_a_visit(
    tmp_path: Path, page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    small_run(tmp_path / "runs")
    scratch = tmp_path_factory.mktemp("nginx")
    with (
        serve(tmp_path, base="explorer") as server,
        nginx(scratch, urlsplit(server.url).port or 0) as url,
    ):
        page.goto(f"{url}?tau=0.60")
        settled(page)
        assert page.url.startswith(f"{url}/?")
        page.goto(f"{url}/alignment?tau=0.60")
        settled(page)
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        assert json.load(urllib.request.urlopen(f"{url}/api/health", timeout=20))["runs"] == 1
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{url}/api/metrics", timeout=20)


def test_data_and_health_lie_below_the_path(behind: Proxy) -> None:
    for name in ("api", "api/runs", "api/health"):
        with urllib.request.urlopen(f"{behind.url}/{name}", timeout=20) as answer:
            assert json.load(answer)

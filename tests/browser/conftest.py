"""A real server on a free port and a real browser in front of it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.fixtures import small_run

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Server:
    """A running dashboard."""

    url: str
    process: subprocess.Popen
    log: Path
    cache: Path
    up_at: float
    """When it first answered, seconds since 1970."""

    def modules_in_memory(self) -> str:
        """Paths of the libraries mapped into the server process."""
        return "\n".join(found.path for found in psutil.Process(self.process.pid).memory_maps())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve(
    cache: Path,
    folder: Path = PROJECT,
    *flags: str,
    log: Path | None = None,
    before: Sequence[str] = (),
    port: int = 0,
    base: str = "",
    **settings: str,
) -> Iterator[Server]:
    """Start the dashboard, or the app.py of another folder, on a cache; its log is
    printed when the test fails.

    flags: of Streamlit. before: a command that the server is started by. base: the path
    that it is served below. settings: variables of its environment.
    """
    port, log = port or free_port(), log or cache / "server.log"
    command = [
        *before,
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless=true",
        f"--server.baseUrlPath={base}",
        *flags,
    ]
    began = time.monotonic()
    with log.open("w") as sink:
        own = {"EXPERT_EXPLORER_CACHE": str(cache), "PYTHONPATH": str(PROJECT)}
        environment = os.environ | own | settings
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://127.0.0.1:{port}{'/' * bool(base)}{base.strip('/')}"
        while True:
            with contextlib.suppress(
                OSError
            ):  # refused, or accepted and not answered while it starts
                urllib.request.urlopen(url, timeout=2).read()
                break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() - began < 120, log.read_text()
            time.sleep(0.02)
        yield Server(url, process, log, cache, time.time())
    except BaseException:
        print(log.read_text())
        raise
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield opened
    context.close()


_FADED = """async () => {
  const fading = document.getAnimations().filter(
    (animation) => animation.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(fading.map((animation) => animation.finished));
}"""


_STYLED = """() => !document.querySelector("[data-testid=stApp]") ||
  [...document.querySelectorAll("style")].some(
    (style) => style.textContent.includes("light-dark("))"""


def hard_to_use(page: Page) -> list[str]:
    """What axe-core calls a serious or critical violation of WCAG on a page.

    Elements that fade in have their colours at the end, and the client of a dashboard
    draws our style some frames after the script has run to its end.
    """
    page.wait_for_function(_STYLED)
    page.evaluate(_FADED)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with the bundled study, or with two fixture runs where a checkout has no
    study.
    """
    return opening_cache(tmp_path / "cache")


def opening_cache(folder: Path, project: Path = PROJECT) -> Path:
    """Links to the bundled runs of a checkout in a new folder; two fixture runs where
    it has none.
    """
    runs = folder / "runs"
    runs.mkdir(parents=True)
    bundled = list((project / "cache" / "runs").glob("*.duckdb"))
    for run in bundled:
        if not run.name.endswith(".partial.duckdb"):
            (runs / run.name).symlink_to(run)
    (folder / "readings").mkdir()
    for reading in (project / "cache" / "readings").glob("*.*"):
        (folder / "readings" / reading.name).symlink_to(reading)
    if not bundled:
        small_run(runs)
        small_run(runs, random_init=0)
    return folder


@pytest.fixture
def start() -> Iterator[Callable[[Path], Server]]:
    """Starts servers that end with the test."""
    with contextlib.ExitStack() as running:
        yield lambda cache: running.enter_context(serve(cache))


def settled(page: Page) -> None:
    """Wait until the script has run to its end and nothing went wrong."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stException")).to_have_count(0)

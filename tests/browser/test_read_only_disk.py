"""A server whose cache cannot be written, by its file system or its rights: it shows
all there is and says why nothing can be changed.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.core.access import READ_ONLY
from explorer.ui.navigation import HOME, LISTED
from tests.browser.conftest import Server, serve, settled
from tests.support.fixtures import small_run
from tests.support.sessions import open_session

pytestmark = pytest.mark.browser
_MOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


def _mounted(cache: Path) -> list[str]:
    """The command that runs another where a folder is mounted read-only."""
    return ["unshare", "--mount", "sh", "-c", _MOUNT, str(cache)]


def _can_mount(cache: Path) -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    done = subprocess.run([*_mounted(cache), "touch", str(cache / "x")], capture_output=True)
    return done.returncode != 0 and b"Read-only" in done.stderr


@pytest.fixture(scope="module", params=["mounted", "rights"])
def cache(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Path, list[str]]]:
    """A cache that cannot be written, and the command that makes it so."""
    folder = tmp_path_factory.mktemp("group") / "cache"
    small_run(folder / "runs")
    small_run(folder / "runs", random_init=0)
    if request.param == "mounted":
        if not _can_mount(folder):
            pytest.skip("Mounting takes rights that this user does not have.")
        yield folder, _mounted(folder)
        return
    if os.geteuid() == 0:
        pytest.skip("Rights do not bind root.")
    for path in (folder / "runs", folder):
        path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    yield folder, []
    for path in (folder, folder / "runs"):
        path.chmod(stat.S_IRWXU)


@pytest.fixture(scope="module", params=["told", "not told"])
def server(
    cache: tuple[Path, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Server]:
    """One that is told to be read-only, and one that has to find out."""
    folder, before = cache
    log = tmp_path_factory.mktemp("log") / "server.log"
    told = {READ_ONLY: "1" if request.param == "told" else "0"}
    with serve(folder, log=log, before=before, **told) as started:
        yield started


def test_every_page_opens_and_nothing_is_logged_as_a_fault(server: Server) -> None:
    for name in LISTED:
        page = "" if name == HOME else name
        open_session(server.url, time.monotonic(), page=page)[0].close()
    log = server.log.read_text()
    assert "Reference" not in log, log
    assert "Traceback" not in log, log


def test_health_says_that_nothing_can_be_written(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/api/health", timeout=20) as answer:
        told = json.load(answer)
    assert (told["status"], told["runs"], told["writable"]) == ("ok", 2, False)


def test_whoever_tries_to_change_something_is_told_why(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/alignment")
    settled(page)
    button = page.get_by_role("button", name="Add to report").first
    if button.is_enabled():
        button.click()
        expect(page.get_by_test_id("stToast").get_by_text("Read-only file system")).to_be_visible()
    page.goto(f"{server.url}/report")
    settled(page)
    assert "Something went wrong" not in page.content()

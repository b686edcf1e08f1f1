"""A server is stopped and started again while a worker runs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from tests.browser.conftest import PROJECT, serve, settled
from tests.support.workbench import Workbench, bench

__all__ = ["bench"]
pytestmark = pytest.mark.browser


def test_the_worker_outlives_the_servers_end_and_the_next_server_shows_it(
    bench: Workbench, page: Page, tmp_path: Path
) -> None:
    job = bench.submit(start=False)
    queue.cancel(job.id)
    settings = {"FAKE_SECONDS": "3", "PYTHONPATH": f"{bench.folder / 'hook'}:{PROJECT}"}
    with serve(bench.folder, log=tmp_path / "first.log", **settings) as server:
        page.goto(f"{server.url}/extract?job={job.id}")
        settled(page)
        page.get_by_role("button", name="Resume").click()
        bench.wait(job.id, lambda job: job.state == "running")
        worker = JobFolder(job.id).worker_pid()
        assert worker is not None
        assert psutil.Process(worker).ppid() == server.process.pid
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        assert time.monotonic() - began < 15
    assert psutil.pid_exists(worker)
    assert os.getsid(worker) == worker
    with serve(bench.folder, log=tmp_path / "second.log", **settings) as server:
        page.goto(f"{server.url}/extract?job={job.id}")
        panel = page.locator(".st-key-job-panel")
        expect(panel.get_by_role("button", name="Cancel")).to_be_visible()
        assert JobFolder(job.id).worker_pid() == worker
        expect(panel.get_by_text("The run is in the cache")).to_be_visible()
    assert bench.n_starts() == 1

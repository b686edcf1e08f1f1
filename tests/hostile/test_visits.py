"""A visit starts no work, writes nothing but the index of runs, and asks no other
machine.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import duckdb
import pytest

from explorer.jobs import queue, workers
from explorer.store.index import NAME
from explorer.ui import navigation
from tests.hostile.run_files import CATALOG
from tests.jobs.conftest import bench as bench
from tests.pages.conftest import Opener
from tests.pages.conftest import extract_bench as extract_bench
from tests.pages.conftest import open_page as open_page
from tests.support.fixtures import small_request, small_run
from tests.support.workbench import Workbench


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was started or asked of another machine."""
    heard: list[str] = []
    connect = socket.socket.connect

    def started(*args: object, **_: object) -> None:
        heard.append(f"started {args}")
        raise OSError("no process is started here")

    def connected(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX:
            return connect(self, address)  # type: ignore[arg-type]
        heard.append(f"asked {address}")
        raise OSError("no network")

    monkeypatch.setattr(workers.subprocess, "Popen", started)
    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr(socket, "getaddrinfo", started)
    return heard


def files(folder: Path) -> dict[str, int]:
    """Path → time of the last change, of every file but the index."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    }


def stranger(folder: Path) -> tuple[str, str]:
    """A run file under one id whose request, for a model elsewhere, has another."""
    path = small_run(folder)
    request = dataclasses.replace(small_request(), seed=7)
    with duckdb.connect(str(path)) as con:
        text = json.dumps(json.loads(request.to_json()))
        con.execute("UPDATE meta SET value = ? WHERE key = 'request'", [text])
    return small_request().id, request.id


def test_opening_a_run_whose_request_is_of_another_starts_nothing(
    extract_bench: Workbench, open_page: Opener, quiet: list[str]
) -> None:
    ids = stranger(extract_bench.runs)
    before = files(extract_bench.folder)
    for run_id in ids:
        app = open_page("extract", job=run_id)
        assert not app.exception
        assert queue.look_up(run_id) is None
        assert any("There is no job" in info.value for info in app.info)
    assert files(extract_bench.folder) == before
    assert queue.jobs() == []
    assert quiet == []


@pytest.mark.slow
@pytest.mark.parametrize("page", navigation.PAGES)
def test_no_page_starts_writes_or_fetches_anything_when_it_is_opened(
    extract_bench: Workbench, open_page: Opener, quiet: list[str], page: str
) -> None:
    run_id = small_run(extract_bench.runs).stem
    small_run(extract_bench.runs, random_init=0)
    shutil.copy(extract_bench.runs / f"{run_id}.duckdb", extract_bench.runs / "stranger.duckdb")
    CATALOG[0].make(extract_bench.runs / "stranger.duckdb")
    os.mkfifo(extract_bench.runs / "pipe.duckdb")
    before = files(extract_bench.folder)
    for params in ({}, {"run": run_id}, {"job": run_id}, {"run": "../../x", "job": "../x"}):
        app = open_page(page, **params)
        assert not app.exception
    assert files(extract_bench.folder) == before
    assert quiet == []

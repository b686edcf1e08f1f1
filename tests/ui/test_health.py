"""What watches a server learns how it is, soon and without secrets."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import __version__
from explorer.core.access import READ_ONLY
from explorer.ui import api, health, server
from tests.support.fixtures import small_run
from tests.support.workbench import Workbench, bench

__all__ = ["bench"]


@pytest.fixture
def asking() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), base_url="http://localhost:8501") as client:
        yield client


def test_health_counts_runs_and_jobs_and_says_whether_a_worker_lives(
    bench: Workbench, asking: TestClient
) -> None:
    small_run(bench.runs)
    bench.submit(start=False)
    answer = asking.get("/api/health")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["program"]) == ("ok", __version__)
    assert (told["runs"], told["jobs"]["queued"], told["workers"]) == (1, 1, 0)
    assert told["writable"]


def test_a_worker_that_lives_is_counted(bench: Workbench, asking: TestClient) -> None:
    bench.env("FAKE_SECONDS", "2")
    job = bench.submit()
    bench.wait(job.id, lambda job: job.state == "running")
    assert asking.get("/api/health").json()["workers"] == 1


def test_a_read_only_server_says_so(
    tmp_path: Path, asking: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv(READ_ONLY, "1")
    told = asking.get("/api/health").json()
    assert (told["read_only"], told["writable"]) == (True, False)


def test_a_cache_that_is_not_there_is_a_503_with_a_sentence(
    tmp_path: Path, asking: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "gone"))
    answer = asking.get("/api/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "The cache folder cannot be read: No such file or directory."
    assert str(tmp_path) not in answer.text
    assert "expert_explorer_healthy 0" in asking.get("/api/metrics").text


def test_a_disk_that_hangs_holds_one_thread_and_no_visitor(
    tmp_path: Path, asking: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(health, "_state", lambda: let_go.wait(30) and {})
    monkeypatch.setattr(health, "SECONDS", 0.1)
    threads, began = threading.active_count(), time.monotonic()
    answers = [asking.get("/api/health") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {503}
    assert "did not answer" in answers[0].json()["status"]
    assert time.monotonic() - began < 5
    assert threading.active_count() <= threads + 3
    let_go.set()


def test_metrics_are_in_the_text_format_of_prometheus(bench: Workbench, asking: TestClient) -> None:
    answer = asking.get("/api/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    samples = [line for line in lines if not line.startswith("#")]
    for line in samples:
        assert re.fullmatch(r'expert_explorer_[a-z_]+(\{[a-z]+="[^"\n]*"\})? \d+', line), line
    named = {re.split(r"[ {]", line)[0] for line in samples}
    for kind in ("HELP", "TYPE"):
        assert named == {line.split()[2] for line in lines if line.startswith(f"# {kind}")}
    assert 'expert_explorer_jobs{state="running"} 0' in samples


def test_no_address_of_ours_takes_anything_but_a_question() -> None:
    for route in server.ROUTES:
        assert route.methods == {"GET", "HEAD"}, route.path


def test_a_stranger_to_the_server_is_told_nothing(asking: TestClient) -> None:
    answer = asking.get("/api/health", headers={"host": "evil.example"})
    assert answer.status_code == 403

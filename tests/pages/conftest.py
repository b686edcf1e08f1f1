"""Caches to open the pages on, and how a test opens a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.core.settings import PROJECT
from tests.support.fixtures import small_run
from tests.support.workbench import Workbench, bench

__all__ = ["bench"]

Opener = Callable[..., AppTest]
STEPS = {0: 0.0, 512: 0.3, 4000: 0.7, 143000: 1.0}


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def _full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("full")
    runs = cache / "runs"
    small_run(runs)
    small_run(runs, random_init=0)
    for step, quality in STEPS.items():
        small_run(runs, model="fixture/tiny", revision=f"step{step}", quality=quality)
    return cache


@pytest.fixture
def full_cache(_full: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trained run, its random-init twin, and a trajectory of four checkpoints. Read
    only.
    """
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(_full))
    return _full


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache without any run or probe set of its own."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def corrupt_cache(empty_cache: Path) -> Path:
    """A good run beside a truncated one and a file that is no run at all."""
    runs = empty_cache / "runs"
    small_run(runs)
    truncated = small_run(runs, seed=3)
    truncated.write_bytes(truncated.read_bytes()[: truncated.stat().st_size // 2])
    (runs / "notes.duckdb").write_text("not a database")
    return empty_cache


@pytest.fixture
def only_corrupt_cache(corrupt_cache: Path) -> Path:
    """Nothing but files that cannot be read."""
    good = max((corrupt_cache / "runs").glob("*.duckdb"), key=lambda path: path.stat().st_size)
    good.unlink()
    return corrupt_cache


@pytest.fixture
def extract_bench(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """A cache with the probe set “fixture” alone, and workers that run the fake engine;
    no network.
    """
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: bench.folder / "bundled")
    bench.env("PIP_NO_INDEX", "1")
    bench.env("HF_HUB_OFFLINE", "1")
    return bench


@pytest.fixture
def open_page() -> Opener:
    """open_page(name, **query_params): the page as a fresh browser tab on that address
    shows it.
    """

    def opened(name: str, **params: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT / "explorer/ui/main.py"), default_timeout=60)
        app.query_params = dict(params)
        if name != "overview":
            app.switch_page(f"../../pages/{name}.py")
        return app.run()

    return opened

"""A cache with a trained run and its twin, in which reports are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.results.library import open_library
from explorer.store.library import Library
from tests.support.fixtures import small_run


@pytest.fixture(scope="session")
def _study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("reported")
    small_run(cache / "runs")
    small_run(cache / "runs", random_init=0)
    return cache


@pytest.fixture
def library(_study: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Read only."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(_study))
    return open_library(_study / "runs")

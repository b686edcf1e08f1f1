"""A folder with one finished run, shared by the tests of a file; they do not change
it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fixtures import small_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `small_run()` under its own name."""
    found = tmp_path_factory.mktemp("runs")
    small_run(found)
    return found

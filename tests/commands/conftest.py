"""Every test here works in a cache folder of its own with the fake engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from explorer.cli import main
from tests.support.workbench import Workbench
from tests.support.workbench import bench as bench

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command line: (exit code, stdout, stderr)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(arguments)
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out, told.err

    return call

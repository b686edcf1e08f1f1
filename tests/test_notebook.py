"""The lines that the README shows for a notebook run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from explorer.exhibits.exhibit import Exhibit
from tests.support.fixtures import small_run

PROJECT = Path(__file__).resolve().parent.parent


def test_the_ten_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_run(tmp_path / "runs")
    small_run(tmp_path / "runs", random_init=0)
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    block = re.search(r"```python\n(.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.S)
    assert block is not None
    names: dict[str, object] = {}
    exec(block[1], names)
    shown = names["alignment"]
    assert isinstance(shown, Exhibit)
    assert isinstance(names["runs"], pd.DataFrame)
    assert isinstance(shown.figure, go.Figure)
    assert shown._repr_html_().startswith("<figure><svg")
    assert (tmp_path / "alignment.svg").exists()


def test_importing_the_package_pulls_nothing_heavy() -> None:
    import subprocess
    import sys

    program = "import explorer, sys; print('pandas' in sys.modules, explorer.__version__)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.stdout.startswith("False "), done.stderr

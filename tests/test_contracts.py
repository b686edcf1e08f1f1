"""The layout of ARCHITECTURE.md, enforced: contracts, start-up, and files that fit a
reader.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SCRIPTS = [*sorted((PROJECT / "pages").glob("*.py")), PROJECT / "app.py"]
SOURCES = sorted([*(PROJECT / "explorer").rglob("*.py"), *SCRIPTS])
MAX_LINES = 225
"""About 220; a few files are a function longer."""
HEAVY = {"torch", "transformers", "tokenizers", "numba", "llvmlite", "openai", "duckdb", "plotly"}


def test_no_contract_is_broken() -> None:
    """No arrow runs back up, no circle closes, one room for each heavy library."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_pages_are_thin(path: Path) -> None:
    """No heavy library, no numerics, no SQL in a page."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    heavy = HEAVY | {"numpy", "pandas", "scipy", "networkx"}
    assert not {name.split(".")[0] for name in names} & heavy
    rooms = {name.split(".")[1] for name in names if name.startswith("explorer.")}
    assert not rooms & {"store", "measure", "figures", "extract", "generate", "train"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_files_fit_a_reader(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


def test_a_subject_has_one_name_in_every_room() -> None:
    """Whoever sees a figure finds the file of its numbers in one guess."""
    from explorer.exhibits.registry import SUBJECTS

    for subject in SUBJECTS:
        name = subject.__name__.rpartition(".")[2]
        results = PROJECT / "explorer" / "results"
        assert (results / f"{name}.py").exists(), name


def test_the_dashboard_process_never_imports_torch() -> None:
    """Every page and what it reaches, imported in one process."""
    code = """
import importlib, pathlib, pkgutil, sys
import explorer.ui, explorer.exhibits, explorer.results, explorer.figures, explorer.jobs
for room in (explorer.ui, explorer.exhibits, explorer.results, explorer.figures, explorer.jobs):
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if module.name not in ("explorer.ui.main", "explorer.jobs.worker"):
            importlib.import_module(module.name)
from explorer.models import architectures, builtin, catalog, content
heavy = {"torch", "transformers", "numba", "openai"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

"""The layout of ARCHITECTURE.md, enforced: who imports what, in which direction, and
how long a file may be.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    [*(PROJECT / "explorer").rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]
)
MAX_LINES = 330

OWNERS = {
    "torch": {"extract", "generate", "models", "train"},
    "transformers": {"extract", "generate", "models", "train"},
    "tokenizers": {"train"},
    "numba": {"extract"},
    "openai": {"generate"},
    "duckdb": {"store"},
    "plotly": {"figures"},
    "pyvis": {"figures"},
    "networkx": {"measure", "figures"},
    "streamlit": {"ui", "pages", "app"},
}
TORCH_ROOMS = {"extract", "generate", "models", "train"}
TORCH_FREE = {
    "architectures",
    "catalog",
    "builtin",
    "family",
    "publish",
    "__init__",
    "partial",
    "prompts",
    "writing",
    "answer",
    "budget",
    "client",
}
MAY_IMPORT = {
    "core": set(),
    "probes": set(),
    "models": set(),
    "extract": {"models", "probes"},
    "generate": {"models", "probes"},
    "train": {"probes"},
    "measure": {"probes"},
    "store": {"measure"},
    "figures": {"measure", "probes"},
    "studies": set(),
    "jobs": {"probes", "models", "extract", "generate", "train", "store", "studies"},
    "ui": {"probes", "models", "measure", "store", "studies", "jobs", "figures"},
    "pages": {"probes", "measure", "store", "jobs", "figures", "ui"},
    "app": {"jobs", "ui"},
    "commands": {"probes", "models", "generate", "train", "store", "studies", "jobs", "measure"},
    "cli": {"commands", "jobs", "generate", "probes", "store", "studies"},
    "__main__": {"cli"},
}
EVERYWHERE = {"core"}


def room(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return parts[1] if parts[0] == "explorer" and len(parts) > 1 else parts[0]


def imports(path: Path) -> set[str]:
    """Dotted names of everything a file imports when it runs, inside functions too."""
    found: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_each_heavy_library_is_imported_by_its_room_only(path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        assert room(path) in OWNERS.get(library, {room(path)}), (
            f"{library} does not belong in {room(path)}"
        )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_rooms_import_in_one_direction(path: Path) -> None:
    own = room(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "explorer" and len(parts) > 1 and parts[1] not in EVERYWHERE | {own}:
            assert parts[1] in MAY_IMPORT.get(own, set()), f"{own} must not import {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_files_fit_a_reader(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


def test_the_dashboard_process_never_imports_torch() -> None:
    """Everything the dashboard may reach, imported in one process."""
    code = (
        f"TORCH_ROOMS, TORCH_FREE = {TORCH_ROOMS}, {TORCH_FREE}"
        + """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("explorer").rglob("*.py")):
    parts = path.with_suffix("").parts
    if parts[1] in TORCH_ROOMS and parts[-1] not in TORCH_FREE:
        continue
    if parts[1:] in {("jobs", "worker"), ("ui", "main"), ("__main__",)}:
        continue
    importlib.import_module(".".join(parts).removesuffix(".__init__"))
heavy = {"torch", "transformers", "numba", "openai"} & set(sys.modules)
assert not heavy, heavy
"""
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

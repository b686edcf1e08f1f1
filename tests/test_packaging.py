"""What is declared is what is imported and installed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from explorer import __version__

PROJECT = Path(__file__).resolve().parent.parent
TABLE = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = TABLE["optional-dependencies"]
_OURS = (*TABLE["dependencies"], *EXTRAS["extraction"], *EXTRAS["cluster"])
SOURCES = sorted(
    [*(PROJECT / "explorer").rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]
)
_BY_RESOURCE = {"pyvis", "fontpkg-source-sans-3", "accelerate", "gguf", "safetensors"}
"""Declared for their files, or because transformers asks for them by name."""


def listed(path: Path) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return {line for line in lines if line}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()


def imported() -> set[str]:
    names: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"explorer"}


def test_make_run_installs_what_the_package_declares() -> None:
    assert listed(PROJECT / "requirements.txt") == set(_OURS)
    assert listed(PROJECT / "tests" / "requirements.txt") == set(EXTRAS["test"])


def test_everything_imported_is_declared_and_everything_declared_is_used() -> None:
    declared = {name_of(r) for r in _OURS}
    distributions = metadata.packages_distributions()
    used = {name_of(distributions[name][0]) for name in imported()}
    assert used <= declared
    assert declared <= used | _BY_RESOURCE


def test_the_lock_pins_the_whole_tree_and_names_no_host() -> None:
    text = (PROJECT / "constraints.txt").read_text("utf-8")
    pins = {name_of(line): line for line in listed(PROJECT / "constraints.txt")}
    every = (TABLE["dependencies"], *EXTRAS.values())
    for requirement in (requirement for part in every for requirement in part):
        assert str(Requirement(pins[name_of(requirement)]).specifier) == str(
            Requirement(requirement).specifier
        )
    assert "://" not in text
    assert "+" not in text


def test_what_is_installed_here_is_what_the_lock_says() -> None:
    for line in listed(PROJECT / "constraints.txt"):
        pin = Requirement(line)
        try:
            version = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            continue  # another machine needs it
        assert pin.specifier.contains(version.partition("+")[0], prereleases=True), line


def test_the_version_is_told_in_one_place() -> None:
    assert TABLE["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    citation = (PROJECT / "CITATION.cff").read_text("utf-8")
    assert f"version: {__version__}\n" in citation


@pytest.mark.parametrize("script", ["expert-explorer", "explorer"])
def test_the_command_leads_to_the_command_line(script: str) -> None:
    module, _, function = TABLE["scripts"][script].partition(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))

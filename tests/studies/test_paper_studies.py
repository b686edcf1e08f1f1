"""The paper's three studies, scaled down by flags only: written, extracted, killed,
resumed and drawn.

A loopback hub serves tiny random models under the names and revisions of the studies, a
loopback endpoint writes the sentences.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from explorer.cli import main
from explorer.core.errors import ExplorerError
from explorer.generate.endpoint.writing import PARALLEL
from explorer.probes import human
from explorer.store.files import finished_files
from explorer.store.library import Library
from explorer.studies.study import load
from tests.pages.conftest import open_page
from tests.support import hub, tiny
from tests.support.endpoint_server import Server, serve
from tests.support.reading import captions, charts
from tests.support.workbench import PROJECT

__all__ = ["open_page"]

pytestmark = pytest.mark.model
SMALL = ("--sentences", "14", "--positives", "5", "--negatives", "12", "--folds", "2")
FLAGS = {
    "paper-alignment": ("--pairs", "8", *SMALL),
    "paper-domains": SMALL,
    "paper-stability": ("--pairs", "5", *SMALL, "--positives", "4,8", "--negatives", "6,12"),
}
FIGURES = {
    "paper-alignment": "alignment",
    "paper-domains": "domains",
    "paper-stability": "stability",
}


@pytest.fixture(scope="module")
def hub_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Every model and revision of the three studies, a tiny random model each."""
    folder = tmp_path_factory.mktemp("hub")
    repos: dict[str, dict[str, Path]] = {}
    for checkpoint in {one: None for name in FLAGS for one in load(name).checkpoints}:
        revisions = repos.setdefault(checkpoint.model, {})
        family = "gpt2" if checkpoint.model.endswith("gpt2") else "gpt_neox"
        place = folder / checkpoint.model.replace("/", "--") / checkpoint.revision
        revisions[checkpoint.revision] = tiny.checkpoint(place, family, seed=len(revisions))
    with hub.serve(repos) as address:
        yield address


@pytest.fixture
def endpoint() -> Iterator[Server]:
    with serve() as found:
        yield found


@pytest.fixture
def command(
    hub_address: str, endpoint: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], list[str]]:
    """The command line of a study; its environment is this process's."""
    try:
        human.load("MEN")
    except ExplorerError as error:
        pytest.skip(f"the rated pairs cannot be had here: {error}")
    changed = {"HF_ENDPOINT": hub_address, "HF_HOME": str(tmp_path / "hf"), "OMP_NUM_THREADS": "1"}
    changed |= {"EXPERT_EXPLORER_CACHE": str(tmp_path / "cache"), "OPENAI_API_KEY": "sk-of-nobody"}
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    st.cache_data.clear()
    st.cache_resource.clear()

    def line(action: str, name: str) -> list[str]:
        return [
            sys.executable,
            "-m",
            "explorer",
            "study",
            action,
            name,
            *FLAGS[name],
            "--endpoint",
            endpoint.url,
        ]

    return line


def killed_on_the_way(line: list[str], until: Callable[[], bool]) -> None:
    """Start a command and kill it hard as soon as it is so."""
    process = subprocess.Popen(
        line, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 300
    while not until():
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("name", "n_runs", "before"), [("paper-alignment", 21, 2), ("paper-stability", 12, 4)]
)
def test_a_killed_study_resumes_without_doing_anything_twice(
    name: str,
    n_runs: int,
    before: int,
    command: Callable[[str, str], list[str]],
    endpoint: Server,
    tmp_path: Path,
    open_page: Callable[..., object],
) -> None:
    runs = tmp_path / "cache" / "runs"
    killed_on_the_way(command("run", name), lambda: len(finished_files(runs)) >= before)
    there = {path.name: path.stat().st_mtime_ns for path in finished_files(runs)}
    asked = len(endpoint.asked)
    done = subprocess.run(
        command("run", name), cwd=PROJECT, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    assert len(endpoint.asked) == asked
    assert {path: (runs / path).stat().st_mtime_ns for path in there} == there
    found = Library(runs).runs()
    assert {run.id for run in found} == set(done.stdout.split())
    assert len(found) == n_runs
    assert main(command("status", name)[3:]) == 0
    _draws(name, found[0].id, open_page)


def test_the_domains_of_the_paper_are_planned_run_and_drawn(
    command: Callable[[str, str], list[str]],
    endpoint: Server,
    tmp_path: Path,
    open_page: Callable[..., object],
) -> None:
    planned = subprocess.run(
        command("plan", "paper-domains"), cwd=PROJECT, capture_output=True, text=True, timeout=200
    )
    assert planned.returncode == 0, planned.stderr
    assert "40 concepts × 14 sentences by mistralai" in planned.stderr
    header, row = (line.split("\t") for line in planned.stdout.splitlines())
    cost = dict(zip(header, row, strict=True))
    assert (cost["checkpoint"], cost["problem"]) == ("pythia-12b · step143000", "")
    assert float(cost["forwards"]) > 0
    assert float(cost["memory_bytes"]) > 0
    # Killed while the sentences are written; what was answered is not asked for again,
    # but for what was under way.
    killed_on_the_way(command("run", "paper-domains"), lambda: len(endpoint.asked) >= 60)
    done = subprocess.run(
        command("run", "paper-domains"), cwd=PROJECT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    in_three = math.ceil(14 / 3)
    assert 40 * in_three <= len(endpoint.asked) <= 40 * in_three + PARALLEL
    (run,) = Library(tmp_path / "cache" / "runs").runs()
    assert len(run.request.domains) == 40
    assert "sk-of-nobody" not in "".join(
        p.read_text("utf-8", "replace") for p in tmp_path.rglob("*.json*")
    )
    _draws("paper-domains", run.id, open_page)


def _draws(name: str, run_id: str, open_page: Callable[..., object]) -> None:
    section = {"section": "Matrix"} if FIGURES[name] == "domains" else {}
    app = open_page(FIGURES[name], run=run_id, **section)
    assert not app.exception  # type: ignore[attr-defined]
    assert not app.error  # type: ignore[attr-defined]
    assert charts(app)  # type: ignore[arg-type]
    told = "\n".join(captions(app))  # type: ignore[arg-type]
    assert load(name).checkpoints.popitem()[0].name in told

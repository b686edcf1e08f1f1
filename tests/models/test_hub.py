"""Checkpoints from a hub, end to end through the command line in a process of its
own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.store.library import Library
from tests.support import hub, tiny

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parent.parent.parent
WORDS = ("cat", "dog", "rain", "bus")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hub")
    neox = {
        name: tiny.checkpoint(folder / name, "gpt_neox", seed)
        for seed, name in enumerate(("main", "step1", "step512"))
    }
    adapted = tiny.checkpoint(folder / "adapted", "gpt2")
    (adapted / "adapter_config.json").write_text("{}")
    repos = {
        "tiny/neox": neox,
        "tiny/gpt2": {"main": tiny.checkpoint(folder / "gpt2", "gpt2")},
        "tiny/adapted": {"main": adapted},
    }
    with hub.serve(repos) as address:
        yield address


@pytest.fixture
def extract(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    rows = [
        Sentence(word, f"The {word} of number {i} was seen in the field", "test")
        for word in WORDS
        for i in range(12)
    ]
    probe_set.save("mine", rows, {"made_by": "test"})

    def call(*arguments: str, address: str = endpoint) -> subprocess.CompletedProcess[str]:
        sizes = [
            "--probes",
            "mine",
            "--positives",
            "6",
            "--negatives",
            "12",
            "--folds",
            "2",
            "--human",
            "none",
        ]
        command = [sys.executable, "-m", "explorer", "extract", *arguments, *sizes]
        home = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf"), "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            command, cwd=PROJECT, env=os.environ | home, capture_output=True, text=True, timeout=240
        )

    return call


def test_revisions_of_a_hub_model_become_runs_of_their_own(extract: Run, tmp_path: Path) -> None:
    for revision in ("step1", "step512"):
        done = extract("--model", "tiny/neox", "--revision", revision)
        assert done.returncode == 0, done.stderr
    runs = {run.request.checkpoint.step: run for run in Library(tmp_path / "runs").runs()}
    assert set(runs) == {1, 512}
    for step, run in runs.items():
        assert run.commit == hub.commit_of("tiny/neox", f"step{step}")
    experts = [len(Library(tmp_path / "runs").experts(run.id, "cat")) for run in runs.values()]
    assert all(experts)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "tiny/neox", "--revision", "step3"], "“tiny/neox” has no revision “step3”"),
        (["--model", "tiny/adapted"], "adapted has an adapter (adapter_config.json)"),
        (["--model", "tiny/nothing"], "The hub has no model “tiny/nothing”"),
        (["--model", "not a/model/id"], "“not a/model/id” is not a hub id"),
    ],
)
def test_what_the_hub_does_not_have_is_told_in_a_sentence(
    extract: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = extract(*arguments)
    assert done.returncode == 3
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "runs").glob("*")) == []


def test_a_checkpoint_seen_before_loads_without_the_hub(extract: Run, tmp_path: Path) -> None:
    assert extract("--model", "tiny/gpt2").returncode == 0
    again = extract("--model", "tiny/gpt2", "--seed", "1", address="http://127.0.0.1:9")
    assert again.returncode == 0, again.stderr
    assert len(Library(tmp_path / "runs").runs()) == 2


def test_no_network_is_told_in_a_sentence(extract: Run) -> None:
    done = extract("--model", "tiny/unseen", address="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "The hub did not answer" in done.stderr

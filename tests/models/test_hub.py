"""Checkpoints from a hub, end to end through the command line in two processes: one
that reaches the hub, and one that does not.

The address of the hub and the folder of downloads are read when their libraries are
imported, and importing them takes longer than any command here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.store.library import Library
from tests.support import hub, tiny

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parent.parent.parent
WORDS = ("cat", "dog", "rain", "bus")
SIZES = ("--probes", "mine", "--positives", "6", "--negatives", "12", "--folds", "2")
_COMMANDS = """
import contextlib, io, json, os, sys
from explorer import cli
if "at once" in sys.argv:
    import time
    time.sleep = lambda _: None
for line in sys.stdin:
    asked, told = json.loads(line), io.StringIO()
    os.environ["EXPERT_EXPLORER_CACHE"] = asked["cache"]
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        try:
            code = cli.main(asked["arguments"])
        except SystemExit as left:
            code = left.code
    print(json.dumps([code, told.getvalue()]), flush=True)
"""
"""A process that carries out one command line after the other; "at once": what asks
again after some seconds does not wait for them.
"""


class Done(NamedTuple):
    """How a command ended and what it told."""

    code: int
    told: str


Extract = Callable[..., Done]


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


@pytest.fixture(scope="module")
def processes(
    endpoint: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[bool, subprocess.Popen[str]]]:
    """Whether the hub is reached → a process; both have one folder of downloads."""
    home = {"HF_HOME": str(tmp_path_factory.mktemp("hf"))}
    made = {
        reached: subprocess.Popen(
            [sys.executable, "-c", _COMMANDS, "" if reached else "at once"],
            cwd=PROJECT,
            env=os.environ | home | {"HF_ENDPOINT": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for reached, address in ((True, endpoint), (False, "http://127.0.0.1:9"))
    }
    yield made
    for process in made.values():
        process.communicate(timeout=60)


@pytest.fixture
def extract(
    processes: dict[bool, subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Extract:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    rows = [
        Sentence(word, f"The {word} of number {i} was seen in the field", "test")
        for word in WORDS
        for i in range(12)
    ]
    probe_set.save("mine", rows, {"made_by": "test"})

    def call(*arguments: str, reached: bool = True) -> Done:
        process = processes[reached]
        assert process.stdin
        assert process.stdout
        asked = {
            "cache": str(tmp_path),
            "arguments": ["extract", *arguments, *SIZES, "--human", "none"],
        }
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return Done(*json.loads(process.stdout.readline()))

    return call


def test_revisions_of_a_hub_model_become_runs_of_their_own(
    extract: Extract, tmp_path: Path
) -> None:
    for revision in ("step1", "step512"):
        done = extract("--model", "tiny/neox", "--revision", revision)
        assert done.code == 0, done.told
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
        (["--model", "https://huggingface.co/tiny/neox/tree/main"], "Write “tiny/neox”."),
        (["--model", "tiny/neox/"], "Write “tiny/neox”."),
    ],
)
def test_what_the_hub_does_not_have_is_told_in_a_sentence(
    extract: Extract, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = extract(*arguments)
    assert done.code == 3
    assert message in done.told
    assert "Traceback" not in done.told
    assert list((tmp_path / "runs").glob("*")) == []


def test_a_checkpoint_seen_before_loads_without_the_hub(extract: Extract, tmp_path: Path) -> None:
    assert extract("--model", "tiny/gpt2").code == 0
    again = extract("--model", "tiny/gpt2", "--seed", "1", reached=False)
    assert again.code == 0, again.told
    assert len(Library(tmp_path / "runs").runs()) == 2


def test_no_network_is_told_in_a_sentence(extract: Extract) -> None:
    done = extract("--model", "tiny/unseen", reached=False)
    assert done.code == 3
    assert "The hub did not answer" in done.told

"""Training: what is published, in which order the rows come, and what a kill leaves
behind.
"""

from __future__ import annotations

import dataclasses
import math
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from filelock import FileLock
from safetensors.torch import load_file

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, InputError, ModelError, ResourceError
from explorer.models import catalog
from explorer.models.checkpoints import load_checkpoint
from explorer.train import family as families
from explorer.train import publish, run, training
from explorer.train.family import Family
from explorer.train.text import Rows, Text

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parent.parent.parent


def weights(step: int = 25, name: str = "tiny-a") -> dict[str, torch.Tensor]:
    return load_file(publish.folder(name) / f"step{step}" / "model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


@dataclasses.dataclass(frozen=True)
class Trained:
    """Both sizes, trained in one go."""

    folder: Path
    """The folder of downloads."""
    names: list[str]
    told: list[str]
    orders: list[list[bytes]]
    """Of each size, the rows that it saw."""


@pytest.fixture(scope="module")
def trained(table: Path, text: Text, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The family, trained once for all tests that only look at it."""
    family, folder = families.load("tiny", table), tmp_path_factory.mktemp("trained")
    seen: list[bytes] = []
    told: list[str] = []
    plain = Rows.__getitem__

    def spied(rows: Rows, index: int) -> dict[str, np.ndarray]:
        row = plain(rows, index)
        if len(rows) == family.steps * family.batch:
            seen.append(row["input_ids"].tobytes())
        return row

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(folder))
        patch.setattr(Rows, "__getitem__", spied)
        names = list(run.train_all(family, family.sizes, text, tell=told.append))
    half = len(seen) // 2
    return Trained(folder, names, told, [seen[:half], seen[half:]])


@pytest.fixture
def at_trained(trained: Trained, tmp_path: Path, tiny: Family) -> Family:
    """The family, with the trained models in its folder of downloads."""
    shutil.copytree(trained.folder, tmp_path, dirs_exist_ok=True)
    return tiny


def test_every_size_publishes_checkpoints_that_load_and_get_better(
    trained: Trained, at_trained: Family
) -> None:
    assert trained.names == ["tiny-a", "tiny-b"]
    for name, size in zip(trained.names, at_trained.sizes, strict=True):
        assert publish.steps(name) == [0, 1, 4, 16, 25]
        facts = [publish.facts_of(name, step) for step in publish.steps(name)]
        assert facts[0]["held_out_loss"] == pytest.approx(math.log(300), abs=0.1)
        assert facts[-1]["held_out_loss"] < facts[0]["held_out_loss"] - 1
        assert [f["tokens"] for f in facts] == [64 * step for step in publish.steps(name)]
        loaded = load_checkpoint(Checkpoint(name, "step16"))
        assert (
            sum(p.numel() for p in loaded.model.parameters())
            == at_trained.n_parameters(size)
            == facts[0]["parameters"]
        )
        assert next(loaded.model.parameters()).dtype == torch.float32
    assert any("min left" in line for line in trained.told)
    assert list((settings.downloads_dir() / "training").glob("tiny-*")) == [], (
        "no optimizer state is kept"
    )


def test_the_recorded_loss_is_that_of_the_published_weights(at_trained: Family, text: Text) -> None:
    model = load_checkpoint(Checkpoint("tiny-a", "step16")).model
    rows = torch.from_numpy(text.held_out.astype(np.int64))
    with torch.inference_mode():
        loss = model(input_ids=rows, labels=rows).loss.item()
    # The training evaluates in bfloat16 where the machine multiplies it natively.
    assert publish.facts_of("tiny-a", 16)["held_out_loss"] == pytest.approx(loss, abs=0.01)


def test_all_sizes_see_the_same_rows_in_the_same_order(trained: Trained, tiny: Family) -> None:
    assert len(trained.orders[0]) == tiny.steps * tiny.batch
    assert trained.orders[0] == trained.orders[1]


def test_rows_come_once_an_epoch_in_the_order_of_their_seed() -> None:
    rows = np.arange(20, dtype=np.uint16).reshape(10, 2)

    def order(seed: int) -> list[int]:
        dataset = Rows(rows, 25, seed)
        return [int(dataset[i]["input_ids"][0]) // 2 for i in range(25)]

    assert order(0) == order(0) != order(1)
    assert sorted(order(0)[:10]) == sorted(order(0)[10:20]) == list(range(10))
    assert order(0)[:10] != order(0)[10:20]
    assert order(0)[23] == int(Rows(rows, 25, 0)[23]["input_ids"][0]) // 2, (
        "a row does not depend on those before it"
    )


@pytest.fixture
def uninterrupted(trained: Trained) -> dict[str, torch.Tensor]:
    """The last weights of size a, trained in one go in a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(trained.folder))
        return weights()


def test_a_stopped_training_goes_on_to_the_very_same_weights(
    tiny: Family, text: Text, uninterrupted: dict[str, torch.Tensor]
) -> None:
    asked = iter([False] * 9 + [True] * 10)
    with pytest.raises(Cancelled, match="tiny-a was stopped"):
        training.train(tiny, tiny.size("a"), 0, text, stopped=lambda: next(asked))
    assert publish.steps("tiny-a") == [0, 1, 4]
    told: list[str] = []
    training.train(tiny, tiny.size("a"), 0, text, tell=told.append)
    assert told[0] == "tiny-a goes on after step 10"
    assert publish.steps("tiny-a") == [0, 1, 4, 16, 25]
    assert same(weights(), uninterrupted)


def test_a_torn_checkpoint_of_the_trainer_is_passed_over(
    tiny: Family,
    text: Text,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = publish.publish

    def crash(*given: Any) -> Path:
        if given[3]["step"] == 16:
            raise KeyboardInterrupt
        return plain(*given)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "publish", crash)
        with pytest.raises(KeyboardInterrupt):
            training.train(tiny, tiny.size("a"), 0, text, save_every=5)
    work = next((settings.downloads_dir() / "training").glob("tiny-a-*"))
    assert sorted(path.name for path in work.glob("checkpoint-*")) == [
        "checkpoint-10",
        "checkpoint-15",
    ]
    (work / "checkpoint-15" / "trainer_state.json").unlink()
    (work / "checkpoint-15" / "optimizer.pt").write_bytes(b"torn")
    told: list[str] = []
    training.train(tiny, tiny.size("a"), 0, text, tell=told.append)
    assert told[0] == "tiny-a goes on after step 10"
    assert same(weights(), uninterrupted)


def test_a_half_written_checkpoint_is_never_seen(
    tiny: Family, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Torn:
        def save_pretrained(self, folder: Path) -> None:
            (folder / "tokenizer.json").write_text("{")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        training.train(tiny, tiny.size("a"), 0, dataclasses.replace(text, tokenizer=Torn()))
    assert publish.steps("tiny-a") == []
    with pytest.raises(ModelError):
        catalog.describe(Checkpoint("tiny-a", "step0"))
    training.train(tiny, tiny.size("a"), 0, text)
    assert publish.steps("tiny-a") == [0, 1, 4, 16, 25]
    assert (
        sorted(
            path.name for path in publish.folder("tiny-a").iterdir() if path.name.startswith(".")
        )
        == []
    )


def test_a_killed_process_goes_on_where_it_was(tiny: Family, table: Path) -> None:
    """Told to end, then killed, then left alone."""
    arguments = ["train-family", "tiny", "--table", str(table), "--sizes", "a"]
    arguments += ["--tokens", "128000", "--threads", "1"]
    command = [sys.executable, "-W", "ignore", "-m", "explorer", *arguments]
    work = settings.downloads_dir() / "training"
    seen: set[Path] = set()
    for number, code in ((signal.SIGTERM, 130), (signal.SIGKILL, -9)):
        process = subprocess.Popen(command, cwd=PROJECT)
        deadline = time.monotonic() + 120
        while not (there := set(work.glob("tiny-a-*/checkpoint-*/trainer_state.json")) - seen):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(60) == code
        seen |= there | set(work.glob("tiny-a-*/checkpoint-*/trainer_state.json"))
        assert 2000 not in publish.steps("tiny-a")
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "tiny-a\n"
    assert "goes on after step" in done.stderr
    assert publish.steps("tiny-a") == [0, 1, 4, 16, 2000]


def test_a_trained_model_is_not_trained_again(at_trained: Family, text: Text) -> None:
    told: list[str] = []
    training.train(at_trained, at_trained.size("a"), 0, text, tell=told.append)
    assert told == ["tiny-a is trained already"]


def test_another_recipe_does_not_mix_with_a_model_that_exists(
    at_trained: Family, text: Text
) -> None:
    longer = dataclasses.replace(at_trained, tokens=3200)
    with pytest.raises(InputError, match="tiny-a exists already and was trained by another recipe"):
        training.train(longer, longer.size("a"), 0, text)
    training.train(dataclasses.replace(at_trained, seeds=(1,)), at_trained.size("a"), 1, text)
    assert not same(weights(0), weights(0, "tiny-a-seed1"))


def test_two_processes_cannot_train_one_model(tiny: Family, text: Text) -> None:
    size = tiny.size("a")
    work = settings.downloads_dir() / "training" / f"tiny-a-{tiny.digest(size, 0)}"
    work.mkdir(parents=True)
    with (
        FileLock(work / ".lock"),
        pytest.raises(ResourceError, match="tiny-a is being trained by another process"),
    ):
        training.train(tiny, size, 0, text)

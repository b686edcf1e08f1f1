"""Loading checkpoints from folders, untrained twins, and every way it can fail."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError, ResourceError
from explorer.core.request import Dtype
from explorer.models import catalog, checkpoints
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.checkpoint(tmp_path / "tiny", "gpt_neox")


def weights(checkpoint: Checkpoint) -> torch.Tensor:
    return next(load_checkpoint(checkpoint).model.parameters()).detach()


def test_an_untrained_twin_has_the_config_but_not_the_weights(folder: Path) -> None:
    trained = Checkpoint(str(folder))
    twin, again, other = (Checkpoint(str(folder), random_init=seed) for seed in (0, 0, 1))
    assert torch.equal(weights(twin), weights(again))
    assert not torch.equal(weights(twin), weights(other))
    assert not torch.equal(weights(twin), weights(trained))
    assert load_checkpoint(twin).modules == load_checkpoint(trained).modules
    assert (twin.step, trained.step) == (0, None)


def test_the_digest_of_a_folder_tells_its_content_apart(folder: Path, tmp_path: Path) -> None:
    other = tiny.checkpoint(tmp_path / "other", "gpt2")
    first, second = (
        load_checkpoint(Checkpoint(str(folder))).commit,
        load_checkpoint(Checkpoint(str(other))).commit,
    )
    assert first
    assert first != second
    assert first == load_checkpoint(Checkpoint(str(folder))).commit


def test_the_card_counts_units_without_loading_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    card = catalog.describe(Checkpoint(str(folder)))
    assert (card.n_units, card.n_layers) == (2 * (48 + 16 + 40 + 16), 2)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "config.json").unlink(), "holds no config.json"),
        (lambda f: (f / "config.json").write_text("{"), "is not JSON"),
        (lambda f: (f / "config.json").write_text("[" * 100_000), "is not JSON"),
        (lambda f: (f / "config.json").write_text('["model_type"]'), "names no model_type"),
        (lambda f: (f / "config.json").write_text("{}"), "names no model_type"),
        (
            lambda f: (f / "config.json").write_text('{"model_type": "mamba"}'),
            "“mamba” is not supported",
        ),
        (lambda f: (f / "config.json").write_text('{"model_type": "llama"}'), "config has no"),
        (lambda f: (f / "model.safetensors").unlink(), "cannot be loaded"),
        (lambda f: (f / "model.safetensors").write_bytes(b"torn"), "is not a safetensors file"),
    ],
    ids=[
        "no config",
        "torn config",
        "deep config",
        "a list as config",
        "empty config",
        "unknown architecture",
        "half a config",
        "no weights",
        "torn weights",
    ],
)
def test_a_broken_folder_gets_its_sentence(folder: Path, damage: object, message: str) -> None:
    damage(folder)  # type: ignore[operator]
    with pytest.raises(ModelError) as caught:
        load_checkpoint(Checkpoint(str(folder)))
    assert message in str(caught.value)
    assert caught.value.hint


def test_code_that_a_model_brings_is_told_and_not_run(folder: Path) -> None:
    told: list[str] = []
    load_checkpoint(Checkpoint(str(folder)), tell=told.append)
    assert not any("code of its own" in line for line in told)
    trace = folder / "ran"
    (folder / "own.py").write_text(f"open({str(trace)!r}, 'w')")
    tiny.change_config(folder, auto_map={"AutoModelForCausalLM": "own.Model"})
    load_checkpoint(Checkpoint(str(folder)), tell=told.append)
    assert any("code of its own" in line and "gpt_neox" in line for line in told)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("dtype", "seed", "times", "hint"),
    [
        ("float32", None, 4, "Choose bfloat16, a smaller model"),
        ("bfloat16", None, 2, "Choose a smaller model"),
        ("bfloat16", 0, 4, "Choose a smaller model"),
    ],
)
def test_weights_that_memory_cannot_hold_are_refused_before_they_are_read(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    dtype: Dtype,
    seed: int | None,
    times: int,
    hint: str,
) -> None:
    checkpoint = Checkpoint(str(folder), random_init=seed)
    needed = times * catalog.describe(checkpoint).n_parameters
    monkeypatch.setattr("explorer.core.memory.free", lambda: needed - 1)
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints.AutoModelForCausalLM, "from_pretrained", None)
        patch.setattr(checkpoints.AutoModelForCausalLM, "from_config", None)
        with pytest.raises(ResourceError, match=f"of memory, .* are free. {hint}"):
            load_checkpoint(checkpoint, dtype)
    monkeypatch.setattr("explorer.core.memory.free", lambda: needed)
    load_checkpoint(checkpoint, dtype)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere does not exist"):
        load_checkpoint(Checkpoint(str(tmp_path / "nowhere")))


class Evil:
    """Unpickles to a call that leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.trace,))


def test_pickled_weights_cannot_run_code(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({"gpt_neox.embed_in.weight": Evil(tmp_path / "ran")}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError):
        load_checkpoint(Checkpoint(str(folder)))
    assert not (tmp_path / "ran").exists()
    pickle.loads(pickle.dumps(Evil(tmp_path / "ran")))
    assert (tmp_path / "ran").exists(), "the trap itself must work"


def test_code_in_a_repository_is_never_run(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "evil.Model", "AutoConfig": "evil.Config"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    load_checkpoint(Checkpoint(str(folder)))
    assert not (tmp_path / "ran").exists()

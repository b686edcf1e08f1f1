"""Weights that are not a model's own are refused, never replaced by random ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny
from tests.support.tiny import Weights

UP = "model.layers.1.mlp.up_proj.weight"
QUERY = "model.layers.0.self_attn.q_proj"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.checkpoint(tmp_path / "tiny", "llama")


def without(*parts: str) -> Callable[[Weights], Weights]:
    return lambda w: {k: v for k, v in w.items() if not any(part in k for part in parts)}


def prefixed(prefix: str) -> Callable[[Weights], Weights]:
    return lambda w: {prefix + k: v for k, v in w.items()}


def a_third_less(w: Weights) -> Weights:
    return {k: v for i, (k, v) in enumerate(sorted(w.items())) if i % 3}


def another_shape(w: Weights) -> Weights:
    return w | {UP: torch.zeros(41, 16)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (prefixed("module."), ["20 of 21 weights are not in its files", "prefix “module.”"]),
        (prefixed("_orig_mod."), ["20 of 21 weights", "prefix “_orig_mod.”"]),
        (prefixed("model.base_model.model."), ["prefix “model.base_model.model.”"]),
        (a_third_less, ["6 of 21 weights are not in its files", "Are all its weight files there?"]),
        (without(UP), [f"1 of 21 weights are not in its files: {UP}."]),
        (
            another_shape,
            ["1 of 21 weights have another shape", f"{UP} is 41 × 16, expected 40 × 16"],
        ),
        (lambda w: w | {UP: torch.zeros(1)}, [f"{UP} is 1, expected 40 × 16"]),
        (lambda w: w | {f"{QUERY}.bias": torch.ones(16)}, ["1 weights", f"{QUERY}.bias"]),
        (lambda w: w | {f"{QUERY}.lora_A.weight": torch.ones(2, 16)}, ["merge an adapter"]),
        (
            lambda w: w | {"model.layers.2.mlp.up_proj.weight": torch.ones(40, 16)},
            ["model.layers.2.mlp.up_proj.weight"],
        ),
        (lambda _: {"other.weight": torch.ones(700)}, ["They hold other.weight instead"]),
    ],
    ids=[
        "DataParallel",
        "torch.compile",
        "peft",
        "a third missing",
        "one missing",
        "another shape",
        "one number",
        "a bias too much",
        "an adapter inside",
        "a block too much",
        "another model",
    ],
)
def test_weights_that_are_not_the_models_own_are_refused_by_name(
    folder: Path, change: Callable[[Weights], Weights], said: list[str]
) -> None:
    tiny.change_weights(folder, change)
    with pytest.raises(ModelError) as caught:
        load_checkpoint(Checkpoint(str(folder)))
    for part in said:
        assert part in str(caught.value)
    assert caught.value.hint


def test_a_missing_shard_is_named(folder: Path) -> None:
    model = load_checkpoint(Checkpoint(str(folder))).model
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="20KB")
    load_checkpoint(Checkpoint(str(folder)))
    shard = sorted(folder.glob("model-*"))[1]
    shard.unlink()
    with pytest.raises(ModelError, match=shard.name):
        load_checkpoint(Checkpoint(str(folder)))


def test_a_config_of_more_than_its_files_hold_is_refused_before_memory_is_asked_for(
    folder: Path,
) -> None:
    tiny.change_config(folder, intermediate_size=9_000_000, num_hidden_layers=900)
    with pytest.raises(ModelError, match=r"its config describes 388,\d+,\d+,\d+ weights and more"):
        load_checkpoint(Checkpoint(str(folder)))


@pytest.mark.parametrize("family", ["gpt2", "gpt_neox", "llama", "gptj", "opt", "phi"])
@pytest.mark.parametrize("head", [True, False], ids=["causal LM", "base model"])
def test_a_checkpoint_without_lm_head_gives_the_same_responses(
    tmp_path: Path, family: str, *, head: bool
) -> None:
    folder = tiny.checkpoint(tmp_path / "tiny", family)
    whole = load_checkpoint(Checkpoint(str(folder)))
    tiny.change_weights(folder, without("lm_head", "embed_out"))
    if not head:
        base = f"{whole.model.base_model_prefix}."
        tiny.change_weights(folder, lambda w: {k.removeprefix(base): v for k, v in w.items()})
    bare = load_checkpoint(Checkpoint(str(folder)))
    for trained, again in zip(
        whole.model.base_model.parameters(), bare.model.base_model.parameters(), strict=True
    ):
        assert torch.equal(trained, again)


def test_who_needs_the_lm_head_is_told_when_it_is_missing(folder: Path) -> None:
    tiny.change_weights(folder, without("lm_head"))
    with pytest.raises(ModelError, match=r"1 of 21 weights are not in its files: lm_head\.weight"):
        load_checkpoint(Checkpoint(str(folder)), with_head=True)


def test_a_head_tied_to_the_embedding_needs_no_weights_of_its_own(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "tied", "llama", tie_word_embeddings=True)
    load_checkpoint(Checkpoint(str(folder)), with_head=True)
    tiny.change_weights(folder, without("embed_tokens", "lm_head"))
    with pytest.raises(ModelError, match="are not in its files"):
        load_checkpoint(Checkpoint(str(folder)))


@pytest.mark.parametrize(
    ("family", "buffers"),
    [
        ("gpt2", {"transformer.h.0.attn.bias": (1, 1, 160, 160)}),
        ("gpt2", {"transformer.h.1.attn.masked_bias": ()}),
        ("gpt_neox", {"gpt_neox.layers.0.attention.bias": (1, 1, 160, 160)}),
        ("gpt_neox", {"gpt_neox.layers.0.attention.masked_bias": ()}),
        ("gpt_neox", {"gpt_neox.layers.1.attention.rotary_emb.inv_freq": (4,)}),
        ("llama", {"model.layers.0.self_attn.rotary_emb.inv_freq": (4,)}),
        ("gptj", {"transformer.h.0.attn.bias": (1, 1, 160, 160)}),
    ],
)
def test_buffers_of_old_checkpoints_are_no_fault(
    tmp_path: Path, family: str, buffers: dict[str, tuple[int, ...]]
) -> None:
    folder = tiny.checkpoint(tmp_path / "old", family)
    tiny.change_weights(folder, lambda w: w | {k: torch.ones(v) for k, v in buffers.items()})
    load_checkpoint(Checkpoint(str(folder)))


def test_an_untrained_twin_needs_no_weights(folder: Path) -> None:
    tiny.change_weights(folder, prefixed("module."))
    load_checkpoint(Checkpoint(str(folder), random_init=0))
    (folder / "model.safetensors").unlink()
    load_checkpoint(Checkpoint(str(folder), random_init=0))

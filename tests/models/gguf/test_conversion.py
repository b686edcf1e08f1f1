"""A GGUF file becomes the checkpoint it was made from."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from transformers import AutoConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from explorer.core import memory
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError, ResourceError
from explorer.models import catalog, first_use, folders
from explorer.models.checkpoints import load_checkpoint
from explorer.models.gguf import conversion, reading, tokenizer
from tests.support import gguf_files
from tests.support.gguf_files import changed

IDS = torch.arange(1, 120)[None]


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    return tmp_path / "downloads"


def logits(path: Path) -> torch.Tensor:
    with torch.inference_mode():
        return load_checkpoint(Checkpoint.named(str(path))).model(IDS).logits


@pytest.mark.slow
@pytest.mark.parametrize(
    ("architecture", "tied"),
    [
        *((name, True) for name in gguf_files.FAMILIES),
        *((name, False) for name in gguf_files.FAMILIES if "gemma" not in name),
    ],
)
def test_every_architecture_of_the_table_computes_what_it_did_before(
    tmp_path: Path, architecture: str, *, tied: bool
) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", architecture, tie_word_embeddings=tied)
    path = gguf_files.write(tmp_path / "model.gguf", folder, architecture)
    assert torch.equal(logits(path), logits(folder))
    card = catalog.describe(Checkpoint(str(path)))
    assert card == catalog.describe(Checkpoint(str(folder)))


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
def test_positions_that_are_scaled_are_scaled_after_conversion(
    tmp_path: Path, architecture: str
) -> None:
    scaled = {"rope_type": "linear", "factor": 8.0, "rope_theta": 10_000.0}
    rope = {
        "llama": scaled,
        "gemma3": {
            "full_attention": scaled | {"rope_theta": 1e6},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
        },
    }[architecture]
    more = {"num_hidden_layers": 6} if architecture == "gemma3" else {}
    folder = gguf_files.checkpoint(tmp_path / "model", architecture, rope_parameters=rope, **more)
    path = gguf_files.write(tmp_path / "model.gguf", folder, architecture)
    meant = logits(folder)
    assert torch.equal(logits(path), meant)
    gguf_files.rewrite(path, changed(**{f"{architecture}__rope__scaling__type": "none"}))
    assert not torch.equal(logits(path), meant)


def test_the_rotation_of_llama_3_is_told_by_its_factors_alone(tmp_path: Path) -> None:
    rope = {
        "rope_type": "llama3",
        "rope_theta": 500_000.0,
        "factor": 32.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    folder = gguf_files.checkpoint(tmp_path / "model", "llama", rope_parameters=rope)
    config = AutoConfig.from_pretrained(folder)
    slowed = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0].numpy()
    plain = 500_000.0 ** -(np.arange(0, 16, 2) / 16)
    factors = (plain / slowed).astype(np.float32)

    def with_factors(values: np.ndarray) -> Path:
        return gguf_files.write(
            tmp_path / "model.gguf",
            folder,
            "llama",
            tensors=lambda tensors: tensors | {"rope_freqs.weight": values},
        )

    assert torch.equal(logits(with_factors(factors)), logits(folder))
    factors[3] *= 1.01
    with pytest.raises(ModelError, match="which are not Llama 3's"):
        logits(with_factors(factors))


def test_weights_in_blocks_are_the_numbers_that_the_blocks_stand_for(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    blocks: dict[str, np.ndarray] = {}
    writer = gguf.GGUFWriter(tmp_path / "q8.gguf", "llama")
    read = gguf.GGUFReader(path)
    for key, field in read.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            gguf_files._add(writer, key, field.contents())
    for tensor in read.tensors:
        if "_norm" in tensor.name:
            writer.add_tensor(tensor.name, np.array(tensor.data))
            continue
        kind = gguf.GGMLQuantizationType.Q8_0
        blocks[tensor.name] = gguf.quantize(np.array(tensor.data), kind)
        writer.add_tensor(tensor.name, blocks[tensor.name], raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model = load_checkpoint(Checkpoint(str(tmp_path / "q8.gguf"))).model
    for name, called in (("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj")):
        block = blocks[f"blk.0.{name}.weight"].reshape(-1, 34)
        scale = block[:, :2].copy().view(np.float16).astype(np.float32)
        meant = (scale * block[:, 2:].view(np.int8)).ravel()
        got = model.get_submodule(f"model.layers.0.{called}").weight.detach().numpy().ravel()
        assert np.array_equal(got, meant)


def test_the_tokenizer_is_that_of_the_file_and_has_no_token_beyond_it(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    here, there = (load_checkpoint(Checkpoint(str(p))).tokenizer for p in (path, folder))
    for text in (
        "The cat sat on 23 warm mats.",
        "  two  spaces",
        "naïve 東京",
        "<|endoftext|><eos>",
    ):
        assert here(text)["input_ids"] == there(text)["input_ids"]
    assert len(here) == len(there) == 300


def test_pieces_of_sentencepiece_are_merged_best_first(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "gemma3")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "gemma3")
    pieces = load_checkpoint(Checkpoint(str(path))).tokenizer
    assert pieces.tokenize("the cat") == ["t", "he", "▁cat"]


def test_one_conversion_serves_every_file_of_the_same_content(
    tmp_path: Path, downloads: Path
) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    named = Checkpoint.named(str(path))
    todo = first_use.of(named)
    assert todo.note == "model.gguf is converted first (once)"
    assert todo.disk_bytes == 4 * reading.read_header(path).n_weights
    told: list[str] = []
    loaded = load_checkpoint(named, tell=told.append)
    assert "converting model.gguf to safetensors (once)" in told
    assert loaded.commit == catalog.commit_of(named) != ""
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(path, alone / "other-name.gguf")
    for again in (named, Checkpoint.named(str(alone))):
        told.clear()
        assert load_checkpoint(again, tell=told.append).commit == loaded.commit
        assert told == [f"loading {again.label}"]
        assert first_use.of(again) == first_use.FirstUse()
    assert len(list((downloads / "gguf").glob("*/config.json"))) == 1


def test_any_change_of_a_file_is_another_content(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    weights, twin = conversion.digest(path), conversion.digest(path, weights=False)
    tensor = reading.read_header(path).tensors["blk.1.ffn_up.weight"]
    with path.open("r+b") as stream:
        stream.seek(tensor.begin + tensor.n_bytes // 2)
        stream.write(struct.pack("<f", 0.25))
    assert conversion.digest(path) != weights
    assert conversion.digest(path, weights=False) == twin
    gguf_files.rewrite(path, changed(llama__rope__freq_base=20_000.0))
    assert conversion.digest(path, weights=False) != twin


def test_a_file_that_changed_under_a_run_is_told_and_has_no_revision(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    named = Checkpoint.named(str(path))
    before = catalog.commit_of(named)
    assert folders.folder_of(Checkpoint(str(path), f"main@{before[:7]}"))
    gguf_files.rewrite(path, changed(llama__rope__freq_base=20_000.0))
    with pytest.raises(ModelError, match="no longer holds the weights"):
        folders.folder_of(Checkpoint(str(path), f"main@{before[:7]}"))
    with pytest.raises(ModelError, match="is one file and has no revision “step5”"):
        load_checkpoint(Checkpoint(str(path), "step5"))


def test_a_twin_of_a_file_is_untrained_and_of_its_own_identity(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    learned = load_checkpoint(Checkpoint(str(path)))
    twin = load_checkpoint(Checkpoint(str(path), random_init=0))
    assert twin.commit != learned.commit
    same = load_checkpoint(Checkpoint(str(folder), random_init=0)).model
    for ours, theirs in zip(twin.model.parameters(), same.parameters(), strict=True):
        assert torch.equal(ours[1:], theirs[1:])  # the first row is the pad's


def test_a_name_that_ends_in_gguf_is_a_file_wherever_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Checkpoint.named("some.GGUF").model == str(tmp_path / "some.GGUF")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "model.gguf").touch()
    assert Checkpoint.named("folder").model == str(tmp_path / "folder")
    assert Checkpoint.named("someone/model-GGUF").model == "someone/model-GGUF"
    with pytest.raises(ModelError, match=r"There is no file .*some\.GGUF"):
        catalog.describe(Checkpoint.named("some.GGUF"))


def test_other_weights_in_a_folder_come_before_a_gguf(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    gguf_files.write(folder / "model.gguf", folder, "llama")
    assert folders.folder_of(Checkpoint(str(folder))) == folder
    (folder / "model.safetensors").unlink()
    assert folders.folder_of(Checkpoint(str(folder))) != folder
    assert load_checkpoint(Checkpoint(str(folder))).commit


def test_a_conversion_that_has_no_room_is_refused_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, downloads: Path
) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "llama")
    monkeypatch.setattr(memory, "free", lambda: 10_000)
    with pytest.raises(ResourceError, match=r"Converting model\.gguf takes .* of memory"):
        conversion.ensure(path)
    assert not (downloads / "gguf").exists()


def test_a_conversion_that_fails_leaves_nothing_behind(tmp_path: Path, downloads: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(
        tmp_path / "model.gguf",
        folder,
        "llama",
        tensors=lambda tensors: tensors | {"rope_freqs.weight": np.ones(3, np.float32)},
    )
    with pytest.raises(ModelError, match="which are not Llama 3's"):
        conversion.ensure(path)
    assert [path.suffix for path in (downloads / "gguf").iterdir()] == [".lock"]


def test_types_of_weights_are_as_the_library_has_them() -> None:
    sizes = {int(kind): size for kind, size in gguf.GGML_QUANT_SIZES.items()}
    assert {kind: sizes[kind] for kind in reading.BLOCKS} == reading.BLOCKS


def test_every_rule_of_splitting_that_is_accepted_is_one_that_transformers_applies() -> None:
    from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

    assert set(tokenizer.LIKE_OTHERS) <= set(GGUF_PRE_TOKENIZER_SPLITS)
    assert not set(tokenizer.LIKE_GPT2) & set(GGUF_PRE_TOKENIZER_SPLITS)


def test_the_config_that_a_file_means_is_told_before_it_is_converted(tmp_path: Path) -> None:
    folder = gguf_files.checkpoint(tmp_path / "model", "gemma2")
    path = gguf_files.write(tmp_path / "model.gguf", folder, "gemma2")
    told = catalog.read_config(Checkpoint(str(path)))
    saved = json.loads((folder / "config.json").read_text())
    assert told["rms_norm_eps"] == pytest.approx(saved["rms_norm_eps"])
    same = set(told) - {"rms_norm_eps", "bos_token_id", "eos_token_id"}
    assert {key: saved[key] for key in same} == {key: told[key] for key in same}
    assert not (tmp_path / "downloads").exists()

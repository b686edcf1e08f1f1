"""GGUF files of tiny models, written as llama.cpp's converter writes those of large
ones.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from transformers import AutoModelForCausalLM

from tests.support import tiny

FAMILIES = {
    "llama": "llama",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "gemma2": "gemma2",
    "gemma3": "gemma3_text",
    "phi3": "phi3",
    "gpt2": "gpt2",
}
"""Architecture of a file, and the model_type of the tiny model in it."""
_SHAPES: dict[str, object] = {"hidden_size": 32, "intermediate_size": 64}
_SMALL: dict[str, dict[str, object]] = {
    "gemma2": {**_SHAPES, "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 128},
    "gemma3": {**_SHAPES, "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 128},
    "gpt2": {"n_embd": 32},
}
_FIELDS = {
    "block_count": ("num_hidden_layers", "n_layer"),
    "context_length": ("max_position_embeddings", "n_positions"),
    "embedding_length": ("hidden_size", "n_embd"),
    "feed_forward_length": ("intermediate_size",),
    "attention.head_count": ("num_attention_heads", "n_head"),
    "attention.head_count_kv": ("num_key_value_heads",),
    "attention.layer_norm_rms_epsilon": ("rms_norm_eps",),
    "attention.layer_norm_epsilon": ("layer_norm_epsilon",),
    "attention.sliding_window": ("sliding_window",),
    "attn_logit_softcapping": ("attn_logit_softcapping",),
    "final_logit_softcapping": ("final_logit_softcapping",),
}

Fields = dict[str, Any]
Tensors = dict[str, np.ndarray]


def checkpoint(folder: Path, architecture: str, **changes: object) -> Path:
    """A tiny model that a GGUF of this architecture can be written of; its folder."""
    family = FAMILIES[architecture]
    small = {"head_dim": 16, **_SHAPES} | _SMALL.get(architecture, {}) | changes
    if architecture == "gpt2":
        small = _SMALL["gpt2"] | changes
    return tiny.checkpoint(folder, family, **small)


def write(
    path: Path,
    folder: Path,
    architecture: str,
    *,
    fields: Callable[[Fields], Fields] = dict,
    tensors: Callable[[Tensors], Tensors] = dict,
) -> Path:
    """Write the GGUF of a tiny model, with its fields and tensors changed first."""
    model = AutoModelForCausalLM.from_pretrained(folder)
    stated = _model_fields(architecture, model.config) | _tokenizer_fields(architecture, folder)
    _write(path, architecture, fields(stated), tensors(_tensors(architecture, model)))
    return path


def _write(path: Path, architecture: str, fields: Fields, tensors: Tensors) -> None:
    writer = gguf.GGUFWriter(path, architecture)
    for key, value in fields.items():
        _add(writer, key, value)
    for name, tensor in tensors.items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _model_fields(architecture: str, config: Any) -> Fields:
    fields: Fields = {}
    for key, names in _FIELDS.items():
        value = next((v for n in names if (v := getattr(config, n, None)) is not None), None)
        if value is not None:
            fields[f"{architecture}.{key}"] = value
    if architecture == "gpt2":
        fields["gpt2.feed_forward_length"] = config.n_inner or 4 * config.n_embd
        return fields
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    fields[f"{architecture}.attention.key_length"] = width
    fields[f"{architecture}.attention.value_length"] = width
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    fields[f"{architecture}.rope.freq_base"] = float(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        fields[f"{architecture}.rope.scaling.type"] = "linear"
        fields[f"{architecture}.rope.scaling.factor"] = float(rope["factor"])
    return fields


def _pieces() -> Fields:
    """A vocabulary of SentencePiece's kind: special tokens, bytes, pieces."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = ["▁", *"etaonisrhldTcu.", "▁t", "he", "▁the", "▁ca", "▁cat", "at", "th", "▁c"]
    pieces += [f"<unused{n}>" for n in range(300 - len(special) - len(bytes_) - len(pieces))]
    tokens = special + bytes_ + pieces
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [-float(n) for n in range(len(tokens))],
        "tokenizer.ggml.token_type": [3] * 3 + [2] + [6] * 256 + [1] * len(pieces),
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.ggml.unknown_token_id": 3,
        "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.add_bos_token": True,
    }


def _tokenizer_fields(architecture: str, folder: Path) -> Fields:
    if architecture in ("gemma2", "gemma3", "phi3"):
        return _pieces()
    told = json.loads((folder / "tokenizer.json").read_text())
    vocab = told["model"]["vocab"]
    tokens = sorted(vocab, key=vocab.__getitem__)
    special = {token["content"] for token in told["added_tokens"] if token["special"]}
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3 if token in special else 1 for token in tokens],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in told["model"]["merges"]],
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 0,
        "tokenizer.ggml.add_bos_token": False,
    }


def _tensors(architecture: str, model: Any) -> Tensors:
    config = model.config
    kind = next(k for k, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    names = gguf.get_tensor_name_map(kind, config.num_hidden_layers)
    written: Tensors = {}
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    for name, tensor in model.state_dict().items():
        if tied and name == "lm_head.weight":
            continue
        bare, _, ending = name.rpartition(".")
        called = names.get_name(bare)
        if called is None:
            continue  # buffers
        value = tensor.float()
        if architecture == "llama" and "_proj" in bare and bare[-6] in "qk":
            heads = config.num_attention_heads if bare[-6] == "q" else config.num_key_value_heads
            value = _paired(value, heads)
        if architecture.startswith("gemma") and "norm" in bare:
            value = value + 1
        if architecture == "gpt2" and value.ndim == 2 and ".h." in name:
            value = value.T
        written[f"{called}.{ending}"] = value.contiguous().numpy()
    return written


def _paired(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows of queries and keys as llama.cpp orders them for its rotation."""
    halves = weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
    return halves.swapaxes(1, 2).reshape(weight.shape)


def _add(writer: Any, key: str, value: Any) -> None:
    if isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    elif isinstance(value, str):
        writer.add_string(key, value)
    else:
        writer.add_array(key, value)


def raw(n_tensors: int, n_fields: int, rest: bytes = b"", version: int = 3) -> bytes:
    """The beginning of a GGUF file that says whatever it says."""
    return b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_fields) + rest


def text(value: str, length: int | None = None) -> bytes:
    """A text as the format has it; length: the one that is told."""
    return struct.pack("<Q", len(value.encode()) if length is None else length) + value.encode()


def changed(**values: Any) -> Callable[[Mapping[str, Any]], Fields]:
    """Other values of fields, "__" for the dots; None takes a field out."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    return lambda fields: {k: v for k, v in (dict(fields) | named).items() if v is not None}


def rewrite(
    path: Path,
    fields: Callable[[Fields], Fields] = dict,
    tensors: Callable[[Tensors], Tensors] = dict,
) -> Path:
    """Write a GGUF file anew with its fields and tensors changed."""
    reader = gguf.GGUFReader(path)
    stated = {
        key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")
    }
    stored = {t.name: np.array(t.data).reshape(t.shape[::-1].tolist()) for t in reader.tensors}
    told = fields(stated)
    _write(path, str(told.pop("general.architecture", "")), told, tensors(stored))
    return path

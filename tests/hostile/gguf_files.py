"""GGUF files as nobody should send them: how each is made of a good one, and what must
be said of it.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.hostile.case import Hostile
from tests.support.gguf_files import changed, raw, rewrite, text

_HUGE = 10**18


def fields(**values: Any) -> Callable[[Path], None]:
    """Other values of fields; None takes a field out."""

    def make(path: Path) -> None:
        rewrite(path, changed(**values))

    return make


def _tensors(change: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]) -> Any:
    def make(path: Path) -> None:
        rewrite(path, tensors=change)

    return make


def _without(part: str) -> Any:
    return _tensors(lambda tensors: {k: v for k, v in tensors.items() if part not in k})


def _cut(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(share * path.stat().st_size))


def _bytes(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def _field(kind: int, rest: bytes) -> bytes:
    return text("general.architecture") + struct.pack("<I", kind) + rest


def _list(kind: int, length: int) -> bytes:
    return _field(9, struct.pack("<IQ", kind, length))


def _tensor(name: str, *dims: int, kind: int = 0, at: int = 0) -> bytes:
    shape = struct.pack(f"<I{len(dims)}Q", len(dims), *dims)
    return text(name) + shape + struct.pack("<IQ", kind, at)


def _named(name: str) -> Callable[[Path], Path]:
    return lambda path: path.rename(path.with_name(name))


def _beside(name: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        shutil.copy(path, path.with_name(name))
        return path.parent

    return make


def _alone(path: Path) -> Path:
    return path.rename(path.with_name("tiny-00001-of-00002.gguf")).parent


GGUFS = [
    Hostile("another architecture", fields(general__architecture="mamba9"), "mamba9.*llama, qwen2"),
    Hostile("an encoder", fields(general__architecture="bert"), "“bert”, an encoder"),
    Hostile("no architecture", fields(general__architecture=""), "names no architecture"),
    Hostile("an embedding model", fields(llama__pooling_type=1), "embedding model"),
    Hostile("not causal", fields(llama__attention__causal=False), "attention.causal is False"),
    Hostile("experts", fields(llama__expert_count=8), "expert_count is 8"),
    Hostile("a scale", fields(llama__logit_scale=2.0), "logit_scale is not known"),
    Hostile("yarn", fields(llama__rope__scaling__type="yarn"), "scales positions by “yarn”"),
    Hostile("a factor", fields(llama__rope__scaling__attn_factor=1.2), "attn_factor is 1.2"),
    Hostile("no blocks", fields(llama__block_count=None), "does not say llama.block_count"),
    Hostile("0 blocks", fields(llama__block_count=0), "num_hidden_layers"),
    Hostile("very many blocks", fields(llama__block_count=4 * 10**9), "num_hidden_layers"),
    Hostile("wide", fields(llama__feed_forward_length=9_000_000), "describes .* weights and more"),
    Hostile("width of text", fields(llama__embedding_length="16"), "hidden_size"),
    Hostile("widths by block", fields(llama__feed_forward_length=[40, 44]), "between its blocks"),
    Hostile("heads by half", fields(llama__attention__key_length=8), "heads of several widths"),
    Hostile("eps of 0", fields(llama__attention__layer_norm_rms_epsilon=0.0), "above 0"),
    Hostile("an endless base", fields(llama__rope__freq_base=float("inf")), "above 0"),
    Hostile("one part", fields(split__count=3), "one part of a split GGUF"),
    Hostile("an adapter", fields(general__type="adapter"), "of the kind “adapter”"),
    Hostile("no tokenizer", fields(tokenizer__ggml__model=None), "without a tokenizer"),
    Hostile("no tokens", fields(tokenizer__ggml__tokens=None), "without a tokenizer"),
    Hostile("no merges", fields(tokenizer__ggml__merges=None), "has no merges"),
    Hostile("other pieces", fields(tokenizer__ggml__model="rwkv"), "of the kind “rwkv”"),
    Hostile("another split", fields(tokenizer__ggml__pre="viking"), "by the rule “viking”"),
    Hostile("a token beyond", fields(tokenizer__ggml__eos_token_id=900), "names number 900"),
    Hostile("markup for an architecture", fields(general__architecture="<b>\x1b[31m"), "<b>"),
    Hostile("no weights", _tensors(lambda _: {}), "holds no token_embd.weight"),
    Hostile("a vocabulary alone", _without("blk."), "describes .* weights and more"),
    Hostile("a layer missing", _without("1.ffn_norm"), "lacks 1 tensors: blk.1.ffn_norm.weight"),
    Hostile(
        "weights too many",
        _tensors(lambda tensors: tensors | {"blk.0.attn_q.bias": np.ones(32, np.float32)}),
        "holds 1 tensors: blk.0.attn_q.bias",
    ),
]
"""Whole files, of models that would not be what they were meant to be."""

BYTES = [
    Hostile("nothing", _bytes(b""), "is empty"),
    Hostile("a page", _bytes(b"<!DOCTYPE html><html>sign in</html>"), "is a web page"),
    Hostile("a pointer", _bytes(b"version https://git-lfs.github.com/spec/v1\n"), "Git LFS"),
    Hostile("another file", _bytes(b"PK\x03\x04" * 20), "not a GGUF file"),
    Hostile("its name alone", _bytes(b"GGUF"), "cut off"),
    Hostile("an old version", _bytes(raw(0, 0, version=1)), "version 1, expected 2 or 3"),
    Hostile("big-endian", _bytes(raw(0, 0, version=3 << 24)), "big-endian"),
    Hostile("very many tensors", _bytes(raw(_HUGE, 0)), "tensors"),
    Hostile("very many fields", _bytes(raw(0, _HUGE)), "fields"),
    Hostile("a long name", _bytes(raw(0, 1, text("x", 10**9))), "1,000,000,000 characters"),
    Hostile("a long text", _bytes(raw(0, 1, _field(8, text("x", 10**9)))), "1,000,000,000"),
    Hostile("an endless list", _bytes(raw(0, 1, _list(4, _HUGE))), "elements"),
    Hostile("a long list", _bytes(raw(0, 1, _list(4, 10**8))), "cut off"),
    Hostile("very many words", _bytes(raw(0, 1, _list(8, 10**8))), "words"),
    Hostile("words cut off", _bytes(raw(0, 1, _list(8, 10**6) + bytes(800))), "cut off"),
    Hostile("lists of lists", _bytes(raw(0, 1, _list(9, 5))), "unknown type 9"),
    Hostile("an unknown type", _bytes(raw(0, 1, _field(99, b""))), "unknown type 99"),
    Hostile("a field twice", _bytes(raw(0, 2, _field(0, b"1") * 2)), "is there twice"),
    Hostile("very many dimensions", _bytes(raw(1, 0, text("a") + b"\xff" * 99)), "dimensions"),
    Hostile("an endless tensor", _bytes(raw(1, 0, _tensor("a", _HUGE, _HUGE))), "cut off"),
    Hostile("a tensor far away", _bytes(raw(1, 0, _tensor("a", 4, at=1 << 63))), "cut off"),
    Hostile("a tensor of nothing", _bytes(raw(1, 0, _tensor("a", 0))), "a is 0"),
    Hostile("half a block", _bytes(raw(1, 0, _tensor("a", 7, kind=8))), "in blocks of 32"),
    Hostile("weights of no type", _bytes(raw(1, 0, _tensor("a", 4, kind=77))), "of type 77"),
    Hostile("a tensor twice", _bytes(raw(2, 0, _tensor("a", 1) * 2) + bytes(99)), "same name"),
    Hostile(
        "tensors in one place",
        _bytes(raw(64, 0, b"".join(_tensor(f"t{n}", 64) for n in range(64))) + bytes(300)),
        "cut off",
    ),
    *(Hostile(f"cut off at {share:.0%}", _cut(share), "cut off") for share in (0.05, 0.5, 0.99)),
]
"""What no program wrote."""

FOLDERS = [
    Hostile("no file", lambda path: path.unlink(), "There is no file"),
    Hostile("part of a name", _named("tiny-00002-of-00003.gguf"), "2 of 3"),
    Hostile("two files", _beside("other.gguf"), "holds 2 GGUF files: other.gguf, tiny.gguf"),
    Hostile("parts alone", _alone, "one part of a split GGUF"),
]
"""What a name leads to."""

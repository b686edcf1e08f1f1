"""Which GGUF files can be converted: one row an architecture, and the config that its
fields mean.

A field that no row knows could change what the model computes, so it is refused. The
names: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.core.errors import ModelError
from explorer.models import architectures
from explorer.models.gguf.checks import (
    ORIGINAL,
    check_fields,
    check_kind,
    check_sizes,
    check_tensors,
    unknown,
)
from explorer.models.gguf.header import Header, Value
from explorer.models.gguf.tokenizer import check_tokenizer
from explorer.models.sizes import Sizes

_EMBEDDING = "token_embd.weight"
_ROTARY = {
    "context_length": "max_position_embeddings",
    "block_count": "num_hidden_layers",
    "embedding_length": "hidden_size",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
}
_GPT2 = {
    "context_length": "n_positions",
    "block_count": "n_layer",
    "embedding_length": "n_embd",
    "feed_forward_length": "n_inner",
    "attention.head_count": "n_head",
    "attention.layer_norm_epsilon": "layer_norm_epsilon",
}
_WINDOW = {"attention.sliding_window": "sliding_window"}
_CAPS = {
    "attn_logit_softcapping": "attn_logit_softcapping",
    "final_logit_softcapping": "final_logit_softcapping",
}
_REAL = ("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", *_CAPS)
_HEADS = ("attention.key_length", "attention.value_length", "rope.dimension_count")
_ROPE = ("rope.freq_base", "rope.scaling.type", "rope.scaling.factor")
_OTHER = (
    *("vocab_size", "tensor_data_layout"),
    *("rope.scaling.finetuned", "rope.scaling.original_context_length"),
)
"""Of no consequence for what the model computes, or seen in its tensors."""


_NORMS, _MLP = "attn_norm ffn_norm", "ffn_gate ffn_up ffn_down"
_GATED = f"{_NORMS} attn_q attn_k attn_v attn_output {_MLP}"
_AROUND = "post_attention_norm post_ffw_norm"
_FUSED = f"{_NORMS} attn_qkv attn_output ffn_up ffn_down"


@dataclass(frozen=True)
class Family:
    """What an architecture of GGUF files is to transformers."""

    model_type: str
    fields: dict[str, str]
    """Its own fields (after the architecture's name) and the config's."""
    weights: str
    """Layers of each block that have weights, in words; those with biases too:"""
    biases: str = ""
    optional: dict[str, str] = field(default_factory=dict)
    large: int = 0
    """Blocks of the size whose attention is scaled by hidden width ÷ heads."""


FAMILIES = {
    "llama": Family("llama", _ROTARY, _GATED),
    "qwen2": Family("qwen2", _ROTARY, _GATED, "attn_q attn_k attn_v"),
    "qwen3": Family("qwen3", _ROTARY, f"{_GATED} attn_q_norm attn_k_norm"),
    "gemma2": Family("gemma2", _ROTARY | _WINDOW, f"{_GATED} {_AROUND}", "", _CAPS, 46),
    "gemma3": Family(
        "gemma3_text",
        _ROTARY | _WINDOW,
        f"{_GATED} {_AROUND} attn_q_norm attn_k_norm",
        "",
        _CAPS,
        62,
    ),
    "phi3": Family("phi3", _ROTARY, _FUSED, "", _WINDOW),
    "gpt2": Family("gpt2", _GPT2, _FUSED, _FUSED),
}
_WITH_HEADS = ("llama", "qwen3", "gemma2", "gemma3_text")


def config_of(header: Header) -> dict[str, Any]:
    """The config of the model in a file, with what sizes follow from and all that
    differs between models of a family.

    Raises ModelError for a file that is no whole causal LM with a tokenizer, for an
    architecture that is not in the table, and for a field that would be passed over.
    """
    path, fields = header.path, header.fields
    check_kind(header)
    name = str(fields.get("general.architecture", ""))
    if name not in FAMILIES:
        raise unknown(header, name, FAMILIES)
    family = FAMILIES[name]
    own = {
        key.removeprefix(f"{name}."): v for key, v in fields.items() if key.startswith(f"{name}.")
    }
    known = {*family.fields, *family.optional, *_HEADS, *_ROPE, *_OTHER}
    check_fields(header, own, known)
    if _EMBEDDING not in header.tensors or len(header.tensors[_EMBEDDING].shape) != 2:
        raise ModelError(
            f"{path} holds no {_EMBEDDING}, of {len(header.tensors):,} tensors.",
            "Give the GGUF of a whole model, not of a part, a vocabulary or an adapter.",
        )
    config: dict[str, Any] = {"model_type": family.model_type}
    for key, called in (family.fields | family.optional).items():
        if key in own:
            config[called] = own[key]
        elif key in family.fields:
            raise ModelError(
                f"{path} does not say {name}.{key}.",
                "Convert the model anew with the llama.cpp of today.",
            )
    _check_positive(path, {key: own[key] for key in _REAL if key in own})
    config["vocab_size"] = header.tensors[_EMBEDDING].shape[0]
    for called, token in (("bos", "bos"), ("eos", "eos"), ("pad", "padding")):
        config[f"{called}_token_id"] = fields.get(f"tokenizer.ggml.{token}_token_id")
    config["tie_word_embeddings"] = "output.weight" not in header.tensors
    if family.model_type != "gpt2":
        config |= _positions(path, family, own, config)
    check_tokenizer(header, name)
    check_sizes(header, config)
    check_tensors(header, _tensors(family, architectures.depth(config)))
    return config


def _tensors(family: Family, depth: int) -> set[str]:
    """Names of the tensors of a model, without those that it may lack."""
    names = {_EMBEDDING, "output_norm.weight"}
    if family.model_type == "gpt2":
        names |= {"output_norm.bias", "position_embd.weight"}
    for block in range(depth):
        names |= {f"blk.{block}.{layer}.weight" for layer in family.weights.split()}
        names |= {f"blk.{block}.{layer}.bias" for layer in family.biases.split()}
    return names


def _positions(
    path: object, family: Family, own: Mapping[str, Value], config: Mapping[str, Any]
) -> dict[str, Any]:
    """Width of a head, and how positions are told."""
    sizes = Sizes(config)
    heads = sizes["num_attention_heads"]
    stated = {key: own[key] for key in _HEADS if key in own}
    width = next(iter(stated.values()), sizes["hidden_size"] // heads)
    if any(value != width for value in stated.values()):
        listed = ", ".join(f"{key} {value}" for key, value in stated.items())
        raise ModelError(f"{path} has heads of several widths: {listed}.", ORIGINAL)
    if family.model_type not in _WITH_HEADS and width != sizes["hidden_size"] // heads:
        raise ModelError(
            f"{path} has heads of width {width}, expected {sizes['hidden_size'] // heads}.",
            ORIGINAL,
        )
    told: dict[str, Any] = {"head_dim": width} if family.model_type in _WITH_HEADS else {}
    if family.large:
        whole = sizes["num_hidden_layers"] == family.large
        told["query_pre_attn_scalar"] = sizes["hidden_size"] // heads if whole else width
    return told | {"rope_parameters": _rope(path, family, own)}


def _rope(path: object, family: Family, own: Mapping[str, Value]) -> dict[str, Any]:
    usual = 1_000_000.0 if family.model_type == "gemma3_text" else 10_000.0
    base, factor = own.get("rope.freq_base", usual), own.get("rope.scaling.factor", 1.0)
    _check_positive(path, {"rope.freq_base": base, "rope.scaling.factor": factor})
    rope: dict[str, Any] = {"rope_theta": base, "rope_type": "default"}
    kind = own.get("rope.scaling.type", "none")
    if kind == "linear":
        rope |= {"rope_type": "linear", "factor": factor}
    elif kind != "none":
        raise ModelError(
            f"{path} scales positions by “{str(kind)[:40]}”, which is not converted.",
            ORIGINAL,
        )
    if family.model_type == "phi3":
        rope["partial_rotary_factor"] = 1.0
    if family.model_type != "gemma3_text":
        return rope
    local = {"rope_theta": 10_000.0, "rope_type": "default"}
    return {"full_attention": rope, "sliding_attention": local}


def _check_positive(path: object, stated: Mapping[str, Any]) -> None:
    for key, value in stated.items():
        if not isinstance(value, float) or not 0 < value < math.inf:
            raise ModelError(
                f"{path} says {str(value)[:40]} for {key}, expected a number above 0.",
                "Get this file again from where it comes from.",
            )

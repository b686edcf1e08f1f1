"""Which linear layers hold the units of each architecture: one row a `model_type`.

Free of torch, so that the dashboard can count units before a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ModelError
from explorer.core.records import Module
from explorer.models.sizes import DEEPEST, MOST_LABELS, Sizes

Config = Mapping[str, Any]
Shape = tuple[int, int]


@dataclass(frozen=True)
class Architecture:
    """Where the blocks are, and for each linear layer of a block its (outputs,
    inputs).
    """

    blocks: str
    """Attribute path of the list of blocks, from the causal-LM model."""
    depth: str
    """Config key of the number of blocks."""
    shapes: Callable[[Sizes], dict[str, Shape]]


def _gpt2(c: Sizes) -> dict[str, Shape]:
    d = c["n_embd"]
    inner = c.get("n_inner") or 4 * d
    return {
        "attn.c_attn": (3 * d, d),
        "attn.c_proj": (d, d),
        "mlp.c_fc": (inner, d),
        "mlp.c_proj": (d, inner),
    }


def _gpt_neo(c: Sizes) -> dict[str, Shape]:
    d = c["hidden_size"]
    inner = c.get("intermediate_size") or 4 * d
    heads = {
        f"attn.attention.{name}": (d, d) for name in ("q_proj", "k_proj", "v_proj", "out_proj")
    }
    return heads | {"mlp.c_fc": (inner, d), "mlp.c_proj": (d, inner)}


def _gptj(c: Sizes) -> dict[str, Shape]:
    d = c["n_embd"]
    inner = c.get("n_inner") or 4 * d
    heads = {f"attn.{name}": (d, d) for name in ("q_proj", "k_proj", "v_proj", "out_proj")}
    return heads | {"mlp.fc_in": (inner, d), "mlp.fc_out": (d, inner)}


def _gpt_neox(c: Sizes) -> dict[str, Shape]:
    d, inner = c["hidden_size"], c["intermediate_size"]
    return {
        "attention.query_key_value": (3 * d, d),
        "attention.dense": (d, d),
        "mlp.dense_h_to_4h": (inner, d),
        "mlp.dense_4h_to_h": (d, inner),
    }


def _bloom(c: Sizes) -> dict[str, Shape]:
    d = c.get("hidden_size") or c["n_embed"]
    return {
        "self_attention.query_key_value": (3 * d, d),
        "self_attention.dense": (d, d),
        "mlp.dense_h_to_4h": (4 * d, d),
        "mlp.dense_4h_to_h": (d, 4 * d),
    }


def _opt(c: Sizes) -> dict[str, Shape]:
    d, inner = c["hidden_size"], c["ffn_dim"]
    heads = {f"self_attn.{name}": (d, d) for name in ("q_proj", "k_proj", "v_proj", "out_proj")}
    return heads | {"fc1": (inner, d), "fc2": (d, inner)}


def _heads(c: Sizes) -> tuple[int, int]:
    heads = c["num_attention_heads"]
    width = c.get("head_dim") or c["hidden_size"] // heads
    return heads * width, (c.get("num_key_value_heads") or heads) * width


def _llama(c: Sizes) -> dict[str, Shape]:
    d, inner = c["hidden_size"], c["intermediate_size"]
    query, key = _heads(c)
    return {
        "self_attn.q_proj": (query, d),
        "self_attn.k_proj": (key, d),
        "self_attn.v_proj": (key, d),
        "self_attn.o_proj": (d, query),
        "mlp.gate_proj": (inner, d),
        "mlp.up_proj": (inner, d),
        "mlp.down_proj": (d, inner),
    }


def _phi(c: Sizes) -> dict[str, Shape]:
    d, inner = c["hidden_size"], c["intermediate_size"]
    query, key = _heads(c)
    return {
        "self_attn.q_proj": (query, d),
        "self_attn.k_proj": (key, d),
        "self_attn.v_proj": (key, d),
        "self_attn.dense": (d, query),
        "mlp.fc1": (inner, d),
        "mlp.fc2": (d, inner),
    }


def _phi3(c: Sizes) -> dict[str, Shape]:
    d, inner = c["hidden_size"], c["intermediate_size"]
    query, key = _heads(c)
    return {
        "self_attn.qkv_proj": (query + 2 * key, d),
        "self_attn.o_proj": (d, query),
        "mlp.gate_up_proj": (2 * inner, d),
        "mlp.down_proj": (d, inner),
    }


_LLAMA = Architecture("model.layers", "num_hidden_layers", _llama)
ARCHITECTURES: dict[str, Architecture] = {
    "gpt2": Architecture("transformer.h", "n_layer", _gpt2),
    "gpt_neo": Architecture("transformer.h", "num_layers", _gpt_neo),
    "gptj": Architecture("transformer.h", "n_layer", _gptj),
    "gpt_neox": Architecture("gpt_neox.layers", "num_hidden_layers", _gpt_neox),
    "bloom": Architecture("transformer.h", "n_layer", _bloom),
    "opt": Architecture("model.decoder.layers", "num_hidden_layers", _opt),
    "phi": Architecture("model.layers", "num_hidden_layers", _phi),
    "phi3": Architecture("model.layers", "num_hidden_layers", _phi3),
    **dict.fromkeys(
        ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "smollm3"), _LLAMA
    ),
}


def architecture(model_type: object) -> Architecture:
    """The row of a `model_type`. Raises ModelError saying what to add when there is
    none.
    """
    if not isinstance(model_type, str) or model_type not in ARCHITECTURES:
        raise ModelError(
            f"The architecture “{str(model_type)[:60]}” is not supported: known are "
            f"{', '.join(sorted(ARCHITECTURES))}.",
            "To add it, add one row to ARCHITECTURES in explorer/models/architectures.py: the "
            "path of its blocks, the config key of their number, and its linear layers.",
        )
    return ARCHITECTURES[model_type]


def depth(config: Config) -> int:
    """Number of blocks of a model with this config (a dict with `model_type`)."""
    row = architecture(config["model_type"])
    value = Sizes(config).first(row.depth, "num_hidden_layers", "n_layer", largest=DEEPEST)
    if value is None:
        raise ModelError(f"The config has no “{row.depth}”.", "Is this a complete config.json?")
    return value


def context(config: Config) -> int | None:
    """The longest text in tokens that a model with this config reads; None where it
    states none, as those without position embeddings do.
    """
    return Sizes(config).first("max_position_embeddings", "n_positions")


def check_counts(config: Config) -> None:
    """Raise ModelError for a number that the size of the model does not depend on, but
    that transformers would count up to.
    """
    sizes = Sizes(config)
    sizes.get("num_labels", MOST_LABELS)
    sizes.get("rotary_dim")
    context(config)
    repeated = config.get("attention_types")
    for row in repeated if isinstance(repeated, list) else ():
        if isinstance(row, list) and len(row) == 2:
            Sizes({"attention_types": row[1]}).get("attention_types", DEEPEST)


def modules(config: Config) -> list[Module]:
    """The unit-bearing modules of a model, block by block, in forward order of the
    table. Raises ModelError naming a number of the config that cannot be.
    """
    row = architecture(config["model_type"])
    shapes = row.shapes(Sizes(config))
    listed, offset = [], 0
    for layer in range(depth(config)):
        for kind, (width, _inputs) in shapes.items():
            listed.append(Module(f"{row.blocks}.{layer}.{kind}", layer, kind, width, offset))
            offset += width
    return listed


def n_units(of: Iterable[Module]) -> int:
    """How many units the modules hold together."""
    return sum(module.width for module in of)


def n_weights(config: Config) -> int:
    """Weights of the unit-bearing layers: half the floating-point operations per
    token.
    """
    shapes = architecture(config["model_type"]).shapes(Sizes(config))
    return depth(config) * sum(outputs * inputs for outputs, inputs in shapes.values())

"""What GGUF files are refused for, before their sizes are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from explorer.core.errors import ModelError
from explorer.models import architectures
from explorer.models.gguf.header import Header, Value

ORIGINAL = "Give the checkpoint that it was made from, a folder written by `save_pretrained`."
ROPE_FACTORS = "rope_freqs.weight"
"""By how much the rotations of positions are slower, a number a pair of dimensions."""
ONLY: dict[str, tuple[Value, ...]] = {
    "attention.causal": (True,),
    "expert_count": (0,),
    "expert_used_count": (0,),
    "use_parallel_residual": (False,),
    "attention.sliding_window_pattern": (6,),
    "rope.freq_base_swa": (10_000.0,),
    "rope.scaling.attn_factor": (1.0,),
}
"""What a model of these families may say and nothing else."""
ENCODERS = ("bert", "roberta", "encoder", "clip", "wav", "whisper", "mmproj", "t5")


def check_kind(header: Header) -> None:
    """Raise ModelError for part of a file, an adapter, a projector."""
    kind, parts = header.fields.get("general.type", "model"), header.fields.get("split.count", 0)
    if isinstance(parts, int) and parts > 1:
        raise split_file(header.path.name, header.path)
    if kind != "model":
        raise ModelError(
            f"{header.path} is a GGUF of the kind “{str(kind)[:40]}”, expected a model.",
            "Give the GGUF of the model itself, with what it is adapted by merged into it.",
        )


def split_file(name: str, path: object) -> ModelError:
    """The error for a file that is one part of a model."""
    return ModelError(
        f"{path} is one part of a split GGUF ({name}).",
        "Join the parts first: `llama-gguf-split --merge FIRST-PART WHOLE.gguf`.",
    )


def unknown(header: Header, name: str, known: Iterable[str]) -> ModelError:
    """The error for an architecture that is in no row of the table."""
    what = f"of the architecture “{name[:40]}”" if name else "that names no architecture"
    if any(part in name for part in ENCODERS):
        what += ", an encoder and no causal LM"
    return ModelError(
        f"{header.path} is a GGUF {what}: those that can be converted are {', '.join(known)}.",
        ORIGINAL,
    )


def check_fields(header: Header, own: Mapping[str, Value], known: Collection[str]) -> None:
    """Raise ModelError for an embedding model, and for a field of the architecture that
    would be passed over.
    """
    if "pooling_type" in own:
        raise ModelError(
            f"{header.path} is a GGUF of an embedding model, which pools a text into one vector.",
            "Give the GGUF of a causal LM.",
        )
    for key, value in own.items():
        if isinstance(value, tuple) or (key in header.lengths):
            problem = "differs between its blocks"
        elif key in ONLY and value not in ONLY[key]:
            problem = f"is {str(value)[:40]}"
        elif key not in known and key not in ONLY:
            problem = "is not known to the converter"
        else:
            continue
        raise ModelError(
            f"{header.path} cannot be converted as it is meant: its field {key[:60]} {problem}.",
            ORIGINAL,
        )


def check_sizes(header: Header, config: Mapping[str, Any]) -> None:
    """Raise ModelError where the tensors are too small for the config, before memory is
    asked for them.
    """
    described = architectures.n_weights(config)
    stored = sum(t.n_weights for name, t in header.tensors.items() if name.startswith("blk."))
    if described > stored:
        raise ModelError(
            f"{header.path} describes blocks of {described:,} weights and more, its tensors hold "
            f"{stored:,}.",
            "Get this file again from where it comes from.",
        )


def check_tensors(header: Header, expected: Collection[str]) -> None:
    """Raise ModelError where a tensor that the architecture has is missing, or one is
    there that would be passed over.
    """
    there = set(header.tensors) - {"output.weight"}
    if header.fields["general.architecture"] == "llama":
        there -= {ROPE_FACTORS}
    for names, what in ((set(expected) - there, "lacks"), (there - set(expected), "holds")):
        if names:
            few = ", ".join(name[:60] for name in sorted(names)[:2]) + ", …" * (len(names) > 2)
            rest = "" if what == "lacks" else ", which the converter has no place for"
            raise ModelError(f"{header.path} {what} {len(names):,} tensors: {few}{rest}.", ORIGINAL)

"""A GGUF file made into a checkpoint once: a folder that is used from then on."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explorer.core import memory, settings
from explorer.core.errors import ExplorerError, ModelError, ResourceError
from explorer.core.locking import locked
from explorer.core.text import size
from explorer.models import architectures
from explorer.models.content import digest_of
from explorer.models.gguf.checks import ORIGINAL, ROPE_FACTORS
from explorer.models.gguf.families import config_of
from explorer.models.gguf.header import Header
from explorer.models.gguf.reading import read_header
from explorer.models.gguf.rotation import slowed
from explorer.models.weights import check_weights

CONVERSION = 1
"""Raised when the same file would be made into another checkpoint."""
SECONDS_A_WEIGHT = 2.5e-7
"""What conversion takes (22 to 34 s of 135 million weights)."""
BYTES_A_WEIGHT, _IN_MEMORY = 4, 10
"""Of disk once it is converted, and of memory until then."""

Tell = Callable[[str], None]


def digest(path: Path, *, weights: bool = True) -> str:
    """Identity of the content of a GGUF file, 40 hex digits, in bounded time.

    weights: false for an untrained twin, of which only the fields matter. Raises
    ModelError for a file that cannot be read.
    """
    header = read_header(path)
    if not weights:
        return digest_of(path, [(0, header.fields_end)], samples=False)
    middles = [
        (tensor.begin + tensor.n_bytes // 2, min(256, tensor.n_bytes))
        for tensor in header.tensors.values()
    ]
    return digest_of(path, [(0, header.data_begin), *middles])


def folder_of(path: Path) -> Path:
    """Where the checkpoint made of a file is, or will be: named for the file's content.
    Raises ModelError.
    """
    return settings.downloads_dir() / "gguf" / f"{digest(path)[:16]}-{CONVERSION}"


def is_ready(path: Path) -> bool:
    """Whether the checkpoint is there. Raises ModelError."""
    return (folder_of(path) / "config.json").exists()


def ensure(path: Path, tell: Tell = lambda _: None) -> Path:
    """Convert a file once; returns the folder of its checkpoint.

    Raises ModelError for a file that cannot be converted as it is meant, ResourceError
    when memory or disk do not suffice.
    """
    folder = folder_of(path)
    if not is_ready(path):
        header = read_header(path)
        config = config_of(header)
        _check_room(header)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent / f".{folder.name}.lock", tell=tell):
            if not is_ready(path):
                tell(f"converting {path.name} to safetensors (once)")
                convert(path, folder, config)
    return folder


def convert(path: Path, folder: Path, expected: Mapping[str, Any]) -> None:
    """Write the checkpoint of a GGUF file to a folder, seen whole or not at all.

    expected: the config that the file's fields mean; transformers passes some over.
    Raises ModelError when weights of the file or of the model are left out.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        converted = Path(scratch) / "converted"
        try:
            _convert(path, converted, expected)
        except ExplorerError:
            raise
        except MemoryError as error:
            raise _no_memory(path) from error
        except OSError as error:
            raise ResourceError(
                f"{path.name} could not be converted: {error}.",
                f"Free some disk in {folder.parent}.",
            ) from error
        except Exception as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise ModelError(
                f"{path} cannot be converted: {said[:300].rstrip('.')}.",
                ORIGINAL,
            ) from error
        converted.rename(folder)


def _convert(path: Path, converted: Path, expected: Mapping[str, Any]) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GgufConfig

    header = read_header(path)
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
    for key, value in (dict(expected) | slowed(header, expected)).items():
        if getattr(config, key, None) != value:
            setattr(config, key, value)
    both: Any = AutoModelForCausalLM.from_pretrained(
        path.parent,
        gguf_file=path.name,
        config=config,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
        output_loading_info=True,
        ignore_mismatched_sizes=True,
    )
    model, info = both
    check_weights(path.name, model, architectures.modules(expected), info, with_head=True)
    _check_all_used(header, model)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(converted)
    tokenizer.save_pretrained(converted)
    _cut_tokens(converted / "tokenizer.json", header.lengths["tokenizer.ggml.tokens"])


def _cut_tokens(path: Path, n_tokens: int) -> None:
    """Take out the tokens that transformers adds to those of the file, such as a usual
    one for the end of a text: the model has no embedding of them.
    """
    told = json.loads(path.read_text("utf-8"))
    own = [token for token in told["added_tokens"] if token["id"] < n_tokens]
    if len(own) < len(told["added_tokens"]):
        path.write_text(json.dumps(told | {"added_tokens": own}, ensure_ascii=False), "utf-8")


def _check_all_used(header: Header, model: Any) -> None:
    """Since no weight of the model is missing, as many in both means that none of the
    file was passed over.
    """
    in_file = header.n_weights
    if ROPE_FACTORS in header.tensors:
        in_file -= header.tensors[ROPE_FACTORS].n_weights
    in_model = sum(parameter.numel() for parameter in model.parameters())
    if in_file != in_model:
        raise ModelError(
            f"{header.path} holds {in_file:,} weights, a model of its config {in_model:,}: some "
            "would be passed over.",
            ORIGINAL,
        )


def _check_room(header: Header) -> None:
    home = settings.downloads_dir()
    home.mkdir(parents=True, exist_ok=True)
    on_disk, free = BYTES_A_WEIGHT * header.n_weights, shutil.disk_usage(home).free
    if on_disk > free:
        raise ResourceError(
            f"{header.path.name} takes {size(on_disk)} of disk once converted, {size(free)} are "
            f"free in {home}.",
            "Free some, or name another folder in EXPERT_EXPLORER_DOWNLOADS.",
        )
    if _IN_MEMORY * header.n_weights > memory.free():
        raise _no_memory(header.path)


def _no_memory(path: Path) -> ResourceError:
    needed = _IN_MEMORY * read_header(path).n_weights
    return ResourceError(
        f"Converting {path.name} takes {size(needed)} of memory, {size(memory.free())} are free.",
        "Choose a smaller model, or convert it on a larger machine.",
    )

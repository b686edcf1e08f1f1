"""Whether the weights in a model's files are the model's own, every one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.core.errors import ModelError
from explorer.core.records import Module
from explorer.core.text import size
from explorer.models.what_is import strange_file

WEIGHTS = (".safetensors", ".bin")
LEAST_BITS = 1
"""Fewest bits a weight takes in any file."""


def check_size(label: str, folder: Path | None, n_weights: int) -> None:
    """Refuse a config that describes many times the weights that its files can hold,
    before memory is asked for them. Raises ModelError.
    """
    if folder is None:  # on the hub, and not here yet
        return
    files = [path for path in folder.iterdir() if path.suffix in WEIGHTS and path.is_file()]
    n_bytes = sum(path.stat().st_size for path in files)
    if files and n_bytes < n_weights * LEAST_BITS / 8:
        raise strange_file(folder) or ModelError(
            f"{label}: its config describes {n_weights:,} weights and more, its files hold "
            f"{size(n_bytes)}.",
            "Use the config.json that was saved with these weights.",
        )


def check_weights(
    label: str,
    model: Any,
    modules: Sequence[Module],
    info: Mapping[str, Any],
    *,
    with_head: bool,
) -> None:
    """Refuse a model of which a weight was not in its files, had another shape there,
    or of whose unit-bearing layers something was left out.

    info: what `from_pretrained(…, output_loading_info=True)` says. Where a weight is
    missing transformers draws a random one. The LM head may be missing, unless
    `with_head`: no response depends on it. Raises ModelError naming two weights.
    """
    names = {name for name, _ in model.named_parameters()}
    shapes = sorted(info["mismatched_keys"])
    if shapes:
        name, got, expected = shapes[0]
        raise ModelError(
            f"{label}: {len(shapes)} of {len(names)} weights have another shape than its config "
            f"says: {_two(entry[0] for entry in shapes)}. {name} is {_by(got)}, expected "
            f"{_by(expected)}.",
            "Use the config.json that was saved with these weights.",
        )
    head = () if with_head else _head(model)
    missing = {name for name in info["missing_keys"] if name in names and not name.startswith(head)}
    if missing:
        raise ModelError(
            f"{label}: {len(missing)} of {len(names)} weights are not in its files: "
            f"{_two(missing)}.",
            _why_missing(model, names, set(info["unexpected_keys"])),
        )
    of_units = _of_units(modules)
    left_out = [name for name in info["unexpected_keys"] if of_units.search(name)]
    if left_out:
        raise ModelError(
            f"{label}: its files hold {len(left_out)} weights that a model of its config has no "
            f"place for: {_two(left_out)}.",
            "Use the config.json that was saved with these weights; merge an adapter, and save a "
            "quantised model as plain weights.",
        )


def _head(model: Any) -> tuple[str, ...]:
    head = model.get_output_embeddings()
    return tuple(f"{name}." for name, layer in model.named_modules() if layer is head)


def _why_missing(model: Any, names: set[str], unexpected: set[str]) -> str:
    base = {name.removeprefix(f"{model.base_model_prefix}.") for name in names}
    prefix = _prefix(names | base, unexpected)
    if prefix:
        return (
            f"Its files have the prefix “{prefix}” before each name: save the model itself and not "
            "what wraps it (DataParallel, torch.compile, a trainer), or rename the weights."
        )
    if unexpected:
        return (
            f"They hold {_two(unexpected)} instead: is config.json that of another model? Save it "
            "again with `save_pretrained`."
        )
    return "Are all its weight files there? Download it or save it again."


def _prefix(names: set[str], unexpected: set[str]) -> str:
    """What stands before the names of at least half of the unexpected weights."""
    prefixes: Counter[str] = Counter()
    for key in unexpected:
        cuts = (match.end() for match in re.finditer(r"\.", key))
        prefixes.update(key[:cut] for cut in list(cuts)[:4] if key[cut:] in names)
    prefix, count = next(iter(prefixes.most_common(1)), ("", 0))
    return prefix if 2 * count >= len(unexpected) else ""


def _of_units(modules: Sequence[Module]) -> re.Pattern[str]:
    """The names of weights of unit-bearing layers in any block, also one beyond the
    depth.
    """
    kinds = "|".join(sorted({re.escape(module.kind) for module in modules}))
    first = modules[0]
    blocks = first.name.removesuffix(f".{first.layer}.{first.kind}").rsplit(".", 1)[-1]
    return re.compile(rf"(?:^|\.){re.escape(blocks)}\.\d+\.(?:{kinds})\.")


def _two(names: Iterable[str]) -> str:
    first = sorted(names)
    return ", ".join(first[:2]) + (", …" if len(first) > 2 else "")


def _by(shape: Iterable[int]) -> str:
    return " × ".join(map(str, shape)) or "a single number"

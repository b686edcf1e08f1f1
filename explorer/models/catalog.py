"""What a checkpoint is, told from its config alone: free of torch, for forms and
estimates.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.disk import parse_json, read_bytes, read_table
from explorer.core.errors import InputError, ModelError
from explorer.core.records import RunInfo
from explorer.models import architectures, builtin, folders, hub
from explorer.models.adapters import ADAPTER, MERGE
from explorer.models.gguf.families import config_of
from explorer.models.gguf.reading import read_header
from explorer.models.sizes import Sizes
from explorer.models.what_is import what_is


@dataclass(frozen=True)
class ModelCard:
    """Size figures of a checkpoint; sizes in bytes are for float32 weights."""

    model_type: str
    n_parameters: int
    n_units: int
    n_layers: int
    hidden_size: int
    n_weights: int
    """Weights of the unit-bearing layers."""

    @property
    def size_bytes(self) -> int:
        """Memory of the weights in float32."""
        return 4 * self.n_parameters


@functools.lru_cache(maxsize=64)
def describe(checkpoint: Checkpoint) -> ModelCard:
    """The card of a checkpoint.

    Raises ModelError for an unknown model or revision, no network, or an unsupported
    architecture.
    """
    config = read_config(checkpoint)
    modules, weights = architectures.modules(config), architectures.n_weights(config)
    architectures.check_counts(config)
    sizes = Sizes(config)
    hidden = sizes.first("hidden_size", "n_embd", "n_embed") or 0
    embeddings = (
        (sizes.get("vocab_size") or 0)
        * hidden
        * (1 if config.get("tie_word_embeddings", True) else 2)
    )
    return ModelCard(
        model_type=config["model_type"],
        n_parameters=weights + embeddings,
        n_units=architectures.n_units(modules),
        n_layers=architectures.depth(config),
        hidden_size=hidden,
        n_weights=weights,
    )


def read_config(checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The config of a checkpoint, of its config.json or GGUF file, as a dict that has a
    `model_type`.
    """
    if checkpoint.model == builtin.NAME:
        return builtin.CONFIG
    if file := folders.gguf_file(checkpoint):
        return config_of(read_header(file))
    folder = folders.folder_of(checkpoint)
    path = folder / "config.json" if folder else hub.config_of(checkpoint)
    if path.parent.is_file():
        raise ModelError(
            f"{path.parent} is a file, expected the folder of a model.",
            "GGUF files are not read: give the model that it was made from."
            if path.parent.suffix == ".gguf"
            else "Give the folder that it lies in, as `save_pretrained` writes it.",
        )
    if not path.exists():
        what = "holds no config.json" if path.parent.is_dir() else "does not exist"
        if (path.parent / ADAPTER).exists():
            what = f"holds an adapter ({ADAPTER}) and no model"
        raise ModelError(
            f"The folder {path.parent} {what}.",
            f"{MERGE}."
            if "adapter" in what
            else "Give a folder written by `save_pretrained`, or a GGUF file.",
        )
    try:
        config = parse_json(read_bytes(path))
    except (OSError, InputError) as error:
        if strange := what_is(path):
            raise ModelError(f"{path} is {strange.what}.", strange.hint) from error
        raise ModelError(
            f"{path} cannot be read: {str(error).rstrip('.')}.",
            "Get this file again from where the model comes from.",
        ) from error
    if not isinstance(config, dict) or "model_type" not in config:
        raise ModelError(f"{path} names no model_type.", "Give a Hugging Face causal LM.")
    return config


def commit_of(checkpoint: Checkpoint) -> str:
    """What identifies the content of a checkpoint, 40 hex digits.

    The commit hash on the hub; for a folder, also the built-in model's, a digest of its
    config, of its weight files, and of what its training recorded.
    """
    folder = folders.folder_of(checkpoint)
    if folder is None:
        # The hub's cache keeps every file under …/snapshots/<commit>/.
        return hub.config_of(checkpoint).parent.name
    return folders.digest(checkpoint, folder)


def training_of(checkpoint: Checkpoint) -> dict[str, float | int | str] | None:
    """What was recorded when the checkpoint was trained here (step, tokens,
    held_out_loss, …), if it was.
    """
    folder = folders.folder_of(checkpoint)
    if folder is None or checkpoint.random_init is not None:
        return None
    try:
        facts = read_table(folder / settings.TRAINING_RECORD)
    except (OSError, InputError):
        return None
    return {key: value for key, value in facts.items() if isinstance(value, (int, float, str))}


def weights_changed(run: RunInfo) -> str | None:
    """The sentence to tell when a local folder holds other weights than a run was made
    of.

    None where they agree, where the folder is gone, for the built-in model, which is
    checked when it is fetched, and for runs of a version that did not look at the
    weights themselves.
    """
    checkpoint = run.request.checkpoint
    if not run.program or checkpoint.model == builtin.NAME:
        return None
    try:
        folder = folders.folder_of(checkpoint)
        if folder is None or not folders.is_there(checkpoint, folder):
            return None
        now = folders.digest(checkpoint, folder)
    except (ModelError, OSError):
        return None
    if now == run.commit:
        return None
    revision = checkpoint.revision.partition("@")[0]
    place = folders.gguf_file(checkpoint) or folder
    return (
        f"The weights in {place} have changed since the run {run.id} was made "
        f"({str(run.commit)[:7]} then, {now[:7]} now). To extract those of now beside it, ask for "
        f"the revision “{revision}@{now[:7]}”."
    )

"""What a checkpoint is, told from its config alone: free of torch, for forms and
estimates.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint, revision_number
from explorer.core.errors import ModelError
from explorer.core.records import RunInfo
from explorer.models import architectures, builtin, content, hub
from explorer.models.adapters import ADAPTER, MERGE
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
    architectures.context(config)  # refused here when it is no number of tokens
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
    """The config.json of a checkpoint as a dict that has a `model_type`."""
    if checkpoint.model == builtin.NAME:
        return builtin.CONFIG
    folder = folder_of(checkpoint)
    path = folder / "config.json" if folder else hub.config_of(checkpoint)
    if not path.exists():
        what = "holds no config.json" if path.parent.is_dir() else "does not exist"
        if (path.parent / ADAPTER).exists():
            what = f"holds an adapter ({ADAPTER}) and no model"
        raise ModelError(
            f"The folder {path.parent} {what}.",
            f"{MERGE}." if "adapter" in what else "Give a folder written by `save_pretrained`.",
        )
    try:
        config: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if strange := what_is(path):
            raise ModelError(f"{path} is {strange.what}.", strange.hint) from error
        raise ModelError(
            f"{path} is not JSON that can be read: {error}.",
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
    folder = folder_of(checkpoint)
    if folder is None:
        # The hub's cache keeps every file under …/snapshots/<commit>/.
        return hub.config_of(checkpoint).parent.name
    return _digest(checkpoint, folder)


def _digest(checkpoint: Checkpoint, folder: Path) -> str:
    return content.digest(folder, weights=checkpoint.random_init is None)


def training_of(checkpoint: Checkpoint) -> dict[str, float | int | str] | None:
    """What was recorded when the checkpoint was trained here (step, tokens,
    held_out_loss, …), if it was.
    """
    folder = folder_of(checkpoint)
    if folder is None or checkpoint.random_init is not None:
        return None
    try:
        facts = json.loads((folder / settings.TRAINING_RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return (
        {str(k): v for k, v in facts.items() if isinstance(v, (int, float, str))}
        if isinstance(facts, dict)
        else None
    )


def folder_of(checkpoint: Checkpoint) -> Path | None:
    """The folder a checkpoint is loaded from; None when it is the hub's.

    A bare name of a model trained here, or a folder with a subfolder a revision, leads
    to that subfolder; "main" is its last step. "main@1a2b3c4" is the same folder while
    its content has that digest. Raises ModelError when there is no such revision.
    """
    if checkpoint.model == builtin.NAME:
        return builtin.folder()
    trained = settings.models_dir() / checkpoint.model
    if is_local(checkpoint.model):
        folder = Path(checkpoint.model).expanduser()
    elif re.fullmatch(r"[\w-][\w.-]*", checkpoint.model) and trained.is_dir():
        folder = trained
    else:
        return None
    revision, _, digest = checkpoint.revision.partition("@")
    place = _revision(folder, revision)
    if digest and not (place / "config.json").exists():
        return place
    if digest and not (now := _digest(checkpoint, place)).startswith(digest):
        raise ModelError(
            f"{place} no longer holds the weights of “{checkpoint.revision}”.",
            f"Its content is now “{revision}@{now[:7]}”.",
        )
    return place


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
        folder = folder_of(checkpoint)
        if folder is None or not (folder / "config.json").exists():
            return None
        now = _digest(checkpoint, folder)
    except (ModelError, OSError):
        return None
    if now == run.commit:
        return None
    revision = checkpoint.revision.partition("@")[0]
    return (
        f"The weights in {folder} have changed since the run {run.id} was made "
        f"({str(run.commit)[:7]} then, {now[:7]} now). To extract those of now beside it, ask for "
        f"the revision “{revision}@{now[:7]}”."
    )


def _revision(folder: Path, revision: str) -> Path:
    found = [
        path.parent.name
        for path in folder.glob("*/config.json")
        if not path.parent.name.startswith(".")
    ]
    if revision in found:
        return folder / revision
    if not found and not (folder / "config.json").exists():
        return folder
    ordered = sorted(found, key=_by_number)
    if revision == "main":
        own = not ordered or (folder / "config.json").exists()
        return folder if own else folder / ordered[-1]
    there = ", ".join(ordered) or "none but main"
    raise ModelError(f"{folder} has no revision “{revision}”.", f"Its revisions: {there}.")


def resolved(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with the revision that "main" means.

    In a folder that holds one subfolder a revision, such as a trainer's, that is the
    one of the highest number; elsewhere "main" is a name of its own. Raises what
    `folder_of` raises.
    """
    twin = checkpoint.random_init is not None
    if checkpoint.revision != "main" or checkpoint.model == builtin.NAME or twin:
        return checkpoint
    folder = folder_of(checkpoint)
    named = folder is not None and folder.parent in _homes(checkpoint.model)
    return replace(checkpoint, revision=folder.name) if folder and named else checkpoint


def _homes(model: str) -> tuple[Path, ...]:
    return Path(model).expanduser(), settings.models_dir() / model


def _by_number(revision: str) -> tuple[int, str]:
    number = revision_number(revision)
    return -1 if number is None else number, revision


def is_local(model: str) -> bool:
    """Whether a model is named by a path rather than by a hub id."""
    return model.startswith(("/", "~", "./", "../"))

"""What a checkpoint is, told from its config alone: free of torch, for forms and
estimates.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError, NoAnswerError
from explorer.models import architectures, builtin
from explorer.models.adapters import ADAPTER, MERGE
from explorer.models.hub_answers import answer_of
from explorer.models.sizes import Sizes
from explorer.models.what_is import has_tokenizer, what_is


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
    path = folder / "config.json" if folder else _hub_config(checkpoint)
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
    config and of its weight files' names and sizes, and of what its training recorded.
    """
    folder = folder_of(checkpoint)
    if folder is None:
        # The hub's cache keeps every file under …/snapshots/<commit>/.
        return _hub_config(checkpoint).parent.name
    files = sorted(
        path for path in folder.iterdir() if path.suffix in {".safetensors", ".bin", ".gguf"}
    )
    stated = json.dumps([[path.name, path.stat().st_size] for path in files])
    # The steps of one training agree in config and sizes; what was recorded of them
    # tells them apart.
    recorded = folder / settings.TRAINING_RECORD
    facts = recorded.read_bytes() if recorded.exists() else b""
    return hashlib.sha256(
        (folder / "config.json").read_bytes() + stated.encode() + facts
    ).hexdigest()[:40]


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
    to that subfolder; "main" is its last step. Raises ModelError when there is no such
    revision.
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
    return _revision(folder, checkpoint.revision)


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
    last = max(
        found,
        key=lambda name: (int(name[4:]) if re.fullmatch(r"step\d+", name) else -1, name),
        default=None,
    )
    if revision == "main":
        return folder if last is None or (folder / "config.json").exists() else folder / last
    there = ", ".join(sorted(found, key=lambda name: (len(name), name))) or "none but main"
    raise ModelError(f"{folder} has no revision “{revision}”.", f"Its revisions: {there}.")


def is_local(model: str) -> bool:
    """Whether a model is named by a path rather than by a hub id."""
    return model.startswith(("/", "~", "./", "../")) or Path(model).is_dir()


@functools.lru_cache(maxsize=64)
def _hub_config(checkpoint: Checkpoint) -> Path:
    # Asked once a process: a hub that does not answer is tried for half a minute each
    # time.
    try:
        return Path(hf_hub_download(checkpoint.model, "config.json", revision=checkpoint.revision))
    except Exception as error:
        raise hub_error(checkpoint, error) from error


def snapshot_of(checkpoint: Checkpoint) -> Path | None:
    """The folder of a hub checkpoint in the local cache when weights and tokenizer are
    there, else None.

    What is there of a commit needs no word from the hub, which would be asked a dozen
    times.
    """
    folder = _hub_config(checkpoint).parent
    weights = [folder / "model.safetensors", folder / "pytorch_model.bin"]
    for index in folder.glob("*.index.json"):
        named = json.loads(index.read_text("utf-8")).get("weight_map", {}).values()
        if all((folder / name).exists() for name in named):
            weights.append(index)
    return folder if has_tokenizer(folder) and any(path.exists() for path in weights) else None


def hub_error(checkpoint: Checkpoint, error: BaseException) -> ModelError:
    """A sentence for whatever went wrong while asking the hub for a checkpoint."""
    told = _hub_error(checkpoint, error)
    if "/" in checkpoint.model:
        return told
    return type(told)(
        told.what,
        f"{told.hint} No model of this name was trained here; `train-family` trains some.",
    )


def _hub_error(checkpoint: Checkpoint, error: BaseException) -> ModelError:
    name = f"“{checkpoint.model}”"
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__

    def is_a(*kinds: type[BaseException]) -> bool:
        return any(isinstance(one, kinds) for one in causes)

    if is_a(GatedRepoError):
        return ModelError(
            f"{name} is gated on the hub.",
            "Accept its terms there and log in with `hf auth login`.",
        )
    if is_a(HFValidationError):
        return ModelError(
            f"{name} is not a hub id.",
            "Expected “organisation/model”, a local folder, or “built-in”.",
        )
    if is_a(RevisionNotFoundError):
        return ModelError(
            f"{name} has no revision “{checkpoint.revision}”.",
            "Check its branches and tags; Pythia's are “step512”, ….",
        )
    if is_a(RepositoryNotFoundError):
        return ModelError(
            f"The hub has no model {name}, or it is private.",
            "Check the spelling of organisation/model.",
        )
    if answer := answer_of(name, causes):
        return answer
    if is_a(LocalEntryNotFoundError, ConnectionError, TimeoutError) or "onnect" in str(error):
        return NoAnswerError(
            f"The hub did not answer for {name}, and the checkpoint is not in the local cache.",
            "Check the network, or choose the built-in model or a local folder.",
        )
    if is_a(EntryNotFoundError):
        return ModelError(
            f"{name} at “{checkpoint.revision}” lacks a file: {error}.",
            "Is it a causal LM checkpoint?",
        )
    return ModelError(f"{name} could not be had: {error}.", "Check the model id and revision.")

"""The Hugging Face hub: what it holds of a checkpoint, and what its refusals mean."""

from __future__ import annotations

import functools
import logging
import re
from pathlib import Path

from huggingface_hub import hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from explorer.core.checkpoint import Checkpoint
from explorer.core.disk import read_table
from explorer.core.errors import InputError, ModelError, NoAnswerError
from explorer.models.hub_answers import answer_of
from explorer.models.what_is import has_tokenizer


@functools.lru_cache(maxsize=64)
def config_of(checkpoint: Checkpoint) -> Path:
    """The config.json of a hub checkpoint, fetched where the local cache lacks it.

    Raises ModelError.
    """
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
    folder = config_of(checkpoint).parent
    return folder if _is_whole(folder) else None


def is_cached(checkpoint: Checkpoint) -> bool:
    """Whether weights and tokenizer are in the local cache; asks no network."""
    config = try_to_load_from_cache(checkpoint.model, "config.json", revision=checkpoint.revision)
    return isinstance(config, str) and _is_whole(Path(config).parent)


def _is_whole(folder: Path) -> bool:
    weights = [folder / "model.safetensors", folder / "pytorch_model.bin"]
    for index in folder.glob("*.index.json"):
        try:
            named = list(read_table(index)["weight_map"].values())
        except (OSError, InputError, KeyError, AttributeError):
            named = []  # what it is instead is told when the weights are loaded
        if all((folder / str(name)).exists() for name in named):
            weights.append(index)
    return has_tokenizer(folder) and any(path.exists() for path in weights)


def hub_error(checkpoint: Checkpoint, error: BaseException) -> ModelError:
    """A sentence for whatever went wrong while asking the hub for a checkpoint."""
    told = _sentence(checkpoint, error)
    if "/" in checkpoint.model:
        return told
    return type(told)(
        told.what,
        f"{told.hint} No model of this name was trained here; `train-family` trains some.",
    )


def _sentence(checkpoint: Checkpoint, error: BaseException) -> ModelError:
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
            _meant(checkpoint.model)
            or "Expected “organisation/model”, a local folder, a GGUF file, or “built-in”.",
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
    why = str(error).rstrip(".")
    return ModelError(f"{name} could not be had: {why}.", "Check the model id and revision.")


def _meant(model: str) -> str:
    """What to write instead of an address of the hub or an id with a slash too many."""
    bare = re.sub(r"^(https?:)?/*((www\.)?(huggingface\.co|hf\.co)/)?", "", model, flags=re.I)
    parts = [part for part in bare.split("/") if part][:2]
    return f"Write “{'/'.join(parts)}”." if len(parts) == 2 and model[0] not in "./~" else ""


class _Waiting(logging.Filter):
    """Of the client's warnings while it asks again and again, one sentence."""

    told = False

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "thrown while requesting" not in text and not text.startswith(("Retrying", "Rate")):
            return True
        first = text.startswith(("Retrying", "Rate")) and not self.told
        if first:
            record.msg, record.args = "The hub does not answer as it should; asking again…", ()
            self.told = True
        return first


logging.getLogger("huggingface_hub.utils._http").addFilter(_Waiting())

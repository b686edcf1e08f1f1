"""Adapters (LoRA and the like) beside a model: never left out in silence."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError

from explorer.core.errors import ModelError

ADAPTER = "adapter_config.json"
MERGE = (
    "Merge it into the model (peft's `merge_and_unload`, then `save_pretrained`) and give that "
    "folder"
)


def refuse_adapter(label: str, source: str, revision: str | None) -> None:
    """Raise ModelError when an adapter lies beside the weights of a checkpoint.

    source: a folder when `revision` is None, else a hub id and its commit.
    """
    if revision is None:
        there = (Path(source) / ADAPTER).exists()
    else:
        try:
            there = bool(hf_hub_download(source, ADAPTER, revision=revision))
        except (EntryNotFoundError, HfHubHTTPError):  # none, or a hub that says nothing
            there = False
    if there:
        raise ModelError(
            f"{label} has an adapter ({ADAPTER}) beside its weights, which would be left out.",
            f"{MERGE}; or take the adapter's files away to look at the model without it.",
        )

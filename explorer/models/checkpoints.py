"""Load a checkpoint: from the hub, a local folder or GGUF, the built-in model, or
untrained from its config.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging as transformers_logging

from explorer.core import memory
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ExplorerError, ModelError, ResourceError
from explorer.core.records import Module
from explorer.core.request import Dtype
from explorer.core.text import size
from explorer.models import architectures, catalog, first_use, folders, hub
from explorer.models.adapters import refuse_adapter
from explorer.models.capabilities import check_model, no_tokenizer
from explorer.models.weights import check_size, check_weights
from explorer.models.what_is import has_tokenizer, strange_file

# The job reports its own progress, and what a load left out is refused in a sentence:
# a second bar and a table of weights would only fill its log.
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()


@dataclass(frozen=True)
class Loaded:
    """A model ready to forward, its tokenizer and its units."""

    label: str
    """Name of the checkpoint in a sentence."""
    model: Any
    tokenizer: Any
    modules: list[Module]
    commit: str
    """What `catalog.commit_of` says of the checkpoint."""
    context: int | None
    """The longest text in tokens, where the config states one."""
    n_tokens: int
    """How many tokens the model has an input embedding of."""
    embedding_width: int
    """Width of the final hidden layer."""
    mask_pads: bool
    """Whether pads must be masked, as where attention is not causal."""


def load_checkpoint(
    checkpoint: Checkpoint,
    dtype: Dtype = "float32",
    tell: Callable[[str], None] = lambda _: None,
    *,
    with_head: bool = False,
) -> Loaded:
    """Load a checkpoint in evaluation mode on the best device there is.

    `with_head` demands the LM head too, which responses do not need. Raises ModelError
    for anything about the model, such as a weight that is not in its files,
    ResourceError when memory runs out. Pickled weights are read with `weights_only`;
    code from a repository is never run.
    """
    card = catalog.describe(checkpoint)
    first_use.ensure(checkpoint, tell)
    folder = folders.folder_of(checkpoint) or hub.snapshot_of(checkpoint)
    source, revision = (
        (str(folder), None) if folder else (checkpoint.model, catalog.commit_of(checkpoint))
    )
    if checkpoint.random_init is None:
        refuse_adapter(checkpoint.label, source, revision)
        check_size(checkpoint.label, folder, card.n_weights)
    _check_memory(checkpoint, card, dtype)
    tell(f"loading {checkpoint.label}")
    try:
        config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(
            source, revision=revision, trust_remote_code=False
        )
        model, info = _weights(checkpoint, source, revision, config, getattr(torch, dtype))
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise ResourceError(
            f"{checkpoint.label} does not fit in memory.", "Choose bfloat16 or a smaller model."
        ) from error
    except Exception as error:
        raise _problem(checkpoint, folder, error) from error
    if getattr(config, "auto_map", None):
        tell(
            f"{checkpoint.label} brings code of its own (auto_map in its config.json), which is "
            f"never run: it is read as the {config.model_type} that transformers knows, and is "
            "wrong if its own code computes otherwise."
        )
    sizes = config.to_dict() | {"model_type": config.model_type}
    modules = architectures.modules(sizes)
    if info is not None:
        check_weights(checkpoint.label, model, modules, info, with_head=with_head)
    context = architectures.context(sizes)
    able = check_model(checkpoint.label, model.eval(), tokenizer, modules, context)
    return Loaded(
        label=checkpoint.label,
        model=model,
        tokenizer=tokenizer,
        modules=modules,
        commit=catalog.commit_of(checkpoint),
        context=context,
        n_tokens=able.n_tokens,
        embedding_width=able.embedding_width,
        mask_pads=able.mask_pads,
    )


def _weights(
    checkpoint: Checkpoint, source: str, revision: str | None, config: Any, dtype: torch.dtype
) -> tuple[Any, dict[str, Any] | None]:
    """The model, and what was missing or left over of its weights; None for an
    untrained one.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if checkpoint.random_init is not None:
        torch.manual_seed(checkpoint.random_init)
        untrained = AutoModelForCausalLM.from_config(
            config, dtype=torch.float32, trust_remote_code=False
        )
        return untrained.to(device, dtype), None
    spread = {"device_map": "auto"} if torch.cuda.device_count() > 1 else {}
    both: Any = AutoModelForCausalLM.from_pretrained(
        source,
        revision=revision,
        config=config,
        dtype=dtype,
        trust_remote_code=False,
        weights_only=True,
        output_loading_info=True,
        # They are refused by name, which transformers does only in its log.
        ignore_mismatched_sizes=True,
        **spread,
    )
    model, info = both
    return model if spread else model.to(device), info


def _check_memory(checkpoint: Checkpoint, card: catalog.ModelCard, dtype: Dtype) -> None:
    """Refuse what would be killed by the system, or read its weights from disk for
    every batch.
    """
    trained = checkpoint.random_init is None
    if trained and torch.cuda.is_available():
        return
    # An untrained model is drawn in float32, whatever it becomes.
    half = trained and dtype != "float32"
    needed, free = card.size_bytes // (2 if half else 1), memory.free()
    if needed > free:
        smaller = "Choose bfloat16, " if trained and not half else "Choose "
        raise ResourceError(
            f"{checkpoint.label} takes {size(needed)} of memory, {size(free)} are free.",
            f"{smaller}a smaller model, or a machine with more memory or a GPU.",
        )


def _problem(checkpoint: Checkpoint, folder: Path | None, error: Exception) -> ExplorerError:
    if isinstance(error, ExplorerError):
        return error
    if folder is not None:
        if strange := strange_file(folder):
            return strange
        if not has_tokenizer(folder):
            return no_tokenizer(checkpoint.label)
    if folders.folder_of(checkpoint):
        said = " ".join(str(error).split()) or type(error).__name__
        return ModelError(
            f"{checkpoint.label} cannot be loaded: {said[:300].rstrip('.')}.",
            "Is the folder complete (config, weights, tokenizer)?",
        )
    return hub.hub_error(checkpoint, error)

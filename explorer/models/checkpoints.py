"""Load a checkpoint: from the hub, a local folder, the built-in model, or untrained
from its config.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging as transformers_logging

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError, ResourceError
from explorer.core.records import Module
from explorer.core.request import Dtype
from explorer.models import architectures, builtin, catalog, hub

# The job reports its own progress; a second bar would only fill its log.
transformers_logging.disable_progress_bar()


@dataclass(frozen=True)
class Loaded:
    """A model ready to forward, its tokenizer and its units."""

    model: Any
    tokenizer: Any
    modules: list[Module]
    commit: str
    """What `catalog.commit_of` says of the checkpoint."""


def load(
    checkpoint: Checkpoint, dtype: Dtype = "float32", tell: Callable[[str], None] = lambda _: None
) -> Loaded:
    """Load a checkpoint in evaluation mode on the best device there is.

    Raises ModelError for anything about the model, ResourceError when memory runs out.
    Pickled weights are read with `weights_only`; code from a repository is never run.
    """
    catalog.describe(checkpoint)
    if checkpoint.model == builtin.NAME:
        builtin.ensure(tell)
    folder = catalog.folder_of(checkpoint) or hub.snapshot_of(checkpoint)
    source, revision = (
        (str(folder), None) if folder else (checkpoint.model, catalog.commit_of(checkpoint))
    )
    tell(f"loading {checkpoint.label}")
    try:
        config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(
            source, revision=revision, trust_remote_code=False
        )
        model = _weights(checkpoint, source, revision, config, getattr(torch, dtype))
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise ResourceError(
            f"{checkpoint.label} does not fit in memory.", "Choose bfloat16 or a smaller model."
        ) from error
    except Exception as error:
        raise _problem(checkpoint, error) from error
    modules = architectures.modules(config.to_dict() | {"model_type": config.model_type})
    _check_modules(model, modules)
    return Loaded(model.eval(), tokenizer, modules, catalog.commit_of(checkpoint))


def _weights(
    checkpoint: Checkpoint, source: str, revision: str | None, config: Any, dtype: torch.dtype
) -> Any:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if checkpoint.random_init is not None:
        torch.manual_seed(checkpoint.random_init)
        return AutoModelForCausalLM.from_config(
            config, dtype=torch.float32, trust_remote_code=False
        ).to(device, dtype)
    spread = {"device_map": "auto"} if torch.cuda.device_count() > 1 else {}
    model: Any = AutoModelForCausalLM.from_pretrained(
        source,
        revision=revision,
        config=config,
        dtype=dtype,
        trust_remote_code=False,
        weights_only=True,
        **spread,
    )
    return model if spread else model.to(device)


def _problem(checkpoint: Checkpoint, error: Exception) -> ModelError:
    if catalog.folder_of(checkpoint):
        return ModelError(
            f"{checkpoint.label} cannot be loaded: {error}.",
            "Is the folder complete (config, weights, tokenizer)?",
        )
    return hub.hub_error(checkpoint, error)


def _check_modules(model: Any, modules: list[Module]) -> None:
    """The table against the model in hand: a wrong row must fail before anything is
    measured.
    """
    found = dict(model.named_modules())
    for module in modules:
        layer = found.get(module.name)
        if layer is None:
            raise ModelError(
                f"{type(model).__name__} has no module {module.name}.",
                "Correct the row of its model_type in explorer/extract/architectures.py.",
            )
        width = getattr(layer, "out_features", getattr(layer, "nf", None))
        if width != module.width:
            raise ModelError(
                f"{module.name} has {width} outputs, expected {module.width}.",
                "Correct the row of its model_type in explorer/extract/architectures.py.",
            )

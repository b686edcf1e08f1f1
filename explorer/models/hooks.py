"""The outputs of a model's unit-bearing layers while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from explorer.core.errors import ModelError
from explorer.core.records import Module

Read = Callable[[Module, torch.Tensor], None]


@contextmanager
def read_outputs(
    model: Any, modules: Sequence[Module], shape: tuple[int, int], read: Read
) -> Iterator[None]:
    """While open, `read` gets each module and its outputs in every forward pass.

    shape: (sentences, tokens) of the pass. The outputs are (sentences, tokens, width),
    on their own device, before any nonlinearity, bias included, and are only valid
    during the call. Raises ModelError when a module is not in the model or its outputs
    have another width than the table says.
    """
    layers = dict(model.named_modules())

    def hook(module: Module) -> Callable[..., None]:
        def on_output(_layer: Any, _inputs: Any, output: torch.Tensor) -> None:
            if output.shape[-1] != module.width:
                raise _wrong_row(
                    f"{module.name} has {output.shape[-1]} outputs, expected {module.width}."
                )
            # Some families flatten sentences and tokens before a linear layer.
            read(module, output.view(*shape, module.width))

        return on_output

    for module in modules:
        if module.name not in layers:
            raise _wrong_row(f"{type(model).__name__} has no module {module.name}.")
    handles = [layers[module.name].register_forward_hook(hook(module)) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _wrong_row(what: str) -> ModelError:
    return ModelError(
        what, "Correct the row of its model_type in explorer/models/architectures.py."
    )

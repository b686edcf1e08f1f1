"""Reading the outputs of layers while a model runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from explorer.core.errors import ModelError
from explorer.core.records import Module
from explorer.models.checkpoints import Loaded
from explorer.models.hooks import read_outputs


def n_hooks(loaded: Loaded) -> int:
    return sum(len(layer._forward_hooks) for layer in loaded.model.modules())


def test_every_module_is_read_once_a_pass_by_sentence_and_token(loaded: Loaded) -> None:
    shapes: list[tuple[str, tuple[int, ...]]] = []

    def read(module: Module, output: torch.Tensor) -> None:
        shapes.append((module.name, tuple(output.shape)))

    with torch.inference_mode(), read_outputs(loaded.model, loaded.modules, (2, 3), read):
        loaded.model.base_model(input_ids=torch.tensor([[5, 6, 7], [8, 9, 10]]))
    assert sorted(shapes) == sorted((m.name, (2, 3, m.width)) for m in loaded.modules)


def test_reading_does_not_change_what_the_model_gives(loaded: Loaded) -> None:
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        plain = loaded.model(ids).logits
        with read_outputs(loaded.model, loaded.modules, (1, 3), lambda *_: None):
            assert torch.equal(loaded.model(ids).logits, plain)


def test_no_hook_stays_whatever_happens(loaded: Loaded) -> None:
    before = n_hooks(loaded)

    def fail(modules: list[Module]) -> None:
        with read_outputs(loaded.model, modules, (1, 1), lambda *_: None):
            assert n_hooks(loaded) == before + len(modules)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(loaded.modules)
    with pytest.raises(ModelError, match="has no module nowhere"):
        fail([*loaded.modules, replace(loaded.modules[0], name="nowhere")])
    assert n_hooks(loaded) == before

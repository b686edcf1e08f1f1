"""The table of architectures against published models and against models built from
it.
"""

from __future__ import annotations

import pytest

from explorer.core.errors import ModelError
from explorer.models import architectures, builtin
from explorer.models.checkpoints import Loaded

GPT2_SMALL = {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_inner": None}


def neox(d: int, layers: int) -> dict[str, object]:
    return {
        "model_type": "gpt_neox",
        "hidden_size": d,
        "num_hidden_layers": layers,
        "intermediate_size": 4 * d,
    }


@pytest.mark.parametrize(
    ("config", "n_modules", "n_units"),
    [
        (GPT2_SMALL, 48, 82_944),
        (neox(512, 6), 24, 27_648),
        (neox(2048, 16), 64, 294_912),
        (neox(5120, 36), 144, 1_658_880),
        (builtin.CONFIG, 210, 155_520),
    ],
    ids=["gpt2-small", "pythia-70m", "pythia-1b", "pythia-12b", "SmolLM2-135M"],
)
def test_published_models_have_the_known_number_of_units(
    config: dict, n_modules: int, n_units: int
) -> None:
    modules = architectures.modules(config)
    assert len(modules) == n_modules
    assert architectures.n_units(modules) == n_units


def test_an_unknown_architecture_says_what_to_add() -> None:
    with pytest.raises(ModelError, match=r"mamba.*add one row to ARCHITECTURES"):
        architectures.modules({"model_type": "mamba"})


def test_units_tile_the_modules_without_gap(loaded: Loaded) -> None:
    ends = [m.offset + m.width for m in loaded.modules]
    assert [m.offset for m in loaded.modules] == [0, *ends[:-1]]


def test_no_unit_lies_in_the_head_the_norms_or_the_embeddings(loaded: Loaded) -> None:
    for module in loaded.modules:
        assert not any(
            part in module.name.lower()
            for part in ("lm_head", "norm", "ln_", "embed", "wte", "wpe")
        )


def test_weights_of_the_table_are_those_of_the_model(loaded: Loaded) -> None:
    found = dict(loaded.model.named_modules())
    actual = sum(found[m.name].weight.numel() for m in loaded.modules)
    config = loaded.model.config
    assert architectures.n_weights(config.to_dict() | {"model_type": config.model_type}) == actual

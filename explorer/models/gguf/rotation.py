"""Rotations of positions that a GGUF file tells by factors only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.core.errors import ModelError
from explorer.models.gguf.checks import ORIGINAL, ROPE_FACTORS
from explorer.models.gguf.header import Header


def slowed(header: Header, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The rotation of positions of Llama 3, which a file tells by factors only.

    Raises ModelError where the factors are not of that rule.
    """
    if ROPE_FACTORS not in header.tensors:
        return {}
    from transformers import AutoConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    tensor = header.tensors[ROPE_FACTORS]
    factors = np.fromfile(header.path, "<f4", tensor.n_weights, offset=tensor.begin)
    rope = dict(expected["rope_parameters"])
    parameters = rope | {
        "rope_type": "llama3",
        "factor": float(factors.max()),
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    config = AutoConfig.for_model(**dict(expected) | {"rope_parameters": parameters})
    width = 2 * factors.size
    plain = rope["rope_theta"] ** -(np.arange(0, width, 2) / width)
    meant = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0].numpy()
    if (
        tensor.kind != 0
        or meant.shape != factors.shape
        or not np.allclose(plain / factors, meant, rtol=1e-4, atol=0)
    ):
        raise ModelError(
            f"{header.path} slows the rotation of positions by factors of its own "
            f"({ROPE_FACTORS}), which are not Llama 3's.",
            ORIGINAL,
        )
    return {"rope_parameters": parameters}

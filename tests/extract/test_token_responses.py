"""Responses of chosen units, token by token, for every family."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.core.request import POOLINGS
from explorer.extract import responses
from explorer.extract.token_responses import token_responses
from explorer.models import batching
from explorer.models.architectures import n_units
from explorer.models.checkpoints import Loaded
from tests.extract.test_responses import token_by_token
from tests.support.tiny import SENTENCES

pytestmark = pytest.mark.slow
SOME = pytest.mark.parametrize("loaded", ["gpt2", "gpt_neox", "llama", "bloom"], indirect=True)
"""Where nothing depends on the family."""


def some_units(loaded: Loaded) -> np.ndarray:
    """The first, the last and some between, of several modules."""
    n = n_units(loaded.modules)
    return np.unique([0, 1, 7, n // 3, n // 2, n // 2 + 1, n - 1])


def test_tokens_equal_a_plain_loop(loaded: Loaded) -> None:
    units = some_units(loaded)
    found = token_responses(loaded, SENTENCES, units, "max")
    for values, sentence in zip(found.tokens, SENTENCES, strict=True):
        states = token_by_token(loaded, loaded.tokenizer(sentence)["input_ids"])
        np.testing.assert_allclose(values, states[:, units], atol=2e-5)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_pooled_responses_are_to_the_bit_those_of_an_extraction(
    loaded: Loaded, pooling: Any
) -> None:
    units = some_units(loaded)
    every, _ = responses.forward(loaded, SENTENCES, pooling)
    found = token_responses(loaded, SENTENCES, units, pooling)
    np.testing.assert_array_equal(found.pooled, every.numpy()[:, units])


@SOME
def test_the_greatest_token_is_the_pooled_response(loaded: Loaded) -> None:
    found = token_responses(loaded, SENTENCES, some_units(loaded), "max")
    for pooled, values in zip(found.pooled, found.tokens, strict=True):
        np.testing.assert_array_equal(values.max(0), pooled)


@SOME
@pytest.mark.parametrize("fast", [True, False])
def test_spans_are_the_places_of_the_tokens(
    loaded: Loaded, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(loaded.tokenizer), "is_fast", fast)
    texts = [*SENTENCES, "Naïve cafés — 日本 🙂 end."]
    found = token_responses(loaded, texts, some_units(loaded), "max")
    for text, spans, values in zip(texts, found.spans, found.tokens, strict=True):
        assert len(spans) == len(values)
        assert (spans[:, 0] <= spans[:, 1]).all()
        assert spans.min() >= 0
        assert spans.max() <= len(text)
        if text.isascii():
            joined = "".join(text[a:b] for a, b in spans)
            assert joined.replace(" ", "") == text.replace(" ", "")


@SOME
def test_a_batch_without_memory_is_cut_and_gives_the_same(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = some_units(loaded)
    whole = token_responses(loaded, SENTENCES, units, "max")
    forward = loaded.model.base_model.forward

    def scarce(*args: Any, **named: Any) -> Any:
        if len(named["input_ids"]) > 2:
            raise torch.OutOfMemoryError
        return forward(*args, **named)

    monkeypatch.setattr(loaded.model.base_model, "forward", scarce)
    cut = token_responses(loaded, SENTENCES, units, "max")
    np.testing.assert_allclose(cut.pooled, whole.pooled, atol=2e-5)


@SOME
def test_one_sentence_at_a_time_gives_the_same(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = some_units(loaded)
    together = token_responses(loaded, SENTENCES, units, "max")
    monkeypatch.setattr(batching, "TOKENS_PER_BATCH", {"cpu": 1})
    alone = token_responses(loaded, SENTENCES, units, "max")
    for a, b in zip(together.tokens, alone.tokens, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)

"""Responses against a plain loop over tokens, for every family."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.core.errors import InputError, ModelError, ResourceError
from explorer.core.request import POOLINGS
from explorer.extract import pooling, responses
from explorer.models import batching
from explorer.models.architectures import n_units
from explorer.models.checkpoints import Loaded
from tests.support.tiny import SENTENCES

pytestmark = pytest.mark.slow


def token_by_token(loaded: Loaded, ids: list[int]) -> np.ndarray:
    """Unpooled responses of one sentence alone, (tokens, units), by reading each module
    in turn.
    """
    seen: dict[str, Any] = {}
    handles = []
    for name, layer in loaded.model.named_modules():
        handles.append(
            layer.register_forward_hook(lambda _m, _i, out, name=name: seen.__setitem__(name, out))
        )
    with torch.no_grad():
        loaded.model(torch.tensor([ids]))
    for handle in handles:
        handle.remove()
    columns = [seen[m.name].reshape(len(ids), m.width).numpy() for m in loaded.modules]
    return np.concatenate(columns, axis=1)


@pytest.mark.parametrize("pooling", ["max", "mean", "last"])
def test_responses_equal_a_plain_loop_over_tokens(loaded: Loaded, pooling: Any) -> None:
    got, _ = responses.forward(loaded, SENTENCES, pooling)
    for row, sentence in zip(got, SENTENCES, strict=True):
        states = token_by_token(loaded, loaded.tokenizer(sentence)["input_ids"])
        expected = {"max": states.max(0), "mean": states.mean(0), "last": states[-1]}[pooling]
        np.testing.assert_allclose(row, expected, atol=2e-5)


def test_sentence_embedding_is_the_mean_of_the_final_hidden_layer(loaded: Loaded) -> None:
    _, got = responses.forward(loaded, SENTENCES, "max")
    for row, sentence in zip(got, SENTENCES, strict=True):
        ids = torch.tensor([loaded.tokenizer(sentence)["input_ids"]])
        with torch.no_grad():
            hidden = loaded.model(ids, output_hidden_states=True).hidden_states[-1][0]
        np.testing.assert_allclose(row, hidden.mean(0).numpy(), atol=2e-5)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_batch_geometry_does_not_change_a_response(
    loaded: Loaded, pooling: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, _ = responses.forward(loaded, SENTENCES, pooling)
    monkeypatch.setattr(batching, "TOKENS_PER_BATCH", {"cpu": 1})
    alone, _ = responses.forward(loaded, SENTENCES, pooling)
    np.testing.assert_allclose(together, alone, atol=2e-5)


def test_special_tokens_are_never_pooled(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = loaded.tokenizer(SENTENCES)["input_ids"]
    monkeypatch.setattr(responses, "tokenize", lambda *_: [[0, *ids, 0] for ids in plain])
    got, _ = responses.forward(loaded, SENTENCES, "max")
    for row, ids in zip(got, plain, strict=True):
        np.testing.assert_allclose(
            row, token_by_token(loaded, [0, *ids, 0])[1:-1].max(0), atol=2e-5
        )


def test_selfcond_parity_pools_the_pads_too(loaded: Loaded) -> None:
    got, _ = responses.forward(loaded, SENTENCES[:2], "selfcond")
    ids = loaded.tokenizer(SENTENCES[0])["input_ids"]
    padded = torch.tensor([ids + [0] * (128 - len(ids))])
    mask = torch.tensor([[1] * len(ids) + [0] * (128 - len(ids))])
    first = loaded.modules[0]
    seen: dict[str, object] = {}
    layer = dict(loaded.model.named_modules())[first.name]
    handle = layer.register_forward_hook(lambda _m, _i, out: seen.setdefault("out", out))
    with torch.no_grad():
        loaded.model(padded, attention_mask=mask)
    handle.remove()
    expected = seen["out"].reshape(128, first.width).amax(0).numpy()
    np.testing.assert_allclose(got[0, : first.width], expected, atol=2e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("kind", ["max", "selfcond"])
def test_max_on_the_host_equals_the_pooling_of_other_devices(dtype: torch.dtype, kind: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(7, 9, 40, generator=generator).to(dtype)
    mask = torch.rand(7, 9, generator=generator) < 0.6
    mask[:, 3] = True
    batch = batching.Batch(np.arange(7), mask.long(), mask, mask)
    rows, found = np.array([8, 0, 3, 5, 1, 2, 9]), []
    for pool in (pooling.HostMax, lambda *parts: pooling.TorchPooling(parts[0], kind, *parts[1:])):
        out = torch.zeros(10, 40)
        one = pool(batch, out, rows)
        one(states, slice(0, 40))
        assert one.finish()
        found.append(out)
    assert torch.equal(*found)


@pytest.mark.parametrize("kind", ["max", "mean", "last"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_output_that_is_not_pooled_cannot_spoil_a_response(kind: Any, value: float) -> None:
    states = torch.ones(2, 3, 4)
    states[:, 2] = value
    mask = torch.tensor([[True, True, False]] * 2)
    out = torch.zeros(2, 4)
    one = pooling.pool_into(
        batching.Batch(np.arange(2), mask.long(), mask, mask), kind, out, np.arange(2)
    )
    one(states, slice(0, 4))
    assert one.finish()
    assert torch.equal(out, torch.ones(2, 4))


@pytest.mark.parametrize("value", [np.nan, -np.nan, np.inf])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("token", [0, 2, 8])
def test_a_value_that_is_not_finite_survives_the_max(
    value: float, dtype: torch.dtype, token: int
) -> None:
    states = torch.zeros(2, 9, 40, dtype=dtype)
    states[1, token, 17] = value
    mask = torch.ones(2, 9, dtype=torch.bool)
    out = torch.zeros(2, 40)
    one = pooling.HostMax(batching.Batch(np.arange(2), mask.long(), mask, mask), out, np.arange(2))
    one(states, slice(0, 40))
    assert not one.finish()
    assert (~torch.isfinite(out)).nonzero().tolist() == [[1, 17]]


def test_a_response_that_is_not_finite_names_model_module_and_sentence(loaded: Loaded) -> None:
    module = loaded.modules[-1]
    layer = dict(loaded.model.named_modules())[module.name]
    before = layer.weight.detach().clone()
    with torch.no_grad():
        layer.weight.fill_(torch.nan)
    try:
        with pytest.raises(ModelError, match=module.name.replace(".", r"\.")) as caught:
            responses.forward(loaded, SENTENCES[:1], "max")
    finally:
        with torch.no_grad():
            layer.weight.copy_(before)
    assert SENTENCES[0] in str(caught.value)


def test_a_text_without_tokens_is_refused_by_name(loaded: Loaded) -> None:
    with pytest.raises(InputError, match="<eos>"):
        responses.forward(loaded, ["<eos>"], "max")


def test_word_embedding_uses_the_tokens_the_word_has_inside_text(loaded: Loaded) -> None:
    ids = loaded.tokenizer(" cat", add_special_tokens=False)["input_ids"]
    table = loaded.model.get_input_embeddings().weight.detach()
    np.testing.assert_allclose(
        responses.word_embeddings(loaded, ["cat"])[0], table[ids].mean(0).numpy(), atol=1e-6
    )


def test_a_word_without_a_token_is_refused_by_name(
    loaded: Loaded,
) -> None:
    other = replace(loaded, tokenizer=lambda *_, **__: {"input_ids": [[7], [7, 8], [7]]})
    with pytest.raises(InputError, match="its tokenizer has no token for “xylem”"):
        responses.word_embeddings(other, ["cat", "xylem"])


def test_every_unit_is_written(loaded: Loaded) -> None:
    out = torch.full((len(SENTENCES), n_units(loaded.modules)), torch.nan)
    responses.forward(loaded, SENTENCES, "max", out=out)
    assert torch.isfinite(out).all()


def test_responses_go_to_the_rows_that_were_asked_for(loaded: Loaded) -> None:
    plain, _ = responses.forward(loaded, SENTENCES, "max")
    rows = np.arange(len(SENTENCES))[::-1] * 2
    out = torch.full((2 * len(SENTENCES), n_units(loaded.modules)), torch.nan)
    responses.forward(loaded, SENTENCES, "max", out=out, rows=rows)
    assert torch.equal(out[rows.tolist()], plain)
    assert torch.isnan(out[1::2]).all()


class Cramped:
    """A base model that fits no more than so many tokens in memory."""

    def __init__(self, base: Any, tokens: int) -> None:
        self.base, self.tokens, self.tried = base, tokens, list[int]()

    def __call__(self, input_ids: torch.Tensor, **options: Any) -> Any:
        self.tried.append(input_ids.numel())
        if input_ids.numel() > self.tokens:
            raise torch.OutOfMemoryError("out of memory")
        return self.base(input_ids=input_ids, **options)


def cramp(loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tokens: int) -> Cramped:
    cramped = Cramped(loaded.model.base_model, tokens)
    monkeypatch.setattr(type(loaded.model), "base_model", property(lambda _: cramped))
    return cramped


def test_a_batch_too_large_for_the_device_is_cut_until_it_fits(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, embedded = responses.forward(loaded, SENTENCES * 4, "max")
    cramped = cramp(loaded, monkeypatch, tokens=60)
    heard: list[int] = []
    again, embedded_again = responses.forward(loaded, SENTENCES * 4, "max", advance=heard.append)
    np.testing.assert_allclose(again, plain, atol=2e-5)
    np.testing.assert_allclose(embedded_again, embedded, atol=2e-5)
    assert sum(heard) == len(SENTENCES) * 4
    failed = [tokens for tokens in cramped.tried if tokens > 60]
    assert failed == sorted(failed, reverse=True)
    assert len(failed) < 8


def test_a_sentence_too_large_for_the_device_is_named(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    cramp(loaded, monkeypatch, tokens=1)
    with pytest.raises(ResourceError, match="does not fit in the memory of the device"):
        responses.forward(loaded, SENTENCES, "max")

"""A response belongs to its sentence alone: neither its batch, nor its neighbours, nor
pads may move it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import Pooling
from explorer.extract import responses
from explorer.extract.pooling import TorchPooling, pool_into
from explorer.models import batching
from explorer.models.batching import Batch, batches, tokenize
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.support import tiny

pytestmark = pytest.mark.slow

TOLERANCE = 2e-5
WORDS = (
    "The",
    "cat",
    "sat",
    "on",
    "a",
    "warm",
    "mat",
    "rain",
    "and",
    "church",
    "football,",
    "slept.",
    "!",
    "red",
)
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
BUDGETS = st.sampled_from([1, 7, 30, 64, 200, 1024])
OWN_PADS = st.sampled_from(("max", "mean", "last"))
EVERY = st.sampled_from(("max", "mean", "last", "selfcond"))


@pytest.fixture(scope="module", params=["gpt_neox", "gpt2", "llama"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """One model of each kind of position: rotary in part, learnt, rotary in full."""
    return load_checkpoint(
        Checkpoint(str(tiny.checkpoint(tmp_path_factory.mktemp(request.param), request.param)))
    )


def forward(
    loaded: Loaded, texts: list[str], pooling: Pooling, budget: int = 1024
) -> tuple[np.ndarray, np.ndarray]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batching, "TOKENS_PER_BATCH", {"cpu": budget, "cuda": budget})
        found, embeddings = responses.forward(loaded, texts, pooling)
    return found.numpy(), embeddings


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(SENTENCES, min_size=1, max_size=8),
    pooling=EVERY,
    budgets=st.tuples(BUDGETS, BUDGETS),
    data=st.data(),
)
def test_any_batches_in_any_order_with_any_neighbours_give_a_sentence_the_same_response(
    loaded: Loaded,
    texts: list[str],
    pooling: Pooling,
    budgets: tuple[int, int],
    data: st.DataObject,
) -> None:
    order = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=10))
    first, embedded = forward(loaded, texts, pooling, budgets[0])
    second, again = forward(loaded, [texts[i] for i in order], pooling, budgets[1])
    np.testing.assert_allclose(second, first[order], atol=TOLERANCE)
    np.testing.assert_allclose(again, embedded[order], atol=TOLERANCE)


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(SENTENCES, min_size=1, max_size=6), pooling=EVERY, budget=BUDGETS)
def test_the_same_batches_give_the_same_bits(
    loaded: Loaded, texts: list[str], pooling: Pooling, budget: int
) -> None:
    first, second = (forward(loaded, texts, pooling, budget) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


class OtherPads:
    """A tokenizer whose batches are padded with another token than its own."""

    def __init__(self, tokenizer: Any, pad: int) -> None:
        self._tokenizer, self.eos_token_id = tokenizer, pad
        self.all_special_ids = tokenizer.all_special_ids

    def __call__(self, *texts: Any, **options: Any) -> Any:
        return self._tokenizer(*texts, **options)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(SENTENCES, min_size=2, max_size=6), pooling=OWN_PADS, pad=st.integers(0, 299))
def test_what_stands_in_the_pads_never_reaches_a_response(
    loaded: Loaded, texts: list[str], pooling: Pooling, pad: int
) -> None:
    expected, embedded = forward(loaded, texts, pooling)
    other = replace(loaded, tokenizer=OtherPads(loaded.tokenizer, pad))
    with pytest.MonkeyPatch.context() as patch:
        # An ordinary token in the place of pads must not be taken for one of the
        # sentence's own.
        patch.setattr(batching, "_pad", refuse_pads(batching._pad))
        found, again = forward(other, texts, pooling)
    np.testing.assert_allclose(found, expected, atol=TOLERANCE)
    np.testing.assert_allclose(again, embedded, atol=TOLERANCE)


def refuse_pads(make: Any) -> Any:
    """`batching._pad` with a check that it pools no pad."""

    def checked(*given_: Any) -> Any:
        batch = make(*given_)
        assert not (batch.pooled & ~batch.attended).any()
        return batch

    return checked


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(SENTENCES, max_size=12), budget=st.integers(1, 200), pooling=EVERY)
def test_every_sentence_is_in_one_batch_whole_and_within_the_budget(
    loaded: Loaded, texts: list[str], budget: int, pooling: Pooling
) -> None:
    encoded = tokenize(loaded, texts, pooling)
    made = list(batches(loaded, encoded, pooling, budget))
    assert sorted(row for batch in made for row in batch.rows) == list(range(len(texts)))
    for batch in made:
        assert batch.ids.numel() <= budget or len(batch.rows) == 1
        for ids, attended, row in zip(batch.ids, batch.attended, batch.rows, strict=True):
            assert ids[attended].tolist() == encoded[row]
            assert attended.tolist() == sorted(attended.tolist(), reverse=True)


SHAPES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=6)
"""Of each sentence: where its tokens end, and how many at its start are special."""
DTYPES = st.sampled_from((torch.float32, torch.bfloat16, torch.float16))
HOLES = st.sampled_from([0.0, 3e38, -3e38, float("inf"), float("nan")])
WIDTH = 5


def a_layer(
    shape: list[tuple[int, int]], pads: int, dtype: torch.dtype, seed: int
) -> tuple[Batch, torch.Tensor]:
    """A batch and made-up outputs of a layer, (sentences, tokens, WIDTH)."""
    at, n = torch.arange(max(end for end, _ in shape) + pads), len(shape)
    attended = torch.stack([at < end for end, _ in shape])
    pooled = torch.stack([(at >= min(start, end - 1)) & (at < end) for end, start in shape])
    states = torch.randn((*attended.shape, WIDTH), generator=torch.Generator().manual_seed(seed))
    return Batch(
        np.arange(n), torch.zeros(attended.shape, dtype=torch.long), attended, pooled
    ), states.to(dtype)


def pooled_by(
    make: Any, batch: Batch, pooling: Pooling, states: torch.Tensor
) -> tuple[torch.Tensor, bool]:
    """Responses (sentences, WIDTH) that came out of the rows and columns they were sent
    to, and `finish()`.
    """
    n, rows = (
        len(batch.rows),
        np.random.default_rng(0).permutation(2 * len(batch.rows))[: len(batch.rows)],
    )
    out = torch.full((2 * n, WIDTH + 4), -7.0)
    pool = make(batch, pooling, out, rows)
    for columns in (slice(0, 2), slice(2, 2 + WIDTH), slice(2 + WIDTH, WIDTH + 4)):
        layer = (
            states
            if columns.start == 2
            else torch.zeros((*states.shape[:2], 2), dtype=states.dtype)
        )
        pool(layer, columns)
    finite, others = pool.finish(), np.setdiff1d(np.arange(2 * n), rows)
    assert (out[others] == -7).all()
    assert (out[rows][:, [0, 1, -2, -1]] == 0).all()
    return out[rows][:, 2 : 2 + WIDTH], finite


@pytest.mark.parametrize("make", [pool_into, TorchPooling])
@settings(max_examples=60, deadline=None)
@given(shape=SHAPES, pooling=OWN_PADS, dtype=DTYPES, hole=HOLES, seed=st.integers(0, 2**32 - 1))
def test_pooling_equals_a_loop_over_the_tokens_whatever_the_others_hold(
    make: Any,
    shape: list[tuple[int, int]],
    pooling: Pooling,
    dtype: torch.dtype,
    hole: float,
    seed: int,
) -> None:
    batch, states = a_layer(shape, 0, dtype, seed)
    value = torch.tensor(hole).to(dtype)
    # A mean weighs the others by zero, which only a number survives.
    states[~batch.pooled] = (
        value if pooling != "mean" or bool(torch.isfinite(value)) else torch.zeros_like(value)
    )
    found, finite = pooled_by(make, batch, pooling, states)
    assert finite
    for row, own, kept in zip(found, states.float(), batch.pooled, strict=True):
        tokens = own[kept]
        if pooling == "mean":
            torch.testing.assert_close(row, tokens.mean(0), atol=1e-6, rtol=1e-6)
        else:  # no arithmetic: every bit must be there, since a tie is a tie of bits
            assert torch.equal(row, tokens.amax(0) if pooling == "max" else tokens[-1])


@pytest.mark.parametrize("make", [pool_into, TorchPooling])
@settings(max_examples=40, deadline=None)
@given(
    shape=SHAPES,
    more=st.integers(1, 7),
    pooling=st.sampled_from(("max", "last")),
    dtype=DTYPES,
    seed=st.integers(0, 99),
)
def test_a_longer_batch_pools_the_same_bits(
    make: Any,
    shape: list[tuple[int, int]],
    more: int,
    pooling: Pooling,
    dtype: torch.dtype,
    seed: int,
) -> None:
    batch, states = a_layer(shape, 0, dtype, seed)
    longer, padded = a_layer(shape, more, dtype, seed + 1)
    padded[:, : states.shape[1]] = states
    assert torch.equal(
        pooled_by(make, longer, pooling, padded)[0], pooled_by(make, batch, pooling, states)[0]
    )


@pytest.mark.parametrize("make", [pool_into, TorchPooling])
@settings(max_examples=40, deadline=None)
@given(
    shape=SHAPES,
    pooling=OWN_PADS,
    dtype=DTYPES,
    value=st.sampled_from(["inf", "-inf", "nan"]),
    data=st.data(),
)
def test_a_pooled_token_that_is_not_finite_is_told(
    make: Any,
    shape: list[tuple[int, int]],
    pooling: Pooling,
    dtype: torch.dtype,
    value: str,
    data: st.DataObject,
) -> None:
    batch, states = a_layer(shape, 0, dtype, 0)
    sentence, unit = data.draw(st.integers(0, len(shape) - 1)), data.draw(st.integers(0, WIDTH - 1))
    tokens = batch.pooled[sentence].nonzero()[:, 0]
    # A maximum passes over -inf, as it must, unless there is nothing else.
    hit = tokens if value == "-inf" and pooling == "max" else tokens[-1:]
    states[sentence, hit, unit] = float(value)
    found, finite = pooled_by(make, batch, pooling, states)
    assert not finite
    assert (~torch.isfinite(found)).nonzero().tolist() == [[sentence, unit]]


def test_the_made_up_sentences_are_padded_differently_by_different_batches(tmp_path: Path) -> None:
    loaded = load_checkpoint(Checkpoint(str(tiny.checkpoint(tmp_path, "gpt_neox"))))
    texts = ["The cat", "The cat sat on a warm mat and slept."]
    encoded = tokenize(loaded, texts, "max")
    shapes = [
        [tuple(b.ids.shape) for b in batches(loaded, encoded, "max", budget)]
        for budget in (1, 1024)
    ]
    assert shapes[0] != shapes[1]

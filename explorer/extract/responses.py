"""Responses: the outputs of every unit on a sentence, pooled over its tokens inside the hook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.errors import InputError, ModelError
from explorer.extract.architectures import n_units
from explorer.extract.checkpoints import Loaded
from explorer.records import Module, Pooling

SELFCOND_LENGTH = 128
"""Length to which ml-selfcond pads every sentence with EOS."""
TOKENS_PER_BATCH = {"cpu": 1024, "cuda": 16384}


@dataclass(frozen=True)
class Batch:
    """Right-padded token ids, shape (sentences, tokens), and where they are pooled.

    `ids`, `attended` and `pooled` have the same shape; `rows` are the positions of the
    sentences in what was asked for.
    """

    rows: np.ndarray
    ids: torch.Tensor
    attended: torch.Tensor
    pooled: torch.Tensor


def tokenize(tokenizer: Any, texts: Sequence[str], pooling: Pooling) -> list[list[int]]:
    """Token ids of every text. Raises InputError naming a text without a token to pool."""
    cut = {"truncation": True, "max_length": SELFCOND_LENGTH} if pooling == "selfcond" else {}
    encoded = tokenizer(list(texts), **cut)["input_ids"] if texts else []
    special = set(tokenizer.all_special_ids)
    for text, ids in zip(texts, encoded, strict=True):
        if not any(i not in special for i in ids):
            raise InputError(f"The sentence “{text}” has no token of its own.", "Remove it from the probe set.")
    return encoded


def batches(
    loaded: Loaded, encoded: Sequence[list[int]], pooling: Pooling, budget: int | None = None
) -> Iterator[Batch]:
    """Length-sorted batches of at most `budget` tokens, the same for the same sentences."""
    device = loaded.model.device
    budget = budget or TOKENS_PER_BATCH.get(device.type, 1024)
    lengths = np.array([SELFCOND_LENGTH if pooling == "selfcond" else len(ids) for ids in encoded])
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and lengths[order[end]] * (end + 1 - start) <= budget:
            end += 1
        yield _pad(loaded.tokenizer, order[start:end], encoded, int(lengths[order[end - 1]]), pooling, device)
        start = end


def _pad(
    tokenizer: Any, rows: np.ndarray, encoded: Sequence[list[int]], length: int, pooling: Pooling, device: torch.device
) -> Batch:
    # The pad token's id never reaches a kept position: attention is causal and padding is on the right.
    pad = tokenizer.eos_token_id if tokenizer.eos_token_id is not None else 0
    ids = torch.full((len(rows), length), pad)
    attended = torch.zeros((len(rows), length), dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(encoded[row])] = torch.tensor(encoded[row])
        attended[i, : len(encoded[row])] = True
    if pooling == "selfcond":
        pooled = torch.ones_like(attended)
    else:
        pooled = attended & ~torch.isin(ids, torch.tensor(tokenizer.all_special_ids))
    return Batch(rows, ids.to(device), attended.to(device), pooled.to(device))


class Pool:
    """Pools hidden states of shape (sentences, tokens, width) to (sentences, width)."""

    def __init__(self, pooled: torch.Tensor, pooling: Pooling) -> None:
        self.kind = pooling
        self.mask = pooled
        # Most columns of a length-sorted batch are pooled for every sentence: those need no mask.
        shared = pooled.all(0).nonzero()[:, 0]
        self.shared = slice(int(shared[0]), int(shared[-1]) + 1) if len(shared) else slice(0, 0)
        if not bool(pooled[:, self.shared].all()):
            self.shared = slice(0, 0)
        self.rest = [i for i in range(pooled.shape[1]) if not self.shared.start <= i < self.shared.stop]
        self.rest = [i for i in self.rest if bool(pooled[:, i].any())]
        self.last = pooled.shape[1] - 1 - pooled.flip(1).int().argmax(1)

    def __call__(self, states: torch.Tensor) -> torch.Tensor:
        """Pool one layer's outputs."""
        if self.kind == "last":
            return states[torch.arange(len(states), device=states.device), self.last.to(states.device)]
        if self.kind == "mean":
            return mean_pool(states, self.mask)
        parts = [states[:, self.shared].amax(1)] if self.shared.stop > self.shared.start else []
        if self.rest:
            unseen = ~self.mask[:, self.rest].unsqueeze(-1).to(states.device)
            parts.append(states[:, self.rest].masked_fill(unseen, -torch.inf).amax(1))
        return parts[0] if len(parts) == 1 else torch.maximum(*parts)


def mean_pool(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the masked tokens, accumulated in float32; (sentences, width)."""
    weights = mask.unsqueeze(-1).to(states.device, torch.float32)
    return (states.float() * weights).sum(1) / weights.sum(1)


@contextmanager
def pooled_outputs(model: Any, modules: Sequence[Module], pool: Pool, into: torch.Tensor) -> Iterator[None]:
    """While open, every forward pass writes its pooled responses to `into`, (sentences, units)."""
    found = dict(model.named_modules())

    def hook(module: Module) -> Callable[..., None]:
        columns = slice(module.offset, module.offset + module.width)

        def write(_layer: Any, _inputs: Any, output: torch.Tensor) -> None:
            into[:, columns] = pool(output.view(*pool.mask.shape, module.width)).to(into)

        return write

    handles = [found[module.name].register_forward_hook(hook(module)) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.inference_mode()
def forward(
    loaded: Loaded,
    texts: Sequence[str],
    pooling: Pooling,
    *,
    out: np.ndarray | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Responses (sentences, units) and sentence embeddings (sentences, hidden), both float32.

    The embedding is the mean over tokens of the final hidden layer (after its norm). `out`
    receives the responses when given; `advance` hears how many sentences each batch did.
    Raises ModelError naming model, module and sentence on a response that is not finite.
    """
    responses = np.empty((len(texts), n_units(loaded.modules)), np.float32) if out is None else out
    embeddings = np.empty((len(texts), loaded.model.config.get_text_config().hidden_size), np.float32)
    base = loaded.model.base_model

    def mask(batch: Batch) -> torch.Tensor | None:
        # With padding on the right, causal attention alone keeps pads from every token that is pooled;
        # ml-selfcond pools its pads too, so there they must see what they see there.
        return batch.attended.long() if pooling == "selfcond" else None

    for batch in batches(loaded, tokenize(loaded.tokenizer, texts, pooling), pooling):
        pool = Pool(batch.pooled, pooling)
        into = torch.empty((len(batch.rows), responses.shape[1]), device=loaded.model.device)
        with pooled_outputs(loaded.model, loaded.modules, pool, into):
            states = base(input_ids=batch.ids, attention_mask=mask(batch), use_cache=False).last_hidden_state
        if not bool(torch.isfinite(into).all()):
            raise _not_finite(loaded, texts, batch, into)
        responses[batch.rows] = into.cpu().numpy()
        real = batch.pooled if pooling != "selfcond" else batch.attended
        embeddings[batch.rows] = mean_pool(states, real).cpu().numpy()
        advance(len(batch.rows))
    return responses, embeddings


def _not_finite(loaded: Loaded, texts: Sequence[str], batch: Batch, into: torch.Tensor) -> ModelError:
    row, unit = (~torch.isfinite(into)).nonzero()[0].tolist()
    module = next(m for m in reversed(loaded.modules) if m.offset <= unit)
    return ModelError(
        f"{loaded.model.name_or_path or type(loaded.model).__name__}: the response of "
        f"{module.name}[{unit - module.offset}] to “{texts[batch.rows[row]]}” is {into[row, unit].item()}.",
        "Use float32 (float16 overflows in some models), or check the checkpoint.",
    )


@torch.inference_mode()
def word_embeddings(loaded: Loaded, words: Sequence[str]) -> np.ndarray:
    """Input embedding rows of each word's tokens as they appear inside text, averaged; (words, width)."""
    table = loaded.model.get_input_embeddings().weight
    ids = loaded.tokenizer(["the", *(f"the {word}" for word in words)], add_special_tokens=False)["input_ids"]
    before, rows = ids[0], ids[1:]
    kept = [row[len(before) :] if row[: len(before)] == before else row for row in rows]
    return np.stack([table[torch.tensor(row, device=table.device)].float().mean(0).cpu().numpy() for row in kept])

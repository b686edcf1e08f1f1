"""Responses: the outputs of every unit on a sentence, pooled over its tokens inside the hook."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from explorer.errors import ModelError, ResourceError
from explorer.extract.architectures import n_units
from explorer.extract.batching import Batch, batches, tokenize
from explorer.extract.checkpoints import Loaded
from explorer.records import Module, Pooling


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
    out: torch.Tensor | None = None,
    rows: np.ndarray | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[torch.Tensor, np.ndarray]:
    """Responses (sentences, units) and sentence embeddings (sentences, hidden), both float32.

    The embedding is the mean over tokens of the final hidden layer (after its norm). `out`, on any
    device, receives the responses when given, those of sentence i in row `rows[i]` (i when not
    given); `advance` hears how many sentences each batch did.
    A batch that does not fit in the memory of the device is cut in two, and so are later ones of
    its size. Raises ModelError naming model, module and sentence on a response that is not finite,
    ResourceError when a single sentence does not fit.
    """
    responses = torch.empty((len(texts), n_units(loaded.modules))) if out is None else out
    embeddings = np.empty((len(texts), loaded.model.config.get_text_config().hidden_size), np.float32)
    waiting = deque(batches(loaded, tokenize(loaded.tokenizer, texts, pooling), pooling))
    fitting = max((batch.ids.numel() for batch in waiting), default=0)
    while waiting:
        batch = waiting.popleft()
        done = _forward_batch(loaded, batch, pooling) if batch.ids.numel() <= fitting or len(batch.rows) == 1 else None
        if done is None:
            if len(batch.rows) == 1:
                raise ResourceError(
                    f"The sentence “{texts[batch.rows[0]]}” does not fit in the memory of the device.",
                    "Choose bfloat16 or a smaller checkpoint, or remove the sentence.",
                )
            fitting = min(fitting, batch.ids.numel() - 1)
            waiting.extendleft(reversed(batch.halves()))
            continue
        into, embedded = done
        if not bool(torch.isfinite(into).all()):
            raise _not_finite(loaded, texts, batch, into)
        into_rows = torch.from_numpy(batch.rows if rows is None else rows[batch.rows]).to(responses.device)
        responses.index_copy_(0, into_rows, into.to(responses.device))
        embeddings[batch.rows] = embedded
        advance(len(batch.rows))
    return responses, embeddings


def _forward_batch(loaded: Loaded, batch: Batch, pooling: Pooling) -> tuple[torch.Tensor, np.ndarray] | None:
    """Pooled responses and embeddings of a batch, or None when the device has no memory for it."""
    # With padding on the right, causal attention alone keeps pads from every token that is pooled;
    # ml-selfcond pools its pads too, so there they must see what they see there.
    mask = batch.attended.long() if pooling == "selfcond" else None
    try:
        into = torch.empty((len(batch.rows), n_units(loaded.modules)), device=loaded.model.device)
        with pooled_outputs(loaded.model, loaded.modules, Pool(batch.pooled, pooling), into):
            states = loaded.model.base_model(input_ids=batch.ids, attention_mask=mask, use_cache=False)
        real = batch.pooled if pooling != "selfcond" else batch.attended
        return into, mean_pool(states.last_hidden_state, real).cpu().numpy()
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        return None


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

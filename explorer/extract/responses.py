"""Responses: the outputs of every unit on sentences, pooled over their tokens."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch

from explorer.core.errors import InputError, ModelError, ResourceError
from explorer.core.records import Module
from explorer.core.request import Pooling
from explorer.extract.pooling import mean_over_tokens, pool_into
from explorer.models.architectures import n_units
from explorer.models.batching import Batch, batches, tokenize
from explorer.models.checkpoints import Loaded
from explorer.models.hooks import read_outputs
from explorer.models.word_tokens import word_ids

Done = TypeVar("Done")


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
    """Responses (sentences, units) and sentence embeddings (sentences,
    `loaded.embedding_width`), both float32.

    The embedding is the mean over tokens of the final hidden layer (after its norm).
    `out`, on any device, receives the responses when given, those of sentence i in row
    `rows[i]` (i when not given); `advance` hears how many sentences each batch did.
    A batch that does not fit in the memory of the device is cut in two, and so are
    later ones of its size. Raises InputError naming a sentence that the model cannot
    read, ModelError naming model, module and sentence on a response that is not finite,
    ResourceError when a single sentence does not fit.
    """
    responses = torch.empty((len(texts), n_units(loaded.modules))) if out is None else out
    embeddings = np.empty((len(texts), loaded.embedding_width), np.float32)

    def work(batch: Batch) -> tuple[bool, np.ndarray]:
        return _forward_batch(loaded, batch, pooling, responses, _places(batch, rows))

    for batch, (finite, means) in fitting_batches(loaded, texts, pooling, work):
        embeddings[batch.rows] = means
        if not finite:
            values = responses[torch.from_numpy(_places(batch, rows))]
            raise _not_finite(loaded, [texts[i] for i in batch.rows], values)
        advance(len(batch.rows))
    return responses, embeddings


def fitting_batches(
    loaded: Loaded, texts: Sequence[str], pooling: Pooling, work: Callable[[Batch], Done]
) -> Iterator[tuple[Batch, Done]]:
    """Do some work on every batch of the texts, the same batches for the same texts.

    A batch that does not fit in the memory of the device is cut in two, and so are
    later ones of its size. Raises InputError naming a text that the model cannot read,
    ResourceError when a single one does not fit.
    """
    waiting = deque(batches(loaded, tokenize(loaded, texts, pooling), pooling))
    fitting = max((batch.ids.numel() for batch in waiting), default=0)
    while waiting:
        batch = waiting.popleft()
        if batch.ids.numel() <= fitting or len(batch.rows) == 1:
            try:
                done = work(batch)
            except torch.OutOfMemoryError:
                torch.cuda.empty_cache()
            else:
                yield batch, done
                continue
        if len(batch.rows) == 1:
            raise ResourceError(
                f"The sentence “{texts[batch.rows[0]]}” does not fit in the memory of the device.",
                "Choose bfloat16 or a smaller checkpoint, or remove the sentence.",
            )
        fitting = min(fitting, batch.ids.numel() - 1)
        waiting.extendleft(reversed(batch.halves()))


def attention_mask(loaded: Loaded, batch: Batch, pooling: Pooling) -> torch.Tensor | None:
    """The mask that a batch is forwarded with."""
    # With padding on the right, causal attention alone keeps pads from every token that
    # is pooled, and no mask is faster; ml-selfcond pools its pads too, so there they
    # must see what they see there.
    masked = loaded.mask_pads or pooling == "selfcond"
    return batch.attended.long() if masked else None


def _places(batch: Batch, rows: np.ndarray | None) -> np.ndarray:
    return batch.rows if rows is None else rows[batch.rows]


def _forward_batch(
    loaded: Loaded, batch: Batch, pooling: Pooling, out: torch.Tensor, rows: np.ndarray
) -> tuple[bool, np.ndarray]:
    """Whether all responses are finite, and the embeddings."""
    shape = (batch.ids.shape[0], batch.ids.shape[1])
    pool = pool_into(batch, pooling, out, rows)

    def read(module: Module, output: torch.Tensor) -> None:
        pool(output, slice(module.offset, module.offset + module.width))

    with read_outputs(loaded.model, loaded.modules, shape, read):
        states = loaded.model.base_model(
            input_ids=batch.ids,
            attention_mask=attention_mask(loaded, batch, pooling),
            use_cache=False,
        )
    real = batch.pooled if pooling != "selfcond" else batch.attended
    return pool.finish(), mean_over_tokens(states.last_hidden_state, real).cpu().numpy()


def _not_finite(loaded: Loaded, texts: Sequence[str], values: torch.Tensor) -> ModelError:
    row, unit = (~torch.isfinite(values)).nonzero()[0].tolist()
    module = next(m for m in reversed(loaded.modules) if m.offset <= unit)
    return ModelError(
        f"{loaded.label}: the response of "
        f"{module.name}[{unit - module.offset}] to “{texts[row]}” is {values[row, unit].item()}.",
        "Use float32 (float16 overflows in some models), or check the checkpoint.",
    )


@torch.inference_mode()
def word_embeddings(loaded: Loaded, words: Sequence[str]) -> np.ndarray:
    """Input embedding rows of each word's tokens as they appear inside text, averaged;
    (words, width of the rows), which may differ from that of the blocks. Raises
    InputError naming a word without a token.
    """
    table = loaded.model.get_input_embeddings().weight
    rows = word_ids(loaded.tokenizer, words)
    for word, row in zip(words, rows, strict=True):
        if not row:
            raise InputError(
                f"{loaded.label}: its tokenizer has no token for “{word}”.",
                "Leave this concept out.",
            )
    return np.stack(
        [
            table[torch.tensor(row, device=table.device)].float().mean(0).cpu().numpy()
            for row in rows
        ]
    )

"""Responses of chosen units, pooled and token by token: what a claim about a unit rests
on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from explorer.core.records import Module
from explorer.core.request import Pooling
from explorer.extract.pooling import TorchPooling
from explorer.extract.responses import attention_mask, fitting_batches
from explorer.models.batching import Batch, tokenize
from explorer.models.checkpoints import Loaded
from explorer.models.hooks import read_outputs


@dataclass(frozen=True, eq=False)
class TokenResponses:
    """What some units answer to some sentences."""

    pooled: np.ndarray
    """(sentences, units) float32, pooled as a run of this pooling does."""
    tokens: list[np.ndarray]
    """Per sentence, (tokens, units) float32; special tokens are left out."""
    spans: list[np.ndarray]
    """Per sentence, (tokens, 2): where each token begins and ends in the text, in
    characters.
    """


@torch.inference_mode()
def token_responses(
    loaded: Loaded,
    texts: Sequence[str],
    units: np.ndarray,
    pooling: Pooling,
    advance: Callable[[int], None] = lambda _: None,
) -> TokenResponses:
    """Responses of `units` (ascending, numbered as in a run) on every token of some
    texts.

    Pooled responses equal those of an extraction that forwards the same texts at once:
    the same batches, the same order of operations. Raises as `forward`.
    """
    units = np.asarray(units, np.int64)
    pooled = np.empty((len(texts), len(units)), np.float32)
    tokens: list[np.ndarray] = [np.empty((0, len(units)), np.float32)] * len(texts)
    own = _columns(loaded.modules, units)

    def work(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        return _forward_batch(loaded, batch, own, len(units), pooling)

    for batch, (values, responses) in fitting_batches(loaded, texts, pooling, work):
        pooled[batch.rows] = responses.cpu().numpy()
        kept = (batch.pooled & batch.attended).cpu().numpy()
        every = values.cpu().numpy()
        for i, row in enumerate(batch.rows):
            tokens[row] = every[i, : kept.shape[1]][kept[i]]
        advance(len(batch.rows))
    return TokenResponses(pooled, tokens, _spans(loaded, texts, pooling))


def _columns(modules: Sequence[Module], units: np.ndarray) -> dict[str, tuple[torch.Tensor, slice]]:
    """Module → the columns of its output that are asked for, and their places among the
    units.
    """
    found = {}
    for module in modules:
        first, last = np.searchsorted(units, [module.offset, module.offset + module.width])
        if first < last:
            columns = torch.from_numpy(units[first:last] - module.offset)
            found[module.name] = (columns, slice(int(first), int(last)))
    return found


def _forward_batch(
    loaded: Loaded,
    batch: Batch,
    own: dict[str, tuple[torch.Tensor, slice]],
    n_units: int,
    pooling: Pooling,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(sentences, tokens, units) responses and (sentences, units) pooled ones."""
    shape = (batch.ids.shape[0], batch.ids.shape[1])
    values = torch.empty((*shape, n_units), device=batch.ids.device)
    pooled = torch.empty((shape[0], n_units), device=batch.ids.device)
    pool = TorchPooling(batch, pooling, pooled, np.arange(shape[0]))

    def read(module: Module, output: torch.Tensor) -> None:
        columns, places = own[module.name]
        columns = columns.to(output.device)
        chosen = output[:, :, columns]
        values[:, :, places] = chosen.to(values)
        # A mean of some columns is summed in another order than that of all.
        whole = pooling == "mean"
        means = pool.pooled(output)[:, columns] if whole else pool.pooled(chosen)
        pooled[:, places] = means.to(pooled)

    wanted = [module for module in loaded.modules if module.name in own]
    with read_outputs(loaded.model, wanted, shape, read):
        loaded.model.base_model(
            input_ids=batch.ids,
            attention_mask=attention_mask(loaded, batch, pooling),
            use_cache=False,
        )
    return values, pooled


def _spans(loaded: Loaded, texts: Sequence[str], pooling: Pooling) -> list[np.ndarray]:
    """Where the tokens that are not special begin and end in each text."""
    special = set(loaded.tokenizer.all_special_ids)
    found = []
    for text, ids in zip(texts, tokenize(loaded, texts, pooling), strict=True):
        kept = [token for token in ids if token not in special]
        places = _offsets(loaded, text, ids) if loaded.tokenizer.is_fast else None
        if places is None or len(places) != len(kept):
            places = _searched(loaded, text, kept)
        found.append(np.array(places, np.int32).reshape(-1, 2))
    return found


def _offsets(loaded: Loaded, text: str, ids: list[int]) -> list[tuple[int, int]]:
    special = set(loaded.tokenizer.all_special_ids)
    encoded = loaded.tokenizer(text, return_offsets_mapping=True)
    pairs = zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
    return [place for token, place in list(pairs)[: len(ids)] if token not in special]


def _searched(loaded: Loaded, text: str, ids: list[int]) -> list[tuple[int, int]]:
    """Each token's text, sought from where the last one ended; a part of a character
    has no length.
    """
    places, at = [], 0
    for token in ids:
        piece = loaded.tokenizer.decode([token]).strip()
        start = text.find(piece, at) if piece else -1
        end = start + len(piece) if start >= 0 else at
        places.append((start if start >= 0 else at, end))
        at = end
    return places

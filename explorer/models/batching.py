"""Batches: sentences sorted by length, padded on the right, at most a budget of tokens
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError, ModelError
from explorer.core.records import Sentence
from explorer.core.request import Pooling
from explorer.models.capabilities import ids_of, pad_id
from explorer.models.checkpoints import Loaded

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

    def halves(self) -> tuple[Batch, Batch]:
        """The batch cut in two, the longer sentences in the second."""
        middle = len(self.rows) // 2
        first, second = slice(None, middle), slice(middle, None)
        return (
            Batch(self.rows[first], self.ids[first], self.attended[first], self.pooled[first]),
            Batch(self.rows[second], self.ids[second], self.attended[second], self.pooled[second]),
        )


def tokenize(loaded: Loaded, texts: Sequence[str], pooling: Pooling) -> list[list[int]]:
    """Token ids of every text.

    Raises InputError naming a text without a token to pool, with one that the model
    does not have, or with more tokens than the model reads; ModelError when it reads
    fewer than the pooling pads to.
    """
    whole = pooling != "selfcond"
    if not whole and loaded.context is not None and loaded.context < SELFCOND_LENGTH:
        raise ModelError(
            f"The pooling selfcond pads every sentence to {SELFCOND_LENGTH} tokens, but "
            f"{loaded.label} reads {loaded.context:,} at most.",
            "Choose another pooling, such as max.",
        )
    cut: dict[str, Any] = {} if whole else {"truncation": True, "max_length": SELFCOND_LENGTH}
    encoded = ids_of(loaded.label, loaded.tokenizer, texts, **cut) if texts else []
    special = set(loaded.tokenizer.all_special_ids)
    longest = loaded.context if whole else None
    for text, ids in zip(texts, encoded, strict=True):
        if special.issuperset(ids):
            raise InputError(
                f"The sentence “{_start(text)}” has no token of its own.",
                "Remove it from the probe set.",
            )
        if max(ids) >= loaded.n_tokens:
            raise InputError(
                f"The sentence “{_start(text)}” has the token {max(ids)}, but {loaded.label} has "
                f"only {loaded.n_tokens:,}.",
                "Remove it from the probe set, or use the tokenizer the model was trained with.",
            )
        if longest is not None and len(ids) > longest:
            raise InputError(
                f"The sentence “{_start(text)}” has {len(ids):,} tokens, but {loaded.label} reads "
                f"{longest:,} at most.",
                "Remove it from the probe set, or shorten it.",
            )
    return encoded


def without_long(
    loaded: Loaded,
    sentences: Mapping[str, Sequence[Sentence]],
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Sentence]]:
    """The sentences of each concept that fit into what ml-selfcond pads to, which
    leaves out the others; how many those are is told.
    """
    short: dict[str, list[Sentence]] = {}
    for concept, rows in sentences.items():
        texts = [row.text for row in rows]
        lengths = map(len, ids_of(loaded.label, loaded.tokenizer, texts) if texts else ())
        short[concept] = [row for row, n in zip(rows, lengths, strict=True) if n <= SELFCOND_LENGTH]
    left_out = sum(len(rows) - len(short[concept]) for concept, rows in sentences.items())
    if left_out:
        tell(
            f"{left_out:,} of {sum(map(len, sentences.values())):,} sentences have more than "
            f"{SELFCOND_LENGTH} tokens and are left out, as in ml-selfcond."
        )
    return short


def _start(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def batches(
    loaded: Loaded, encoded: Sequence[list[int]], pooling: Pooling, budget: int | None = None
) -> Iterator[Batch]:
    """Length-sorted batches of at most `budget` tokens, the same for the same
    sentences.
    """
    device = loaded.model.device
    budget = budget or TOKENS_PER_BATCH.get(device.type, 1024)
    lengths = np.array([SELFCOND_LENGTH if pooling == "selfcond" else len(ids) for ids in encoded])
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and lengths[order[end]] * (end + 1 - start) <= budget:
            end += 1
        yield _pad(
            loaded.tokenizer,
            order[start:end],
            encoded,
            int(lengths[order[end - 1]]),
            pooling,
            device,
        )
        start = end


def _pad(
    tokenizer: Any,
    rows: np.ndarray,
    encoded: Sequence[list[int]],
    length: int,
    pooling: Pooling,
    device: torch.device,
) -> Batch:
    # On the right, where the check after loading found that no pad reaches a token
    # before it.
    ids = torch.full((len(rows), length), pad_id(tokenizer))
    attended = torch.zeros((len(rows), length), dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(encoded[row])] = torch.tensor(encoded[row])
        attended[i, : len(encoded[row])] = True
    if pooling == "selfcond":
        pooled = torch.ones_like(attended)
    else:
        pooled = attended & ~torch.isin(ids, torch.tensor(tokenizer.all_special_ids))
    return Batch(rows, ids.to(device), attended.to(device), pooled.to(device))

"""The tokens of words as they appear inside text, by the tokenizer of a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import folders, hub
from explorer.models.what_is import has_tokenizer


def word_ids(tokenizer: Any, words: Sequence[str]) -> list[list[int]]:
    """The ids of each word after another word, without those of that one; empty for a
    word without a token.
    """
    texts = ["the", *(f"the {word}" for word in words)]
    before, *inside = tokenizer(texts, add_special_tokens=False)["input_ids"]
    return [row[len(before) :] if row[: len(before)] == before else row for row in inside]


def tokens_of(checkpoint: Checkpoint, words: Sequence[str]) -> dict[str, list[int]]:
    """Word → its tokens. Asks no network, and loads no weights.

    Raises ModelError where the tokenizer of the checkpoint is not on this machine or
    cannot be read.
    """
    from transformers import AutoTokenizer

    folder = folders.folder_of(checkpoint)
    if folder is None and hub.is_cached(checkpoint):
        folder = hub.snapshot_of(checkpoint)
    if folder is None or not has_tokenizer(folder):
        raise ModelError(
            f"The tokenizer of {checkpoint.label} is not on this machine.",
            "Load the model here once, by any extraction, or put its folder back.",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False)
        ids = word_ids(tokenizer, words)
    except Exception as error:
        raise ModelError(
            f"The tokenizer in {folder} cannot be read ({type(error).__name__}).",
            "Get its files again from where the model comes from.",
        ) from error
    return dict(zip(words, ids, strict=True))

"""Whether the tokenizer in a GGUF file can be had as it was meant."""

from __future__ import annotations

from explorer.core.errors import ModelError
from explorer.models.gguf.checks import ORIGINAL
from explorer.models.gguf.header import Header

KINDS = ("gpt2", "llama")
"""Byte-level BPE, and pieces of SentencePiece."""
LIKE_GPT2 = ("gpt-2", "smollm", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling")
"""Names of splits of text that are GPT-2's, or give the same pieces for a vocabulary
that holds no longer number than a digit.
"""
LIKE_OTHERS = (
    *("llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "dbrx", "smaug-bpe", "tekken"),
    *("qwen2", "deepseek-r1-qwen", "megrez", "gpt-4o"),
)
"""Names that transformers splits by their own rule."""
_EVERY = ("bos", "eos", "unknown", "padding")


def check_tokenizer(header: Header, architecture: str) -> None:
    """Raise ModelError for a file without a tokenizer, or with one that would cut text
    in other places than its model was trained on.
    """
    fields, lengths, path = header.fields, header.lengths, header.path
    kind, n_tokens = fields.get("tokenizer.ggml.model"), lengths.get("tokenizer.ggml.tokens", 0)
    if kind in (None, "none", "no_vocab") or not n_tokens:
        raise ModelError(
            f"{path} comes without a tokenizer.",
            "Give a GGUF with its vocabulary, or the checkpoint that it was made from.",
        )
    if kind not in KINDS:
        raise _other(header, f"is of the kind “{str(kind)[:40]}”, expected {' or '.join(KINDS)}")
    needed = ("merges",) if kind == "gpt2" else ("scores", "merges")
    if not any(lengths.get(f"tokenizer.ggml.{name}") for name in needed):
        raise _other(header, f"has no {' or '.join(needed)}")
    split = fields.get("tokenizer.ggml.pre", "gpt-2" if architecture == "gpt2" else "default")
    if kind == "gpt2" and split not in (*LIKE_GPT2, *LIKE_OTHERS):
        raise _other(
            header, f"splits text by the rule “{str(split)[:40]}”, which is not known here"
        )
    for name in _EVERY:
        token = fields.get(f"tokenizer.ggml.{name}_token_id")
        if token is not None and not (isinstance(token, int) and 0 <= token < n_tokens):
            raise _other(header, f"has {n_tokens:,} tokens and names number {str(token)[:20]}")


def _other(header: Header, how: str) -> ModelError:
    return ModelError(
        f"{header.path}: its tokenizer {how}.",
        ORIGINAL,
    )

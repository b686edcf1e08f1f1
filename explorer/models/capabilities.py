"""What a model in hand can do, found by passing a few tokens through it after
loading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from explorer.core.errors import ModelError
from explorer.core.records import Module
from explorer.models.hooks import read_outputs

SHORT = "The cat sat on the mat."
OTHER = "Her red car stopped near an old church, where 23 people sang!"
ROUNDING = 0.25
"""Share of the square root of a dtype's precision, relative to the largest output, by
which the same computation may differ: 9e-5 in float32, 0.02 in bfloat16.
"""

Outputs = tuple[dict[str, torch.Tensor], int]


@dataclass(frozen=True)
class Capabilities:
    """How a model is to be run, and what it takes and gives."""

    n_tokens: int
    """How many tokens it has an input embedding of."""
    embedding_width: int
    """Width of the final hidden layer, which is not always that of the blocks."""
    mask_pads: bool
    """Whether pads reach the tokens before them unless they are masked."""


@torch.inference_mode()
def check_model(
    label: str,
    model: Any,
    tokenizer: Any,
    modules: Sequence[Module],
    context: int | None = None,
) -> Capabilities:
    """Run a sentence followed by pads, and by other tokens in their place.

    With padding on the right, what follows a sentence must not move its responses:
    causal attention sees to that by itself, other attention when pads are masked. Two
    passes of one shape round alike, so the comparison holds for every dtype. context:
    how many tokens the model reads. Raises ModelError when the tokenizer does not fit
    the model, a module gives no output, an output is not finite, or pads move a
    response even when masked.
    """
    own, others = (_own_ids(label, tokenizer, text) for text in (SHORT, OTHER))
    pads = [pad_id(tokenizer)] * len(others)
    n_tokens = int(model.get_input_embeddings().weight.shape[0])
    _check_tokens(label, n_tokens, tokenizer, [*own, *others, *pads])
    own = own[: (context or 2 * len(own)) // 2 or 1]
    padded, beside = (
        torch.tensor([(own + tail)[:context]], device=model.device) for tail in (pads, others)
    )
    own_tokens = ~torch.isin(torch.tensor(own), torch.tensor(tokenizer.all_special_ids))

    def outputs(ids: torch.Tensor, mask: torch.Tensor | None = None) -> Outputs:
        return _outputs(model, modules, ids, mask, own_tokens.nonzero()[:, 0])

    plain, width = outputs(padded)
    _check_outputs(label, modules, plain)
    if _moved(plain, outputs(beside)[0]) is None:
        return Capabilities(n_tokens, width, mask_pads=False)
    mask = torch.ones_like(padded)
    mask[:, len(own) :] = 0
    moved = _moved(outputs(padded, mask)[0], outputs(beside, mask)[0])
    if moved is not None:
        raise ModelError(
            f"{label}: what follows a sentence moves the outputs of {moved} to it, even where it "
            "is masked as padding.",
            "Its responses would depend on the other sentences of a batch: use a model with "
            "causal attention.",
        )
    return Capabilities(n_tokens, width, mask_pads=True)


def pad_id(tokenizer: Any) -> int:
    """The token that fills the places after a sentence."""
    # Any will do: no response depends on it.
    return tokenizer.eos_token_id if tokenizer.eos_token_id is not None else 0


def ids_of(label: str, tokenizer: Any, texts: Sequence[str], **options: Any) -> list[list[int]]:
    """Token ids of each text. Raises ModelError where the tokenizer itself fails."""
    try:
        ids: list[list[int]] = tokenizer(list(texts), **options)["input_ids"]
    # What its compiled part gives up on, such as a pattern that takes for ever, is no
    # Exception.
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise ModelError(
            f"{label}: its tokenizer fails on a plain sentence: {str(error)[:200].rstrip('.')}.",
            "Get tokenizer.json and tokenizer_config.json again from where the model comes from.",
        ) from error
    return ids


def _own_ids(label: str, tokenizer: Any, text: str) -> list[int]:
    ids = ids_of(label, tokenizer, [text])[0]
    if set(tokenizer.all_special_ids).issuperset(ids):
        raise no_tokenizer(label)
    return ids


def _check_tokens(label: str, rows: int, tokenizer: Any, ids: Sequence[int]) -> None:
    """Whether the model has an embedding of every token that a text may give."""
    beyond: set[int] = set()
    if len(tokenizer) > rows:
        # A special token that no text gives, such as a pad that was added, is no fault.
        beyond = {i for i in tokenizer.get_vocab().values() if i >= rows}
        beyond -= set(tokenizer.all_special_ids)
    if beyond or max(ids) >= rows:
        raise ModelError(
            f"{label}: its tokenizer has {len(tokenizer):,} tokens, its input embedding only "
            f"{rows:,} rows.",
            "Use the tokenizer it was trained with, or resize the embedding "
            "(`resize_token_embeddings`) and train the new rows.",
        )


def no_tokenizer(label: str) -> ModelError:
    """The error for a checkpoint whose tokenizer knows no words."""
    return ModelError(
        f"{label} comes without a tokenizer: expected tokenizer.json, tokenizer.model, or "
        "vocab.json with merges.txt beside its weights.",
        "Copy the tokenizer files of the model it was trained from there.",
    )


def _outputs(
    model: Any,
    modules: Sequence[Module],
    ids: torch.Tensor,
    mask: torch.Tensor | None,
    tokens: torch.Tensor,
) -> Outputs:
    """Outputs (tokens, width) of each module at some tokens of one sentence, and the
    width of the final layer.
    """
    outputs: dict[str, torch.Tensor] = {}

    def read(module: Module, output: torch.Tensor) -> None:
        outputs[module.name] = output[0, tokens.to(output.device)]

    with read_outputs(model, modules, (1, ids.shape[1]), read):
        states = model.base_model(input_ids=ids, attention_mask=mask, use_cache=False)
    return outputs, states.last_hidden_state.shape[-1]


def _check_outputs(label: str, modules: Sequence[Module], outputs: dict[str, torch.Tensor]) -> None:
    for module in modules:
        if module.name not in outputs:
            raise ModelError(
                f"{label}: {module.name} gave no output in a forward pass.",
                "Correct the row of its model_type in explorer/models/architectures.py.",
            )
        if not bool(torch.isfinite(outputs[module.name]).all()):
            raise ModelError(
                f"{label}: the outputs of {module.name} to “{SHORT}” are not all finite numbers.",
                "Use float32 (float16 overflows in some models), or check the checkpoint.",
            )


def _moved(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> str | None:
    """The first module whose outputs differ by more than rounding."""
    for name, output in first.items():
        largest, difference = output.float().abs().max(), (output - second[name]).abs().max()
        if bool(difference > ROUNDING * torch.finfo(output.dtype).eps ** 0.5 * largest):
            return name
    return None

"""Sampling many continuations of prompts from a model that is loaded here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from explorer.generate.shared_prompts import SharedDecoding, can_share_prompts

_END = "\n.!?。！？"
Samples = list[list[list[int]]]
"""Token ids by prompt and sample, the token that stopped a sample included."""


def stop_tokens(tokenizer: Any, vocabulary: int) -> torch.Tensor:
    """Mask over the vocabulary, shape (vocabulary,): tokens that end a sentence."""
    texts = tokenizer.batch_decode([[i] for i in range(len(tokenizer))])
    mask = torch.zeros(vocabulary, dtype=torch.bool)
    for i, text in enumerate(texts):
        mask[i] = any(end in text for end in _END)
    mask[[i for i in tokenizer.all_special_ids if i < vocabulary]] = True
    return mask


@torch.inference_mode()
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    stops: torch.Tensor,
    *,
    n: int,
    seed: int,
    max_tokens: int = 36,
    temperature: float = 1.0,
    min_p: float = 0.04,
) -> Samples:
    """`n` continuations of each prompt, each to its first stop token or `max_tokens`.

    Tokens less likely than `min_p` times the likeliest are never drawn (Nguyen et al.
    2024, arXiv 2407.01082, section 3). The same seed gives the same samples.
    """
    draws = _Draws(stops, n, seed, max_tokens, temperature, min_p)
    if can_share_prompts(model.config):
        return _sample_sharing(model, prompts, draws)
    return _sample_with_transformers(model, prompts, draws)


@dataclass(frozen=True)
class _Draws:
    """What `sample` is asked for, beside model and prompts."""

    stops: torch.Tensor
    n: int
    seed: int
    max_tokens: int
    temperature: float
    min_p: float


def _sample_sharing(model: Any, prompts: Sequence[Sequence[int]], draws: _Draws) -> Samples:
    """All samples of all prompts as one batch, which a finished sample leaves."""
    n, max_tokens = draws.n, draws.max_tokens
    generator = torch.Generator().manual_seed(draws.seed)
    decoding = SharedDecoding(model, prompts, n)
    alive = torch.arange(len(prompts) * n)
    written = torch.full((len(alive), max_tokens), -1)
    with decoding.attending():
        for place in range(max_tokens):
            chosen = _draw(decoding.scores, generator, draws.temperature, draws.min_p)
            written[alive, place] = chosen
            going_on = (~draws.stops[chosen]).nonzero()[:, 0]
            if place + 1 == max_tokens or not len(going_on):
                break
            alive = alive[going_on]
            decoding.write(chosen, going_on)
    rows = [row[row >= 0].tolist() for row in written]
    return [rows[i * n : (i + 1) * n] for i in range(len(prompts))]


def _sample_with_transformers(
    model: Any, prompts: Sequence[Sequence[int]], draws: _Draws
) -> Samples:
    """The same by the library's own decoding, for attention of any kind."""
    samples = []
    with torch.random.fork_rng(), _no_settings_of_its_own(model):
        torch.manual_seed(draws.seed)
        for ids in prompts:
            tokens = torch.tensor([list(ids)], device=model.device).expand(draws.n, -1)
            grown = model.generate(
                tokens,
                attention_mask=torch.ones_like(tokens),
                do_sample=True,
                temperature=draws.temperature,
                min_p=draws.min_p,
                top_k=0,
                top_p=1.0,
                max_new_tokens=draws.max_tokens,
                pad_token_id=0,
                eos_token_id=None,
                stopping_criteria=StoppingCriteriaList([_AtStop(draws.stops)]),
            )
            samples.append([_cut(row, draws.stops) for row in grown[:, len(ids) :].tolist()])
    return samples


@contextlib.contextmanager
def _no_settings_of_its_own(model: Any) -> Iterator[None]:
    """What a model's own file of settings says, such as beams or tokens to suppress,
    would change what is drawn, and `generate` fills in whatever it is not told.
    """
    own, model.generation_config = model.generation_config, GenerationConfig()
    try:
        yield
    finally:
        model.generation_config = own


class _AtStop(StoppingCriteria):
    """Ends each sample at its first stop token."""

    def __init__(self, stops: torch.Tensor) -> None:
        self._stops = stops

    def __call__(self, ids: torch.Tensor, scores: object, **_: object) -> torch.Tensor:  # noqa: ARG002
        return self._stops.to(ids.device)[ids[:, -1]]


def _cut(row: list[int], stops: torch.Tensor) -> list[int]:
    for place, token in enumerate(row):
        if stops[token]:
            return row[: place + 1]
    return row


def _draw(
    scores: torch.Tensor, generator: torch.Generator, temperature: float, min_p: float
) -> torch.Tensor:
    likely = (scores.float() / temperature).softmax(-1)
    likely = likely.masked_fill(likely < min_p * likely.amax(-1, keepdim=True), 0).cumsum(-1)
    point = torch.rand(len(likely), 1, generator=generator).to(likely.device) * likely[:, -1:]
    chosen = torch.searchsorted(likely, point, right=True)[:, 0]
    return chosen.clamp_(max=likely.shape[1] - 1).cpu()

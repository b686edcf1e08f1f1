"""Sampling many continuations of one prompt, whose keys and values are computed and
stored once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

_END = "\n.!?。！？"


@dataclass
class _Prompts:
    """Keys and values of several prompts, each stored once, and how many live samples
    each has.
    """

    layers: list[
        list[tuple[torch.Tensor, torch.Tensor]]
    ]  # [prompt][layer] of (groups, tokens, width)
    live: list[int]

    @property
    def longest(self) -> int:
        return max(prompt[0][0].shape[1] for prompt in self.layers)


@contextmanager
def _shared_prompts(model: Any, prompts: _Prompts) -> Iterator[None]:
    """Attend to one stored copy of each prompt beside every sample's own tokens.

    A cache repeated for every sample spends most of a decoding step on copying the
    prompt.
    """

    def attend(
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        *_: Any,
        **options: Any,
    ) -> tuple[torch.Tensor, None]:
        samples, heads, _one, width = query.shape
        groups, longest = key.shape[1], prompts.longest
        scale = options.get("scaling") or width**-0.5
        asked = query.view(samples, groups, heads // groups, width) * scale
        to_prompt = asked.new_full((samples, groups, heads // groups, longest), -torch.inf)
        for rows, (shared_key, _value) in _rows(prompts, module.layer_idx):
            by_group = asked[rows].transpose(0, 1).flatten(1, 2)
            score = (by_group @ shared_key.mT).unflatten(1, (-1, heads // groups))
            to_prompt[rows, ..., : shared_key.shape[1]] = score.transpose(0, 1)
        weights = torch.cat([to_prompt, asked @ key.mT], dim=-1).float().softmax(-1).to(value.dtype)
        on_prompt, on_own = weights.split([longest, key.shape[2]], dim=-1)
        out = on_own @ value
        for rows, (_key, shared_value) in _rows(prompts, module.layer_idx):
            by_group = on_prompt[rows, ..., : shared_value.shape[1]].transpose(0, 1).flatten(1, 2)
            out[rows] += (
                (by_group @ shared_value).unflatten(1, (-1, heads // groups)).transpose(0, 1)
            )
        return out.reshape(samples, 1, heads, width), None

    before = model.config._attn_implementation
    ALL_ATTENTION_FUNCTIONS.register("shared_prompts", attend)
    model.set_attn_implementation("shared_prompts")
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def _rows(
    prompts: _Prompts, layer: int
) -> Iterator[tuple[slice, tuple[torch.Tensor, torch.Tensor]]]:
    start = 0
    for live, prompt in zip(prompts.live, prompts.layers, strict=True):
        if live:
            yield slice(start, start + live), prompt[layer]
        start += live


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
    prompts: list[list[int]],
    stops: torch.Tensor,
    *,
    n: int,
    seed: int,
    max_tokens: int = 36,
    temperature: float = 1.0,
    min_p: float = 0.04,
) -> list[list[list[int]]]:
    """Sample `n` continuations of each prompt; returns token ids [prompt][sample], stop
    included.

    Tokens less likely than `min_p` times the likeliest are never drawn (Nguyen et al.
    2024, arXiv 2407.01082, section 3). A finished sample leaves the batch.
    """
    draw = torch.Generator().manual_seed(seed)
    layers, first = [], []
    for ids in prompts:
        cache: Any = DynamicCache(config=model.config)
        read = model(
            torch.tensor([ids], device=model.device), past_key_values=cache, logits_to_keep=1
        )
        layers.append([(layer.keys[0], layer.values[0]) for layer in cache.layers])
        first.append(read.logits[:, -1].expand(n, -1))
    owner = torch.arange(len(prompts)).repeat_interleave(n)
    lengths = torch.tensor([len(ids) for ids in prompts])
    shared = _Prompts(layers, [n] * len(prompts))
    own = DynamicCache(config=model.config)
    alive = torch.arange(len(owner))
    written = torch.full((len(owner), max_tokens), -1)
    logits = torch.cat(first)
    with _shared_prompts(model, shared):
        for step in range(max_tokens):
            chosen = _draw(logits, draw, temperature, min_p)
            written[alive, step] = chosen
            keep = (~stops[chosen]).nonzero()[:, 0]
            if step + 1 == max_tokens or not len(keep):
                break
            if len(keep) < len(alive):
                alive, chosen = alive[keep], chosen[keep]
                shared.live = torch.bincount(owner[alive], minlength=len(prompts)).tolist()
                if step:
                    # On the CPU: the layers of a model spread over several GPUs take
                    # their indices from there alike.
                    own.batch_select_indices(keep)
            place = (lengths[owner[alive]] + step)[:, None].to(model.device)
            step_ids = chosen[:, None].to(model.device)
            logits = model(step_ids, past_key_values=own, position_ids=place).logits[:, -1]
    rows = [row[row >= 0].tolist() for row in written]
    return [rows[i * n : (i + 1) * n] for i in range(len(prompts))]


def _draw(
    logits: torch.Tensor, draw: torch.Generator, temperature: float, min_p: float
) -> torch.Tensor:
    likely = (logits.float() / temperature).softmax(-1)
    likely = likely.masked_fill(likely < min_p * likely.amax(-1, keepdim=True), 0).cumsum(-1)
    point = torch.rand(len(likely), 1, generator=draw).to(likely.device) * likely[:, -1:]
    chosen = torch.searchsorted(likely, point, right=True)[:, 0]
    return chosen.clamp_(max=likely.shape[1] - 1).cpu()

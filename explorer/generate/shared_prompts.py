"""Many continuations of one prompt, whose keys and values are computed and stored once.

A cache repeated for every sample spends most of a decoding step on copying the prompt.
Here every sample attends to one stored copy of its prompt beside its own tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

CHECKED = frozenset({"gpt2", "gpt_neox", "llama", "qwen2", "qwen3"})
"""Values of `model_type` whose sampled tokens were compared with
`transformers.generate`, in tests/generate/test_sampler.py. Attention of another kind
(soft-capped, over a window, with biases by distance) is not what `_attend` computes.
"""
_OTHER_ATTENTION = ("attn_logit_softcapping", "attention_chunk_size", "alibi")


def can_share_prompts(config: Any) -> bool:
    """Whether a model attends as `_attend` does: plainly, to every token before."""
    if config.model_type not in CHECKED:
        return False
    if any(getattr(config, name, None) for name in _OTHER_ATTENTION):
        return False
    window = getattr(config, "sliding_window", None)
    if window and getattr(config, "use_sliding_window", True):
        return False
    kinds = getattr(config, "layer_types", None) or ()
    return all(kind == "full_attention" for kind in kinds)


@dataclass
class _Prompts:
    """Keys and values of several prompts, and how many samples each still has."""

    layers: list[list[tuple[torch.Tensor, torch.Tensor]]]
    """[prompt][layer], tensors of (groups, tokens, width)."""
    live: list[int]

    @property
    def longest(self) -> int:
        """Tokens of the longest prompt."""
        return max(prompt[0][0].shape[1] for prompt in self.layers)

    def of_layer(self, layer: int) -> Iterator[tuple[slice, tuple[torch.Tensor, torch.Tensor]]]:
        """The rows of the batch that belong to a prompt, and its keys and values."""
        start = 0
        for live, prompt in zip(self.live, self.layers, strict=True):
            if live:
                yield slice(start, start + live), prompt[layer]
            start += live


class SharedDecoding:
    """The next-token scores of `n` samples of each prompt, as samples grow and end."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]], n: int) -> None:
        """Read each prompt once."""
        self._model, self._own = model, DynamicCache(config=model.config)
        layers, scores = [], []
        for ids in prompts:
            cache: Any = DynamicCache(config=model.config)
            tokens = torch.tensor([list(ids)], device=model.device)
            read = model(tokens, past_key_values=cache, logits_to_keep=1)
            layers.append([(layer.keys[0], layer.values[0]) for layer in cache.layers])
            scores.append(read.logits[:, -1].expand(n, -1))
        self.scores = torch.cat(scores)
        """(samples, vocabulary) of the next token; samples of a prompt stand together.
        """
        self._prompts = _Prompts(layers, [n] * len(layers))
        self._owner = torch.arange(len(layers)).repeat_interleave(n)
        self._lengths = torch.tensor([len(ids) for ids in prompts])
        self._written = 0

    def write(self, chosen: torch.Tensor, going_on: torch.Tensor) -> None:
        """Append a token to every sample and leave out those that do not go on.

        chosen: (samples,) token ids; going_on: positions among the samples so far.
        """
        if len(going_on) < len(self._owner):
            self._owner, chosen = self._owner[going_on], chosen[going_on]
            n_prompts = len(self._prompts.live)
            self._prompts.live = torch.bincount(self._owner, minlength=n_prompts).tolist()
            if self._written:
                # On the CPU: the layers of a model spread over several GPUs take their
                # indices from there alike.
                self._own.batch_select_indices(going_on)
        device = self._model.device
        places = (self._lengths[self._owner] + self._written)[:, None].to(device)
        read = self._model(
            chosen[:, None].to(device), past_key_values=self._own, position_ids=places
        )
        self.scores = read.logits[:, -1]
        self._written += 1

    @contextmanager
    def attending(self) -> Iterator[None]:
        """Let the model attend to the stored prompts; as it was before afterwards."""
        before = self._model.config._attn_implementation
        ALL_ATTENTION_FUNCTIONS.register("shared_prompts", self._attend)
        self._model.set_attn_implementation("shared_prompts")
        try:
            yield
        finally:
            self._model.set_attn_implementation(before)

    def _attend(
        self,
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        *_: Any,
        **options: Any,
    ) -> tuple[torch.Tensor, None]:
        samples, heads, _new, width = query.shape
        groups, longest = key.shape[1], self._prompts.longest
        by_heads = (samples, groups, heads // groups)
        scaled = query.view(*by_heads, width) * (options.get("scaling") or width**-0.5)
        to_prompt = scaled.new_full((*by_heads, longest), -torch.inf)
        for rows, (prompt_key, _value) in self._prompts.of_layer(module.layer_idx):
            scores = scaled[rows].transpose(0, 1).flatten(1, 2) @ prompt_key.mT
            scores = scores.unflatten(1, (-1, heads // groups)).transpose(0, 1)
            to_prompt[rows, ..., : prompt_key.shape[1]] = scores
        weights = torch.cat([to_prompt, scaled @ key.mT], dim=-1).float().softmax(-1)
        on_prompt, on_own = weights.to(value.dtype).split([longest, key.shape[2]], dim=-1)
        out = on_own @ value
        for rows, (_key, prompt_value) in self._prompts.of_layer(module.layer_idx):
            of_prompt = on_prompt[rows, ..., : prompt_value.shape[1]].transpose(0, 1).flatten(1, 2)
            read = (of_prompt @ prompt_value).unflatten(1, (-1, heads // groups))
            out[rows] += read.transpose(0, 1)
        return out.reshape(samples, 1, heads, width), None

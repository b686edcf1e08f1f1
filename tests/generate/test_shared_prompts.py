"""Prompts are shared only where that is what the model itself computes; any other model
is sampled by transformers, with the same probabilities.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from transformers import AutoConfig, AutoModelForCausalLM

from explorer.core.checkpoint import Checkpoint
from explorer.generate import shared_prompts
from explorer.generate.sampler import sample
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny

PROMPTS = ["The cat sat", "A dog ran across the green"]
OTHER_ATTENTION: list[tuple[str, dict[str, object]]] = [
    ("bloom", {}),
    ("gemma2", {"attn_logit_softcapping": 1.0}),
    ("mistral", {"sliding_window": 4}),
]
"""Families, and what makes their attention of another kind on a short prompt."""


@pytest.mark.parametrize("family", sorted(tiny.FAMILIES))
def test_every_family_decodes_as_transformers_does(family: str, tmp_path: Path) -> None:
    """Greedy decoding token by token, of prompts of unlike length side by side."""
    loaded = load_checkpoint(Checkpoint(str(tiny.checkpoint(tmp_path, family))))
    prompts = [loaded.tokenizer(text)["input_ids"] for text in PROMPTS]
    never = torch.zeros(loaded.model.config.vocab_size, dtype=torch.bool)
    drawn = sample(loaded.model, prompts, never, n=2, seed=0, max_tokens=12, min_p=1.0)
    for ids, rows in zip(prompts, drawn, strict=True):
        tokens = torch.tensor([ids])
        with torch.no_grad():
            grown = loaded.model.generate(
                tokens,
                attention_mask=torch.ones_like(tokens),
                do_sample=False,
                max_new_tokens=12,
                pad_token_id=0,
                eos_token_id=None,
            )
        assert rows == [grown[0, len(ids) :].tolist()] * 2


def random_model(family: str, **changes: object) -> Any:
    """A tiny model whose attention is far from uniform, so that a wrong one shows."""
    options = {**tiny.COMMON, **tiny.FAMILIES[family], **changes}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(family, **options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape))
    return model


def error_along_forced_tokens(model: Any) -> float:
    """Largest difference of a log-probability from that of the whole text at once."""
    texts = [[5, 9, 33, 77, 120, 45, 200, 8], [5, 9, 33, 77, 120, 45, 200, 8], [7, 8, 9], [7, 8, 9]]
    generator, worst = torch.Generator().manual_seed(1), 0.0
    with torch.inference_mode():
        decoding = shared_prompts.SharedDecoding(model, texts[::2], 2)
        for _ in range(8):
            forced = torch.randint(1, 300, (4,), generator=generator)
            texts = [[*text, int(token)] for text, token in zip(texts, forced, strict=True)]
            with decoding.attending():
                decoding.write(forced, torch.arange(4))
            whole = torch.stack([model(torch.tensor([text])).logits[0, -1] for text in texts])
            error = (decoding.scores.log_softmax(-1) - whole.log_softmax(-1)).abs().max()
            worst = max(worst, float(error))
    return worst


@pytest.mark.parametrize("family", sorted(shared_prompts.CHECKED))
def test_shared_prompts_score_forced_tokens_as_the_whole_text(family: str) -> None:
    assert error_along_forced_tokens(random_model(family)) < 1e-4


def test_shared_prompts_keep_the_scales_of_gpt2() -> None:
    changes = {"scale_attn_by_inverse_layer_idx": True, "scale_attn_weights": False}
    assert error_along_forced_tokens(random_model("gpt2", **changes)) < 1e-4


@pytest.mark.parametrize(("family", "changes"), OTHER_ATTENTION)
def test_forced_tokens_tell_attention_of_another_kind(
    family: str, changes: dict[str, object]
) -> None:
    """What the test above would say if such a family were let in."""
    assert error_along_forced_tokens(random_model(family, **changes)) > 1e-2


@pytest.mark.parametrize(
    ("family", "changes"),
    [*((name, {}) for name in sorted(shared_prompts.CHECKED)), *OTHER_ATTENTION],
)
def test_first_tokens_are_drawn_as_often_as_the_model_says(
    family: str, changes: dict[str, object]
) -> None:
    """Chi-square of 4,000 first tokens with the probabilities that min_p leaves; the
    settings that a model brings for its own use change nothing.
    """
    model, ids = random_model(family, **changes), [5, 9, 33, 77, 120, 45, 200, 8]
    model.generation_config.update(repetition_penalty=3.0, suppress_tokens=list(range(150)))
    model.generation_config.num_return_sequences = 2
    before = model.generation_config.to_dict()
    with torch.no_grad():
        likely = model(torch.tensor([ids])).logits[0, -1].double().softmax(-1)
    likely[likely < 0.02 * likely.max()] = 0.0
    expected = (likely / likely.sum()).numpy()
    never = torch.zeros(model.config.vocab_size, dtype=torch.bool)
    drawn = sample(model, [ids], never, n=4000, seed=5, max_tokens=1, min_p=0.02)
    counts = np.bincount([row[0] for row in drawn[0]], minlength=len(expected))
    possible = expected > 0
    assert possible.sum() > 2
    assert (len(drawn[0]), counts[~possible].sum()) == (4000, 0)
    assert stats.chisquare(counts[possible], 4000 * expected[possible]).pvalue > 1e-4
    assert model.generation_config.to_dict() == before


@pytest.mark.parametrize(
    ("family", "change"),
    [
        ("mistral", {}),
        ("gemma2", {}),
        ("gemma3_text", {}),
        ("bloom", {}),
        ("gptj", {}),
        ("qwen2", {"use_sliding_window": True, "sliding_window": 4}),
        ("llama", {"attn_logit_softcapping": 30.0}),
        ("llama", {"layer_types": ["full_attention", "sliding_attention"]}),
    ],
)
def test_attention_of_another_kind_is_left_to_transformers(
    family: str, change: dict[str, object], tmp_path: Path
) -> None:
    config = load_checkpoint(Checkpoint(str(tiny.checkpoint(tmp_path, family)))).model.config
    for name, value in change.items():
        setattr(config, name, value)
    assert not shared_prompts.can_share_prompts(config)

"""Generate a probe set: sentences of each concept, sampled from a chat or base
model.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import Dtype
from explorer.generate.partial import (
    Partial,
    Progress,
    Row,
    Tell,
    begun,
    by_turns,
    check_stopped,
    finish,
    there_already,
)
from explorer.generate.prompts import load_prompts
from explorer.generate.rendering import asked_of, render
from explorer.generate.sampler import sample, stop_tokens
from explorer.models import builtin
from explorer.models.checkpoints import load_checkpoint
from explorer.probes import probe_set
from explorer.probes.cleaning import accept, fingerprint

GPU_MODEL = "mistralai/Mistral-7B-Instruct-v0.2"
BATCH, MAX_ROUNDS = 432, 6
SELDOM = 0.45
"""Share of usable samples under which a concept's remaining sentences are given their
opening.
"""


def default_model(tell: Tell = lambda _: None) -> str:
    """The model that writes when none is named: one that needs a GPU where there is
    one, else the built-in one.
    """
    if torch.cuda.is_available():
        tell(f"Writing with {GPU_MODEL}: this machine has a GPU. Another: --model.")
        return GPU_MODEL
    tell("Writing with the built-in model: this machine has no CUDA GPU. Another: --model.")
    return builtin.NAME


def generate_concept(
    model: Any,
    tokenizer: Any,
    stops: Any,
    prompts: dict[str, Any],
    concept: str,
    *,
    target: int,
    seed: int,
    before: Sequence[Row] = (),
    asked: Mapping[str, str] | None = None,
) -> list[Row]:
    """New distinct sentences of one concept, as rows of text and prompt name; `target`
    of them counting `before`. asked: the concept's of `asked_of`, where it was called
    for several.

    The templates take turns in the result, so that its head is as varied as the whole.
    Fewer when the model cannot write enough of them in MAX_ROUNDS.
    """
    asked = asked or asked_of(tokenizer, prompts, [concept])[concept]
    rendered, opened = (
        render(tokenizer, prompts, concept, asked, openings=opened) for opened in (False, True)
    )
    each = BATCH // len(rendered)
    seen = {fingerprint(row["text"]) for row in before}
    needed = target - len(before)
    kept: list[Row] = []
    for attempt in range(MAX_ROUNDS):
        # What is there already was drawn from the first seeds.
        turn = f"{len(before)}+{attempt}" if before else str(attempt)
        digest = hashlib.sha256(f"{seed}|{concept}|{turn}".encode()).digest()
        drawn = sample(
            model, [p.ids for p in rendered], stops, n=each, seed=int.from_bytes(digest[:6])
        )
        found = []
        for prompt, rows in zip(rendered, drawn, strict=True):
            texts = [prompt.opening + text for text in tokenizer.batch_decode(rows)]
            found.append(
                [{"text": text, "prompt": prompt.name} for text in accept(texts, concept, seen)]
            )
        fresh = by_turns(found)
        kept += fresh
        if len(kept) >= needed:
            break
        rate = len(fresh) / (each * len(rendered))
        if rate < SELDOM and opened and rendered is not opened:
            rendered, rate = opened, 1.5 * SELDOM
            each = BATCH // len(rendered)
        each = min(each, math.ceil(1.15 * (needed - len(kept)) / max(rate, 0.1) / len(rendered)))
    return kept[:needed]


def generate_set(
    checkpoint: Checkpoint,
    concepts: Sequence[str],
    name: str,
    *,
    target: int = 260,
    seed: int = 0,
    domains: Mapping[str, str] | None = None,
    prompts: Path | None = None,
    tell: Tell = lambda _: None,
    progress: Progress = lambda *_: None,
    stopped: Callable[[], bool] = lambda: False,
) -> probe_set.ProbeSetInfo:
    """Generate `target` sentences of every concept and store them as the probe set
    `name`.

    Resumes where an earlier call of the same name stopped. Raises InputError on a bad
    name or list, ModelError, SentencesError naming the concepts that have too few,
    Cancelled when `stopped()` turns true between concepts.
    """
    templates = load_prompts(prompts)
    settings = {
        "made_by": "generation",
        "model": checkpoint.model,
        "revision": checkpoint.revision,
        "prompts": templates,
        "sampling": {"temperature": 1.0, "min_p": 0.04, "max_tokens": 36},
        "seed": seed,
    }
    card: dict[str, Any] = {**settings, "domains": dict(domains or {})}
    if info := there_already(name, concepts, target, card, tell):
        return info
    with begun(name, concepts, target, settings) as partial:
        dtype: Dtype = (
            "bfloat16"
            if torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported()
            else "float32"
        )
        loaded = load_checkpoint(checkpoint, dtype, tell, with_head=True)
        generate(
            loaded.model,
            loaded.tokenizer,
            list(concepts),
            target=target,
            seed=seed,
            partial=partial,
            prompts=templates,
            progress=progress,
            stopped=stopped,
        )
        card |= {"commit": loaded.commit, "dtype": dtype}
        libraries = ("torch", "transformers")
        return finish(
            name,
            partial,
            concepts,
            target=target,
            source=checkpoint.name,
            card=card,
            libraries=libraries,
            tell=tell,
        )


def generate(
    model: Any,
    tokenizer: Any,
    concepts: Sequence[str],
    *,
    target: int,
    seed: int,
    partial: Partial,
    prompts: dict[str, Any],
    progress: Progress = lambda *_: None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Add to `partial` what every concept lacks of `target` sentences, or as many as
    the model can write.
    """
    stops = stop_tokens(tokenizer, model.config.vocab_size)
    short = [concept for concept in concepts if len(partial.rows(concept)) < target]
    asked = asked_of(tokenizer, prompts, short)
    for i, concept in enumerate(concepts):
        check_stopped(stopped)
        progress(i, len(concepts), concept)
        before = partial.rows(concept)
        if len(before) < target:
            rows = generate_concept(
                model,
                tokenizer,
                stops,
                prompts,
                concept,
                target=target,
                seed=seed,
                before=tuple(before),
                asked=asked[concept],
            )
            partial.add(concept, rows)
    progress(len(concepts), len(concepts), "done")

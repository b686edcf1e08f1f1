"""Generate a probe set: sentences of each concept, sampled from a chat or base model."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import itertools
import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from explorer.errors import InputError, SentencesError
from explorer.extract.checkpoints import load
from explorer.extract.generation import sample, stop_tokens
from explorer.extract.prompts import load_prompts, render
from explorer.probes import probe_set
from explorer.probes.cleaning import accept
from explorer.records import Checkpoint, Dtype, Sentence

BATCH, MAX_ROUNDS = 432, 6
SELDOM = 0.45
"""Share of usable samples under which a concept's remaining sentences are given their opening."""
Progress = Callable[[int, int, str], None]


def generate_concept(
    model: Any, tokenizer: Any, stops: Any, prompts: dict[str, Any], concept: str, *, target: int, seed: int
) -> list[dict[str, str]]:
    """At least `target` distinct sentences of one concept, as rows of text and prompt name.

    The templates take turns in the result, so that its head is as varied as the whole.
    Raises SentencesError when the model cannot write enough of them.
    """
    rendered, opened = (render(tokenizer, prompts, concept, openings=opened) for opened in (False, True))
    each = BATCH // len(rendered)
    seen: set[str] = set()
    kept: list[dict[str, str]] = []
    for attempt in range(MAX_ROUNDS):
        digest = hashlib.sha256(f"{seed}|{concept}|{attempt}".encode()).digest()
        drawn = sample(model, [p.ids for p in rendered], stops, n=each, seed=int.from_bytes(digest[:6]))
        found = []
        for prompt, rows in zip(rendered, drawn, strict=True):
            texts = [prompt.opening + text for text in tokenizer.batch_decode(rows)]
            found.append([{"text": text, "prompt": prompt.name} for text in accept(texts, concept, seen)])
        fresh = [row for turn in itertools.zip_longest(*found) for row in turn if row]
        kept += fresh
        if len(kept) >= target:
            return kept[:target]
        rate = len(fresh) / (each * len(rendered))
        if rate < SELDOM and opened and rendered is not opened:
            rendered, rate = opened, 1.5 * SELDOM
            each = BATCH // len(rendered)
        each = min(each, math.ceil(1.15 * (target - len(kept)) / max(rate, 0.1) / len(rendered)))
    raise SentencesError(
        f"The model wrote {len(kept)} usable sentences of “{concept}” in {MAX_ROUNDS} rounds, {target} needed.",
        "Ask for fewer sentences, choose a stronger generator, or import sentences of this concept.",
    )


def generate_set(
    checkpoint: Checkpoint,
    concepts: Sequence[str],
    name: str,
    *,
    target: int = 260,
    seed: int = 0,
    domains: Mapping[str, str] | None = None,
    prompts: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
    progress: Progress = lambda *_: None,
) -> probe_set.ProbeSetInfo:
    """Generate `target` sentences of every concept and store them as the probe set `name`.

    Resumes where an earlier call of the same name stopped. Raises InputError on a bad name or
    list, ModelError, or SentencesError naming the concepts the model cannot write about.
    """
    if not concepts or len(set(concepts)) < len(concepts) or target < 1:
        raise InputError("Nothing to generate.", "Give at least one concept, each once, and at least one sentence.")
    path = probe_set.path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    dtype: Dtype = "bfloat16" if torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported() else "float32"
    loaded = load(checkpoint, dtype, tell)
    templates = load_prompts(prompts)
    partial = path.with_suffix(".partial.jsonl")
    rows = generate(
        loaded.model,
        loaded.tokenizer,
        list(concepts),
        source=checkpoint.name,
        target=target,
        seed=seed,
        partial=partial,
        prompts=templates,
        progress=progress,
    )
    card = {
        "made_by": "generation",
        "model": checkpoint.model,
        "revision": checkpoint.revision,
        "commit": loaded.commit,
        "dtype": dtype,
        "prompts": templates,
        "sampling": {"temperature": 1.0, "min_p": 0.04, "max_tokens": 36},
        "seed": seed,
        "per_concept": target,
        "date": datetime.date.today().isoformat(),
        "versions": {p: importlib.metadata.version(p) for p in ("torch", "transformers", "lemminflect")},
        "domains": dict(domains or {}),
    }
    info = probe_set.save(name, [Sentence(**row) for row in rows], card)
    partial.unlink(missing_ok=True)
    return info


def generate(
    model: Any,
    tokenizer: Any,
    concepts: Sequence[str],
    *,
    source: str,
    target: int,
    seed: int,
    partial: Path,
    progress: Progress = lambda *_: None,
    prompts: dict[str, Any] | None = None,
) -> list[dict[str, str]]:
    """Rows of concept, text, source and prompt for every concept; `partial` is the resume point.

    A concept found in `partial` (JSON lines) is not generated again. A concept that fails is
    reported after the others are done.
    """
    prompts = prompts or load_prompts()
    stops = stop_tokens(tokenizer, model.config.vocab_size)
    done = read_partial(partial)
    failures = []
    for i, concept in enumerate(concepts):
        progress(i, len(concepts), concept)
        if concept in done:
            continue
        try:
            rows = generate_concept(model, tokenizer, stops, prompts, concept, target=target, seed=seed)
        except SentencesError as error:
            failures.append(str(error))
            continue
        done[concept] = [{"concept": concept, "text": r["text"], "source": source, "prompt": r["prompt"]} for r in rows]
        with partial.open("a", encoding="utf-8") as sink:
            sink.write(json.dumps({"concept": concept, "rows": done[concept]}) + "\n")
            sink.flush()
            os.fsync(sink.fileno())
    progress(len(concepts), len(concepts), "done")
    if failures:
        raise SentencesError(" ".join(failures), "The other concepts are kept; run again after changing these.")
    return [row for concept in concepts for row in done[concept]]


def read_partial(partial: Path) -> dict[str, list[dict[str, str]]]:
    """Concepts already generated; a line torn by a crash is dropped from the file."""
    if not partial.exists():
        return {}
    done, sound = {}, []
    for line in partial.read_text("utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        done[entry["concept"]] = entry["rows"]
        sound.append(line)
    partial.write_text("".join(f"{line}\n" for line in sound), "utf-8")
    return done

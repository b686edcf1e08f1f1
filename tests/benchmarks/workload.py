"""What the benchmarks extract: the bundled sentences or made-up ones, from real or
made-up models.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.models import builtin
from explorer.probes import probe_set
from explorer.probes.probe_set import ProbeSet, ProbeSetInfo
from tests.support import tiny

UNITS_PER_LAYER = 27_648
"""Of `wide_model`: as many as Pythia-70m has in all; 60 layers have as many as
Pythia-12b.
"""
PYTHIA = {
    "tiny": (32, 2, 4),
    "pythia-70m": (512, 6, 8),
    "pythia-1b": (2048, 16, 8),
    "pythia-1.4b": (2048, 24, 16),
}
"""Hidden size, layers and heads of models that are made from their config, with random
weights.
"""


def bundled_request(
    model: str, n_concepts: int, n_sentences: int = 0, **changes: object
) -> tuple[RunRequest, ProbeSet]:
    """A request for the first concepts of the bundled probe set, and the set.

    `model`: "built-in", a folder, or one of `PYTHIA`. `n_sentences`: this many of each
    concept, or all.
    """
    found = probe_set.load(probe_set.BUNDLED)
    concepts = found.info.concepts[:n_concepts]
    if n_sentences:
        found = ProbeSet(
            found.info, {word: rows[:n_sentences] for word, rows in found.sentences.items()}
        )
    checkpoint = (
        Checkpoint(str(_config_only(model)), random_init=0)
        if model in PYTHIA
        else Checkpoint(model)
    )
    request = RunRequest(checkpoint, found.info.name, found.info.digest, concepts, **changes)  # type: ignore[arg-type]
    return request, found


def small_model() -> str:
    """Folder of the longest-trained GPT-NeoX of this project, where there is one, else
    one of Pythia-70m's shape.
    """
    configs = (settings.downloads_dir() / "models").glob("neox-*/step*/config.json")
    trained = sorted((Checkpoint(str(path.parent)).step or 0, str(path.parent)) for path in configs)
    return trained[-1][1] if trained else with_weights("pythia-70m")


def with_weights(name: str) -> str:
    """Folder of one of `PYTHIA`, its random weights written down."""
    folder = _config_only(name)
    if not (folder / "model.safetensors").exists():
        torch.manual_seed(0)
        AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder)).save_pretrained(folder)
    return str(folder)


def _config_only(name: str) -> Path:
    folder = settings.cache_dir() / "benchmarks" / name
    if not (folder / "config.json").exists():
        # Where the built-in model cannot be had, byte pairs of a toy tokenizer make
        # sentences three times longer.
        tokenizer = (
            AutoTokenizer.from_pretrained(builtin.folder())
            if name != "tiny" and builtin.is_ready()
            else tiny.tokenizer()
        )
        hidden, layers, heads = PYTHIA[name]
        shape = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
        ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
        shape |= {
            "intermediate_size": 4 * hidden,
            "max_position_embeddings": 2048,
            "vocab_size": len(tokenizer),
        }
        tokenizer.save_pretrained(folder)
        AutoConfig.for_model("gpt_neox", **shape, **ends).save_pretrained(folder)
    return folder


def wide_model(folder: Path, layers: int) -> Checkpoint:
    """A GPT-NeoX of random weights that has many units for its size: `UNITS_PER_LAYER`
    a layer.

    Only its config and tokenizer are written to `folder`.
    """
    shape = {"hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": layers}
    shape["intermediate_size"] = UNITS_PER_LAYER - 5 * shape["hidden_size"]
    config = AutoConfig.for_model("gpt_neox", **shape, **tiny.COMMON, max_position_embeddings=160)
    config.save_pretrained(folder)
    tiny.tokenizer().save_pretrained(folder)
    return Checkpoint(str(folder), random_init=0)


@functools.cache
def made_up(concepts: int, sentences: int) -> ProbeSet:
    """A probe set of made-up words, each in `sentences` sentences of five to eight
    words.
    """
    rng = np.random.default_rng(0)
    rows = {}
    for k in range(concepts):
        word = (
            "".join(f"{'bdfgklmnprtvz'[k // 5**i % 13]}{'aeiou'[k // 5**i % 5]}" for i in range(4))
            + "x"
        )
        texts = [
            " ".join(f"w{i}" for i in rng.integers(0, 500, rng.integers(4, 8)))
            for _ in range(sentences)
        ]
        rows[word] = [
            Sentence(word, f"{text} {word} {i}.", "made up") for i, text in enumerate(texts)
        ]
    if len(rows) != concepts:
        raise SystemExit(f"{concepts} different words were wanted, {len(rows)} came out.")
    sizes = {word: len(found) for word, found in rows.items()}
    digest = f"made-up-{concepts}-{sentences}"
    return ProbeSet(
        ProbeSetInfo("made-up", Path("made-up"), digest, sizes, ("made up",), {}, {}), rows
    )

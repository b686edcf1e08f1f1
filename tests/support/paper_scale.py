"""Run files of the size of the paper's study, written by the real writer: synthetic,
never shipped.

The shape is Pythia-12b's; which units are experts is drawn at random, units differing
in popularity and concepts of a domain sharing some.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import ConceptResult, Draws, HumanPair, Module, Sentence
from explorer.core.request import RunRequest
from explorer.store.run.write import RunWriter

MODEL = "synthetic/pythia-12b"
N_CONCEPTS, LAYERS, HIDDEN = 639, 36, 5120
EXPERT_SHARE = 0.005
_N_POSITIVE, _N_NEGATIVE, _VECTOR = 20, 40, 64


def modules(layers: int = LAYERS, hidden: int = HIDDEN) -> list[Module]:
    """The unit-bearing modules of a GPT-NeoX; by default 1,658,880 units."""
    kinds = {
        "attention.query_key_value": 3,
        "attention.dense": 1,
        "mlp.dense_h_to_4h": 4,
        "mlp.dense_4h_to_h": 1,
    }
    found, offset = [], 0
    for layer in range(layers):
        for kind, times in kinds.items():
            name = f"gpt_neox.layers.{layer}.{kind}"
            found.append(Module(name, layer, kind, times * hidden, offset))
            offset += times * hidden
    return found


def request(step: int | None, n_concepts: int = N_CONCEPTS) -> RunRequest:
    """Of a checkpoint of the synthetic model; None for its untrained twin."""
    checkpoint = (
        Checkpoint(MODEL, random_init=0) if step is None else Checkpoint(MODEL, f"step{step}")
    )
    words = tuple(f"word{k}" for k in range(n_concepts))
    return RunRequest(
        checkpoint,
        "synthetic",
        "0" * 64,
        words,
        n_positive=_N_POSITIVE,
        n_negative=_N_NEGATIVE,
        folds=1,
        domains={word: f"domain{k % 10}" for k, word in enumerate(words[:40])},
    )


def write(
    folder: Path, step: int | None, *, n_concepts: int = N_CONCEPTS, hidden: int = HIDDEN
) -> Path:
    """Write the run of a checkpoint; one that is there is left as it is."""
    asked = request(step, n_concepts)
    path = folder / f"{asked.id}.duckdb"
    if path.exists():
        return path
    parts, rng = modules(hidden=hidden), np.random.default_rng([7, 0 if step is None else step + 1])
    n_units = parts[-1].offset + parts[-1].width
    sentences = [
        Sentence(word, f"Sentence {n} of {word}, one of {k}.", "synthetic")
        for k, word in enumerate(asked.concepts)
        for n in range(_N_POSITIVE)
    ]
    every = np.arange(len(sentences))
    draws: Draws = {
        word: [
            (
                every[k * _N_POSITIVE : (k + 1) * _N_POSITIVE],
                np.sort(rng.choice(every[every // _N_POSITIVE != k], _N_NEGATIVE, replace=False)),
            )
        ]
        for k, word in enumerate(asked.concepts)
    }
    pairs = _pairs(asked, rng)
    weights = np.cumsum(rng.pareto(1.5, n_units) + 0.2)
    weights /= weights[-1]
    shared = [
        rng.choice(n_units, int(n_units * EXPERT_SHARE / 4), replace=False) for _ in range(10)
    ]
    with RunWriter(folder, asked, parts, sentences, draws, pairs, {"commit": "0" * 40}) as writer:
        for k, word in enumerate(asked.concepts):
            writer.write_concept(_concept(word, k, parts, n_units, weights, shared[k % 10], rng))
        return writer.finish({"versions": {"device": "none"}})


def _concept(
    word: str,
    number: int,
    parts: list[Module],
    n_units: int,
    weights: np.ndarray,
    shared: np.ndarray,
    rng: np.random.Generator,
) -> ConceptResult:
    drawn = np.searchsorted(weights, rng.random(int(n_units * EXPERT_SHARE)))
    units = np.unique(np.concatenate([drawn, shared[rng.random(len(shared)) < 0.5]])).astype(
        np.int32
    )
    aps = np.float32(0.5) + np.clip(rng.exponential(0.08, len(units)), 1e-4, 0.499).astype(
        np.float32
    )
    histogram = np.zeros((len(parts), 20), np.int32)
    offsets = np.array([part.offset for part in parts])
    at = np.searchsorted(offsets, units, "right") - 1
    np.add.at(histogram, (at, np.minimum((aps * 20).astype(int), 19)), 1)
    histogram[:, 5] += np.array([part.width for part in parts]) - histogram.sum(1)
    return ConceptResult(
        word,
        [units],
        [aps],
        histogram,
        rng.normal(size=(1, _VECTOR)).astype(np.float32),
        np.random.default_rng(number).normal(size=_VECTOR).astype(np.float32),
        0.1,
    )


def _pairs(asked: RunRequest, rng: np.random.Generator) -> list[HumanPair]:
    n = len(asked.concepts)
    chosen = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(1100)}
    return [
        HumanPair("MEN", "test", asked.concepts[a], asked.concepts[b], float(rng.integers(0, 51)))
        for a, b in sorted(chosen)[:1000]
    ]

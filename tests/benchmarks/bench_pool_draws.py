"""Negatives from one shared pool against fully independent draws: prints one table.

Every concept's sentences are forwarded once. A pool draw is the product's own: N⁻ of a
seeded pool of four times N⁻, even over concepts. An independent draw takes N⁻ of all
sentences of the other concepts that do not hold the word. For each concept the expert
sets (AP > 0.5) that different draws give are compared by their Jaccard similarity, with
the same positives and with the positives of two folds; intervals are bootstrap 95% CI
over concepts of the mean over `--runs` pools.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.extract.ranking.host import average_precision, sort_pool
from explorer.extract.responses import forward
from explorer.measure.overlap import pairwise_overlap
from explorer.measure.statistics.bootstrap import bootstrap_mean, percentiles, resample_counts
from explorer.models.architectures import n_units
from explorer.models.checkpoints import Loaded, load_checkpoint
from explorer.probes.sampling import plan, rng
from explorer.probes.words import contains, word_family
from tests.benchmarks.report import options, show
from tests.benchmarks.workload import bundled_request

NAME = "pool_draws"
BLOCK = 4096
KINDS = ("P", "P'", "PB", "I", "I'", "IB")
"""P from the pool, I independent; ' with other negatives, B with other negatives and
positives.
"""
COMPARED = {
    "same positives": ("P", "P'", "I", "I'"),
    "positives of two folds": ("P", "PB", "I", "IB"),
}


@dataclass(frozen=True)
class Sentences:
    """All sentences, concept by concept; `rows` are those of each concept."""

    texts: list[str]
    rows: dict[str, np.ndarray]

    def draws(
        self, n_positive: int, n_negative: int, seed: int
    ) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
        """Concept → positive and negative rows of each of `KINDS`."""
        at = {text: row for row, text in enumerate(self.texts)}
        listed = {
            word: [Sentence(word, self.texts[i], "") for i in rows]
            for word, rows in self.rows.items()
        }
        request = RunRequest(
            Checkpoint("none"),
            "none",
            "none",
            tuple(self.rows),
            n_positive,
            n_negative,
            2,
            seed=seed,
        )
        product = plan(request, listed)
        here = np.array([at[sentence.text] for sentence in product.sentences])
        found = {}
        for word, own in self.rows.items():
            (first, pooled), (second, again) = ((here[a], here[b]) for a, b in product.draws[word])
            other = np.setdiff1d(np.arange(len(self.texts)), own)
            free = np.array([i for i in other if not contains(self.texts[i], word_family(word))])
            alone = [
                rng("independent", seed, word, k).choice(free, n_negative, replace=False)
                for k in range(2)
            ]
            sets = ((first, pooled), (first, again), (second, again))
            found[word] = [*sets, (first, alone[0]), (first, alone[1]), (second, alone[1])]
        return found


def responses(loaded: Loaded, sentences: Sentences, folder: Path) -> np.ndarray:
    """Responses (sentences, units) in a file of `folder`; concepts that are there
    already are not forwarded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shape, done = (len(sentences.texts), n_units(loaded.modules)), folder / "done.txt"
    ready = int(done.read_text()) if done.exists() else 0
    held = np.memmap(folder / "responses.f32", np.float32, "r+" if ready else "w+", shape=shape)
    for k, rows in enumerate(sentences.rows.values()):
        if k >= ready:
            forward(
                loaded,
                [sentences.texts[i] for i in rows],
                "max",
                out=torch.from_numpy(held[rows[0] : rows[-1] + 1]),
            )
            held.flush()
            done.write_text(str(k + 1))
    return held


def experts(
    held: np.ndarray,
    sentences: Sentences,
    draws: Mapping[str, Sequence[tuple[np.ndarray, np.ndarray]]],
) -> dict[str, list[np.ndarray]]:
    """Concept → expert set of each draw."""
    found: dict[str, list[list[np.ndarray]]] = {
        word: [[] for _ in sets] for word, sets in draws.items()
    }
    for start in range(0, held.shape[1], BLOCK):
        block = np.ascontiguousarray(held[:, start : start + BLOCK])
        pool = sort_pool(block)
        for word, sets in draws.items():
            own = sentences.rows[word]
            negative = np.stack([np.isin(np.arange(len(held)), drawn) for _, drawn in sets], axis=1)
            positive = np.stack([np.isin(own, drawn) for drawn, _ in sets], axis=1)
            for units, ap in zip(
                found[word], average_precision(pool, negative, block[own], positive), strict=True
            ):
                units.append(start + np.flatnonzero(ap > 0.5))
    return {word: [np.concatenate(parts) for parts in sets] for word, sets in found.items()}


def within(
    found: Mapping[str, Sequence[np.ndarray]], runs: int, units: int
) -> dict[str, np.ndarray]:
    """Comparison → (concepts, 3): independent with independent, pool with independent,
    pool with pool.
    """
    rows: dict[str, list[np.ndarray]] = {name: [] for name in COMPARED}
    for sets in found.values():
        overlaps = [
            pairwise_overlap(sets[k * len(KINDS) : (k + 1) * len(KINDS)], units)
            for k in range(runs)
        ]
        mean = np.mean(overlaps, axis=0)
        for name, kinds in COMPARED.items():
            pool, pool2, alone, alone2 = (KINDS.index(kind) for kind in kinds)
            rows[name].append(
                np.array([mean[alone, alone2], mean[pool, alone2], mean[pool, pool2]])
            )
    return {name: np.array(each) for name, each in rows.items()}


def between(found: Mapping[str, Sequence[np.ndarray]], runs: int, units: int) -> np.ndarray:
    """(3, concepts, concepts), the same comparisons of every two concepts; the
    diagonals are 0.
    """
    n, pool, alone = len(found), KINDS.index("P"), KINDS.index("I")
    total = np.zeros((3, n, n))
    for k in range(runs):
        sets = [[each[k * len(KINDS) + kind] for each in found.values()] for kind in (pool, alone)]
        overlaps = pairwise_overlap([*sets[0], *sets[1]], units)
        crossed = (overlaps[:n, n:] + overlaps[n:, :n]) / 2
        total += np.array([overlaps[n:, n:], crossed, overlaps[:n, :n]]) / runs
    return total * (1 - np.eye(n))


def gap_within(values: np.ndarray) -> tuple[float, float, float]:
    """Mean of (concepts,) differences and its interval over concepts."""
    found = bootstrap_mean(values)
    return found.value, found.low, found.high


def gap_between(matrix: np.ndarray) -> tuple[float, float, float]:
    """Mean over pairs of concepts of (concepts, concepts) differences and its interval,
    resampling concepts.
    """
    n = len(matrix)
    counts = resample_counts(n, 2000, 0)
    with np.errstate(invalid="ignore"):  # a resample of one concept only has no pair
        # Concepts are drawn, not pairs: pairs share concepts (bootstrap of a
        # U-statistic, Janssen 1994).
        samples = ((counts @ matrix) * counts).sum(1) / ((counts @ (1 - np.eye(n))) * counts).sum(1)
    return float(matrix.sum() / (n * (n - 1))), *percentiles(samples)


def row(
    n_negative: int, name: str, means: np.ndarray, gaps: Sequence[tuple[float, float, float]]
) -> list[str]:
    """One line of the table."""
    cells = [f"{n_negative:,}", name, *(f"{mean:.3f}" for mean in means)]
    return cells + [f"{value:+.4f} ({low:+.4f} to {high:+.4f})" for value, low, high in gaps]


def shared(draws: Mapping[str, Sequence[tuple[np.ndarray, np.ndarray]]]) -> tuple[float, float]:
    """Mean share of negatives that two pool draws and two independent draws have in
    common.
    """
    pairs = [(KINDS.index("P"), KINDS.index("P'")), (KINDS.index("I"), KINDS.index("I'"))]
    both = [[np.isin(sets[a][1], sets[b][1]).mean() for sets in draws.values()] for a, b in pairs]
    return float(np.mean(both[0])), float(np.mean(both[1]))


def compare(asked: argparse.Namespace) -> None:
    """Forward, draw, compare, print."""
    request, probes = bundled_request(asked.model, asked.concepts)
    texts: list[str] = []
    rows: dict[str, np.ndarray] = {}
    for word in request.concepts:
        own = [sentence.text for sentence in probes.sentences[word][: asked.sentences]]
        rows[word] = np.arange(len(texts), len(texts) + len(own))
        texts += own
    sentences = Sentences(texts, rows)
    loaded = load_checkpoint(request.checkpoint)
    folder = (
        settings.cache_dir()
        / "benchmarks"
        / f"{NAME}-{loaded.commit[:8]}-{asked.concepts}-{asked.sentences}"
    )
    held = responses(loaded, sentences, folder)
    table, notes = [], []
    for n_negative in asked.n_negative:
        parts = [sentences.draws(asked.n_positive, n_negative, seed) for seed in range(asked.runs)]
        draws = {word: [sets for part in parts for sets in part[word]] for word in rows}
        found = experts(held, sentences, draws)
        for name, values in within(found, asked.runs, held.shape[1]).items():
            gaps = [gap_within(values[:, column] - values[:, 0]) for column in (1, 2)]
            table.append(row(n_negative, name, values.mean(0), gaps))
        pairs = between(found, asked.runs, held.shape[1])
        means = pairs.sum((1, 2)) / (len(rows) * (len(rows) - 1))
        gaps = [gap_between(pairs[column] - pairs[0]) for column in (1, 2)]
        table.append(row(n_negative, "another concept", means, gaps))
        size = np.mean([len(units) for sets in found.values() for units in sets])
        pooled, alone = shared(parts[0])
        notes.append(
            f"N⁻ = {n_negative}: {size:,.0f} experts on average; two draws from a pool share "
            f"{pooled:.0%} of their "
            f"negatives, two independent ones {alone:.0%}."
        )
    title = (
        f"{request.checkpoint.label}, float32; {asked.concepts} concepts × {asked.sentences} "
        "sentences, "
        f"N⁺ = {asked.n_positive}, {asked.runs} pools. Mean Jaccard similarity of expert sets at "
        "τ = 0.5."
    )
    columns = [
        "N⁻",
        "compared with",
        "two independent draws",
        "pool and independent",
        "two draws from one pool",
    ]
    columns += [
        "pool–independent minus independent (95% CI)",
        "pool–pool minus independent (95% CI)",
    ]
    show(NAME, [title, *notes], columns, table, asked.save)
    if not asked.keep:
        shutil.rmtree(folder)


def main() -> None:
    """Read the options."""
    parser = options(__doc__, runs=4)
    parser.add_argument("--model", default="built-in", help="built-in, or a model folder")
    parser.add_argument("--concepts", type=int, default=20)
    parser.add_argument("--sentences", type=int, default=260, help="of each concept (260)")
    parser.add_argument("--n-positive", type=int, default=100)
    parser.add_argument("--n-negative", type=int, nargs="+", default=[100, 500])
    parser.add_argument(
        "--keep", action="store_true", help="keep the responses (3.2 GB) for another run"
    )
    asked = parser.parse_args()
    if asked.quick:
        asked.concepts, asked.sentences, asked.n_positive, asked.n_negative, asked.runs = (
            4,
            15,
            6,
            [8],
            2,
        )
    compare(asked)


if __name__ == "__main__":
    main()

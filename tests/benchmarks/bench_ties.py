"""Ties that hang on the last bit: one model, the same sentences in batches and one by
one, with responses rounded before they are ranked, and not.

The built-in model in float32. Batches of another shape move responses by an ulp or
more, which breaks ties of sentences that begin alike, and so moves AP.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import RunRequest
from explorer.extract.engine import Extraction
from explorer.extract.ranking import host
from explorer.extract.responses import forward
from explorer.probes import probe_set
from tests.benchmarks import report

CONCEPTS = ["cat", "dog", "car", "bus", "red", "piano", "doctor", "rain", "bread", "shirt"]
BITS = (23, 21, 19, 17, 15, 13, 11)
"""Of the fraction of a float32 that are kept; it has 23."""


def rounded(responses: np.ndarray, bits: int) -> np.ndarray:
    """Float32 numbers with so many bits of their fraction, to the nearest."""
    if bits == 23:
        return responses
    cut = 23 - bits
    raw = responses.view(np.int32).astype(np.int64)
    size = (((raw & 0x7FFFFFFF) + (1 << (cut - 1))) >> cut) << cut
    return ((raw & 0x80000000) | size).astype(np.uint32).view(np.float32)


def average_precision(engine: Extraction, responses: np.ndarray) -> np.ndarray:
    """(concepts, units) of the first fold; responses: (sentences, units)."""
    (cell,) = engine.cells
    pool = cell.plan.pool
    ranked = host.sort_pool(np.ascontiguousarray(responses[pool]))
    found = []
    for concept in cell.request.concepts:
        positive, negative = cell.draws[concept][0]
        among = np.isin(pool, negative)[:, None]
        all_of = np.ones((len(positive), 1), bool)
        found.append(host.average_precision(ranked, among, responses[positive], all_of)[0])
    return np.stack(found)


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=1)
    options = parser.parse_args()
    probes = probe_set.load("bundled")
    concepts = CONCEPTS[:2] if options.quick else CONCEPTS
    n_positive, n_negative = (5, 10) if options.quick else (30, 150)
    request = RunRequest(
        Checkpoint("built-in"),
        "bundled",
        probes.info.digest,
        tuple(concepts),
        n_positive,
        n_negative,
        folds=1,
    )
    engine = Extraction([request], probes)
    texts = [sentence.text for sentence in engine.cells[0].sentences]
    batched = forward(engine.loaded, texts, "max")[0].numpy()
    single = np.concatenate([forward(engine.loaded, [text], "max")[0] for text in texts])
    plain = average_precision(engine, batched)
    rows = []
    for bits in BITS:
        one, other = (
            average_precision(engine, rounded(responses, bits)) for responses in (batched, single)
        )
        experts, moved = one > 0.5, (one > 0.5) ^ (plain > 0.5)
        rows.append(
            (
                "not rounded" if bits == 23 else f"{bits} bits",
                f"{2.0 ** -(bits + 1):.0e}",
                f"{int(experts.sum()):,}",
                f"{int((experts ^ (other > 0.5)).sum()):,}",
                f"{np.abs(one - other).max():.3f}",
                f"{int(moved.sum()):,}",
                f"{(one - plain)[plain > 0.5].mean():+.4f}",
                f"{np.abs(one - plain).max():.3f}",
            )
        )
    notes = [
        f"{len(texts):,} sentences, {len(concepts)} concepts, N⁺ {n_positive}, N⁻ {n_negative}, "
        "one fold, float32; experts at τ 0.5.",
        "“Batched against single”: the same rounding on both. “Against not rounded”: batched.",
    ]
    header = [
        *("responses", "largest rounding", "experts", "differ, batched against single"),
        *("largest ΔAP", "differ against not rounded", "mean ΔAP of experts", "largest ΔAP"),
    ]
    report.show("ties", notes, header, rows, options.save)


if __name__ == "__main__":
    main()

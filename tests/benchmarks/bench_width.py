"""Average precision at the width of Pythia-12b, with made-up responses: prints one
table.

400 positives and 1,000 negatives a concept. Responses are made for 32,768 units and
repeated beyond, so memory holds what the engine needs: the sorted pool and one
concept's positives. They are normal; every ninth is rounded coarsely and so are four
fifths in one unit of a hundred, which ties about as many as are tied in SmolLM2-135M on
400 bundled sentences: 12%, first of all because so many begin with “The”, and 79% in
the first layer's queries. “bfloat16” drops the lower half of every number's bits (72%
tied there). A sorted pool that does not fit in memory is in a scratch file, as in a
run. Each point has a process of its own; finished ones are kept in the cache folder: an
interrupted benchmark continues.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core import settings
from explorer.extract.ranking.host import Pool, average_precision, empty_pool, pool_bytes, sort_pool
from explorer.extract.ranking.pool_file import PoolFile
from tests.benchmarks.machine import AnonymousMemory, Stopwatch
from tests.benchmarks.report import Runs, fresh_process, options, show

NAME = "width"
POSITIVES, NEGATIVES = 400, 1000
WIDTHS = {
    "Pythia-70m": 27_648,
    "SmolLM2-135M": 155_520,
    "Pythia-1b": 294_912,
    "Pythia-12b": 1_658_880,
}
POOLS = (1000, 2000, 4000)
BLOCK, BLOCKS = 4096, 8
"""Units made at a time, and how often before they repeat."""
MEAN = 2.5
"""Of the made-up responses, in standard deviations: what decides how many fall together
in bfloat16.
"""
COARSE, FIRST, FIRST_COARSE = 0.115, 0.01, 0.8
"""Share of responses that are rounded; share of units that stand for a first layer;
their share.
"""
Point = tuple[int, int, str]


def made(
    rng: np.random.Generator, n: int, units: int, dtype: str, shift: np.ndarray | float = 0.0
) -> np.ndarray:
    """Responses (n, units), float32."""
    found = rng.standard_normal((n, units), np.float32) + np.float32(shift + MEAN)
    first = max(1, round(FIRST * units))
    rounded = rng.random((n, units), np.float32) < np.where(
        np.arange(units) < first, FIRST_COARSE, COARSE
    )
    np.copyto(found, np.round(2 * found) / 2, where=rounded)
    if dtype == "bfloat16":
        found.view(np.uint32)[:] &= np.uint32(0xFFFF0000)
    return found


def tied(scores: np.ndarray) -> float:
    """Share of responses that equal another one of their unit; scores are (sentences,
    units).
    """
    ordered = np.sort(scores, axis=0)
    same = ordered[1:] == ordered[:-1]
    either = np.zeros(scores.shape, bool)
    either[1:] |= same
    either[:-1] |= same
    return float(either.mean())


def point(units: int, pool_size: int, dtype: str, in_file: bool) -> dict[str, float]:
    """Sort a pool and measure one concept; CPU seconds, bytes."""
    warm, everyone = made(np.random.default_rng(0), 20, 64, dtype), np.ones((20, 1), bool)
    average_precision(sort_pool(warm), everyone, warm, everyone)  # compiles
    base = AnonymousMemory.now()
    with AnonymousMemory() as memory:
        found = sort_and_rank(units, pool_size, dtype, in_file)
    return found | {"peak": memory.peak, "base": base}


def sort_and_rank(units: int, pool_size: int, dtype: str, in_file: bool) -> dict[str, float]:
    """CPU seconds of both, and the share of tied responses."""
    rng, scratch = np.random.default_rng(0), settings.cache_dir() / "scratch"
    pool: Pool = (
        empty_pool(pool_size, units) if not in_file else PoolFile(pool_size, units, scratch)
    )
    positives = np.empty((POSITIVES, units), np.float32)
    sorting, ranking = Stopwatch(), Stopwatch()
    kinds = [
        (
            made(rng, pool_size, BLOCK, dtype),
            made(rng, POSITIVES, BLOCK, dtype, rng.uniform(-1, 2, BLOCK)),
        )
        for _ in range(BLOCKS)
    ]
    for number, start in enumerate(range(0, units, BLOCK)):
        block = slice(start, min(start + BLOCK, units))
        negatives, own = (part[:, : block.stop - start] for part in kinds[number % BLOCKS])
        positives[:, block] = own
        with sorting, pool.filling(block) as part:
            sort_pool(negatives, into=part)
    share = [tied(np.concatenate([negatives[:NEGATIVES], own])) for negatives, own in kinds]
    drawn = np.zeros((pool_size, 1), bool)
    drawn[rng.permutation(pool_size)[:NEGATIVES]] = True
    with ranking:
        found = average_precision(pool, drawn, positives, np.ones((POSITIVES, 1), bool))
    if not 0 < found.min() <= found.max() <= 1:
        raise SystemExit("An average precision is not between 0 and 1.")
    return {
        "sort": sorting.cpu,
        "rank": ranking.cpu,
        "rank wall": ranking.wall,
        "tied": float(np.mean(share)),
    }


def needed(units: int, pool_size: int) -> int:
    """Bytes of the sorted pool and of one concept's positives."""
    return pool_bytes(pool_size, units) + 4 * POSITIVES * units


def row(name: str, at: Point, runs: Runs, in_file: bool) -> list[str]:
    """One line of the table."""
    units, pool_size, dtype = at
    sort, rank, wall, peak, base = (
        median(runs.values(key)) for key in ("sort", "rank", "rank wall", "peak", "base")
    )
    return [
        f"{name}, {units:,} units",
        f"{pool_size:,}" + ", in a file" * in_file,
        f"{dtype}, {runs.done[0]['tied']:.0%}",
        f"{rank:.2f}",
        f"{wall:.1f}",
        f"{units / rank:,.0f}",
        f"{sort:.1f}",
        f"{rank + sort / 40:.2f}",
        f"{rank + sort / 639:.2f}",
        f"{peak / 1e9:.2f}",
        f"{needed(units, pool_size) / 1e9:.2f}",
        f"{(peak - base) / units / 1000:.1f}",
    ]


def measure(points: Iterable[Point], n_runs: int, in_file: bool) -> dict[Point, Runs]:
    """Every run of every point that is missing, the points in turn."""
    found = {at: Runs(NAME, point=at, in_file=in_file) for at in points}
    for number in range(n_runs):
        for at, runs in found.items():
            if len(runs.done) <= number:
                runs.add(
                    fresh_process(
                        __file__, units=at[0], pool_size=at[1], dtype=at[2], in_file=in_file
                    )
                )
    return found


def main() -> None:
    """Measure each width, pool and number format."""
    parser = options(__doc__, runs=5)
    parser.add_argument(
        "--memory", type=float, default=20, help="GB that a point may take in memory (20)"
    )
    parser.add_argument("--point", help="measure one point and print it as JSON")
    asked = parser.parse_args()
    if asked.point:
        print(json.dumps(point(**json.loads(asked.point))))
        return
    widths, pools = (WIDTHS, POOLS) if not asked.quick else ({"Pythia-70m": 27_648}, (1000,))
    n_runs = asked.runs if not asked.quick else 1
    points = {(units, size, "float32"): name for size in pools for name, units in widths.items()}
    points |= {(units, pools[0], "bfloat16"): name for name, units in widths.items()}
    fitting = [at for at in points if needed(at[0], at[1]) + 5e8 < asked.memory * 1e9]
    beyond = [at for at in points if at not in fitting]
    measured = measure(fitting, n_runs, in_file=False) | measure(beyond, n_runs, in_file=True)
    table = [row(name, at, measured[at], in_file=at in beyond) for at, name in points.items()]
    notes = [
        f"{POSITIVES} positives, {NEGATIVES:,} negatives drawn from the pool; CPU-seconds, "
        f"medians of {n_runs} runs, "
        "each in a process of its own.",
        "“Ties”: share of responses that equal another of their unit. “Needed”: sorted pool and "
        "one concept's "
        f"positives, in GB; a pool with which this is over {asked.memory:g} GB is in a scratch "
        "file.",
    ]
    columns = [
        "width",
        "pool",
        "responses, ties",
        "AP of a concept",
        "wall, s",
        "units per CPU-s",
        "sort of the pool",
    ]
    columns += ["a concept of 40", "a concept of 639", "peak memory, GB", "needed", "kB per unit"]
    show(NAME, notes, columns, table, asked.save)


if __name__ == "__main__":
    main()

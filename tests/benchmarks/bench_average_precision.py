"""Average precision against its alternatives: prints one table. One thread each, CPU time, medians.

A concept has 400 positives and 1,000 negatives; the sort of the negative pool is shared by 40
concepts and counted at one fortieth.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from sklearn.metrics import average_precision_score

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.extract.average_precision import SortedPool, average_precision, sort_pool

UNITS, SLOW_UNITS = 4096, 128
POSITIVES, NEGATIVES, POOL = 400, 1000, 2000
CONCEPTS, RUNS = 40, 7


class Case:
    """Responses of one concept, and which of them belong to each fold."""

    def __init__(self, pool: int, union: int, folds: int, *, tied: bool = False) -> None:
        rng = np.random.default_rng(0)
        self.negatives = rng.standard_normal((pool, UNITS)).astype(np.float32)
        self.positives = (rng.standard_normal((union, UNITS)) + rng.uniform(-1, 2, UNITS)).astype(np.float32)
        if tied:
            for part in (self.negatives, self.positives):
                part.view(np.uint32)[:] &= np.uint32(0xFFFF0000)
        self.in_pool = np.stack([_draw(rng, pool, NEGATIVES) for _ in range(folds)], axis=1)
        self.in_union = np.stack([_draw(rng, union, POSITIVES) for _ in range(folds)], axis=1)
        self.folds = folds
        self.pool = sort_pool(self.negatives, threads=1)

    def scores(self) -> np.ndarray:
        """The first fold's responses, (units, sentences), negatives first."""
        parts = self.negatives[self.in_pool[:, 0]], self.positives[self.in_union[:, 0]]
        return np.ascontiguousarray(np.concatenate(parts).T)

    def sort(self) -> SortedPool:
        return sort_pool(self.negatives, threads=1)

    def measure(self) -> np.ndarray:
        return average_precision(self.pool, self.in_pool, self.positives, self.in_union, threads=1)


def _draw(rng: np.random.Generator, n: int, size: int) -> np.ndarray:
    member = np.zeros(n, bool)
    member[rng.permutation(n)[:size]] = True
    return member


def _loop(scores: np.ndarray) -> np.ndarray:
    labels = np.repeat([0, 1], [NEGATIVES, POSITIVES])
    return np.array([average_precision_score(labels, unit) for unit in scores[:SLOW_UNITS]])


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Check every case against scikit-learn, then time all of them in turn, RUNS times."""
    cases = {
        "ours, pool of 1,000": Case(NEGATIVES, POSITIVES, 1),
        "ours, 1,000 drawn from a pool of 2,000": Case(POOL, POSITIVES, 1),
        "the same, rounded to bfloat16": Case(POOL, POSITIVES, 1, tied=True),
        "ours, 8 folds (400 of 1,000 positives)": Case(POOL, 1000, 8),
    }
    scores = next(iter(cases.values())).scores()
    for name, case in cases.items():
        worst = np.abs(case.measure()[0, :SLOW_UNITS] - _loop(case.scores())).max()
        if worst > 1e-6:
            raise SystemExit(f"{name}: off by {worst} from scikit-learn")
    times: dict[str, list[float]] = {}
    for _ in range(RUNS):
        times.setdefault("scikit-learn loop", []).append(_seconds(lambda: _loop(scores)) / SLOW_UNITS)
        fresh = scores.copy()
        times.setdefault("np.sort of the 1,400 scores", []).append(_seconds(lambda a=fresh: a.sort(axis=1)) / UNITS)
        for name, case in cases.items():
            shared = _seconds(case.sort) / CONCEPTS
            times.setdefault(name, []).append((shared + _seconds(case.measure)) / UNITS / case.folds)
    medians = {name: median(values) for name, values in times.items()}
    slow, floor = list(medians.values())[:2]
    print(f"{POSITIVES} positives, {NEGATIVES:,} negatives, float32, one thread; medians of {RUNS} runs; a unit counts")
    print(f"once per fold; 1/{CONCEPTS} of the pool's sort is included; ours equals scikit-learn to 1e-6 (checked).\n")
    print("| kernel | units per CPU-second | spread | × np.sort floor | × scikit-learn |")
    print("|---|---:|---:|---:|---:|")
    for name, each in medians.items():
        spread = (max(times[name]) - min(times[name])) / each
        print(f"| {name} | {1 / each:,.0f} | {spread:.0%} | {floor / each:.2f} | {slow / each:,.1f} |")


if __name__ == "__main__":
    main()

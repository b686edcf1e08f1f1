"""Average precision against its alternatives: prints one table. One thread each, CPU
time, medians.

A concept has 400 positives and 1,000 negatives; the sort of the negative pool is shared
by 40 concepts and counted at one fortieth.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
from sklearn.metrics import average_precision_score

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.extract.ranking.host import average_precision, sort_pool
from tests.benchmarks.machine import Stopwatch
from tests.benchmarks.report import options, show

NAME = "average_precision"
POSITIVES, NEGATIVES, POOL = 400, 1000, 4000
"""The pool is as large as the product draws it."""
CONCEPTS = 40
OURS = {
    "ours, pool of 1,000": (NEGATIVES, POSITIVES, 1),
    "ours, 1,000 drawn from a pool of 2,000": (2 * NEGATIVES, POSITIVES, 1),
    "ours, 1,000 drawn from a pool of 4,000": (POOL, POSITIVES, 1),
    "ours, 8 folds, pool of 4,000, 400 of 1,000 positives": (POOL, 1000, 8),
}
ROUNDED = ", in bfloat16"


class Case:
    """Responses of one concept, and which of them belong to each fold."""

    def __init__(self, units: int, pool: int, union: int, folds: int, *, rounded: bool) -> None:
        rng = np.random.default_rng(0)
        self.negatives = rng.standard_normal((pool, units), np.float32)
        self.positives = rng.standard_normal((union, units), np.float32) + rng.uniform(
            -1, 2, units
        ).astype(np.float32)
        if rounded:
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

    def seconds_per_unit(self) -> float:
        """CPU seconds of a unit in a fold, with the share of a concept in the pool's
        sort.
        """
        with Stopwatch() as shared:
            sort_pool(self.negatives, threads=1)
        with Stopwatch() as own:
            self.measure()
        return (shared.cpu / CONCEPTS + own.cpu) / self.positives.shape[1] / self.folds

    def measure(self) -> np.ndarray:
        """AP of every unit in every fold, (folds, units)."""
        return average_precision(self.pool, self.in_pool, self.positives, self.in_union, threads=1)


def _draw(rng: np.random.Generator, n: int, size: int) -> np.ndarray:
    member = np.zeros(n, bool)
    member[rng.permutation(n)[:size]] = True
    return member


def by_scikit_learn(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Unit by unit, as ml-selfcond does."""
    return np.array([average_precision_score(labels, unit) for unit in scores])


def by_torch_sort(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """All units at once: torch.sort, then cumulative counts read at the last of each
    group of ties.
    """
    ordered, order = torch.from_numpy(scores).sort(dim=1, descending=True)
    member = torch.from_numpy(labels)[order]
    n = scores.shape[1]
    ends = torch.nn.functional.pad(ordered[:, 1:] != ordered[:, :-1], (0, 1), value=True)
    last = torch.where(ends, torch.arange(n), n).flip(1).cummin(1).values.flip(1)
    hits = member.cumsum(1).gather(1, last)
    return ((member * (hits.double() / (last + 1))).sum(1) / member.sum(1)).numpy()


def torcheval() -> Callable[[np.ndarray, np.ndarray], np.ndarray] | None:
    """torcheval's kernel over all units at once, where that package is installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # it compiles parts of itself with torch.jit
            from torcheval.metrics.functional import binary_auprc
    except ImportError:
        return None

    def measure(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
        targets = torch.from_numpy(labels).expand(*scores.shape)
        found: np.ndarray = binary_auprc(
            torch.from_numpy(scores), targets, num_tasks=len(scores)
        ).numpy()
        return found

    return measure


def rivals(
    scores: np.ndarray, labels: np.ndarray, few: int
) -> dict[str, tuple[Callable[[], object], int]]:
    """Name → what to time, and of how many units."""
    found: dict[str, tuple[Callable[[], object], int]] = {
        "scikit-learn loop": (lambda: by_scikit_learn(scores[:few], labels), few),
        "torch.sort": (lambda: by_torch_sort(scores, labels), len(scores)),
        "np.sort of the 1,400 scores": (lambda: np.sort(scores, axis=1), len(scores)),
    }
    kernel = torcheval()
    if kernel:
        found["torcheval binary_auprc"] = (
            lambda: kernel(scores[: 8 * few], labels),
            min(8 * few, len(scores)),
        )
    return found


def errors(cases: dict[str, Case], labels: np.ndarray, few: int) -> dict[str, float]:
    """Largest difference of each kernel from scikit-learn; stops when ours is off by
    more than 1e-6.
    """
    found = {}
    for name, case in cases.items():
        scores = case.scores()[:few]
        expected = by_scikit_learn(scores, labels)
        found[name] = float(np.abs(case.measure()[0, :few] - expected).max())
        if found[name] > 1e-6:
            raise SystemExit(f"{name}: off by {found[name]} from scikit-learn.")
        for rival, kernel in (
            ("torch.sort", by_torch_sort),
            ("torcheval binary_auprc", torcheval()),
        ):
            if kernel:
                found[rival] = max(
                    found.get(rival, 0.0), float(np.abs(kernel(scores, labels) - expected).max())
                )
    return found


def main() -> None:
    """Check every kernel against scikit-learn, then time all of them in turn."""
    asked = options(__doc__, runs=7).parse_args()
    units, few, runs = (512, 32, 1) if asked.quick else (4096, 128, asked.runs)
    torch.set_num_threads(1)
    cases = {name: Case(units, *shape, rounded=False) for name, shape in OURS.items()}
    cases |= {
        name + ROUNDED: Case(units, *shape, rounded=True) for name, shape in list(OURS.items())[1:]
    }
    labels = np.repeat([0, 1], [NEGATIVES, POSITIVES])
    off = errors(cases, labels, few)
    others = rivals(next(iter(cases.values())).scores(), labels, few)
    times: dict[str, list[float]] = {}
    for _ in range(runs):
        for name, (work, count) in others.items():
            with Stopwatch() as watch:
                work()
            times.setdefault(name, []).append(watch.cpu / count)
        for name, case in cases.items():
            times.setdefault(name, []).append(case.seconds_per_unit())
    slow, floor = median(times["scikit-learn loop"]), median(times["np.sort of the 1,400 scores"])
    table = []
    for name in sorted(times, key=lambda each: -median(times[each])):
        each, error = median(times[name]), f"{off[name]:.0e}" if name in off else "–"
        reach = (max(times[name]) - min(times[name])) / each
        speeds = [f"{1 / each:,.0f}", f"{reach:.0%}", f"{floor / each:.2f}", f"{slow / each:,.1f}"]
        table.append([name, *speeds, error])
    if not torcheval():
        table.append(["torcheval binary_auprc", "not installed", *["–"] * 4])
    notes = [
        f"{POSITIVES} positives, {NEGATIVES:,} negatives, {units:,} units, one thread; medians of "
        f"{runs} runs; a unit",
        f"counts once per fold; 1/{CONCEPTS} of the pool's sort is included in ours. “Error”: the "
        "largest difference",
        "from scikit-learn over float32 responses and responses in bfloat16, where most are tied.",
    ]
    columns = [
        "kernel",
        "units per CPU-second",
        "spread",
        "× np.sort floor",
        "× scikit-learn",
        "error",
    ]
    show(NAME, notes, columns, table, asked.save)


if __name__ == "__main__":
    main()

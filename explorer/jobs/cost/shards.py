"""What it costs to cut a pass into shards, and how many are best."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.core.text import duration
from explorer.jobs.cost.estimate import Estimate

_WORKERS = (2, 4, 8, 16)


@dataclass(frozen=True)
class Sharded:
    """A pass in `shards`, of which `workers` run at once; seconds by the estimate."""

    shards: int
    workers: int
    work: float
    """Of all workers together: shards × what each repeats + the concepts."""
    wall: float
    """From start to end, waves of equal workers that share nothing; the largest share
    of concepts counts.
    """


def sharded(cost: Estimate, n_concepts: int, shards: int, workers: int) -> Sharded:
    """The estimate of a pass, cut into shards for so many equal workers."""
    apart = cost.seconds - cost.repeated_seconds
    waves = math.ceil(shards / workers)
    largest = math.ceil(n_concepts / shards) / n_concepts
    return Sharded(
        shards,
        workers,
        shards * cost.repeated_seconds + apart,
        waves * (cost.repeated_seconds + apart * largest),
    )


def best(cost: Estimate, n_concepts: int, workers: int) -> Sharded:
    """The cut that ends first; of equal ones, that with the least work."""
    numbers = range(1, min(workers, n_concepts) + 1)
    cuts = [sharded(cost, n_concepts, shards, workers) for shards in numbers]
    return min(cuts, key=lambda cut: (cut.wall, cut.shards))


def told(cost: Estimate, n_concepts: int, shards: int) -> str:
    """What a cut costs and which cuts are best, in sentences."""
    lines = []
    if shards > 1:
        at_once = sharded(cost, n_concepts, shards, shards)
        lines.append(
            f"In {shards} shards: {duration(at_once.work)} of work in all, since each repeats "
            f"{duration(cost.repeated_seconds)} (model and negative pool); from start to end "
            f"{duration(at_once.wall)} with {shards} workers at once, {duration(at_once.work)} one "
            "after the other, as on this machine."
        )
    choices = [best(cost, n_concepts, workers) for workers in _WORKERS]
    fastest = ", ".join(f"{cut.shards} for {cut.workers} ({duration(cut.wall)})" for cut in choices)
    lines.append(
        "Fastest by this estimate, for workers as fast as this machine that run at once: "
        f"{fastest}; for one worker, no shards ({duration(cost.seconds)})."
    )
    return " ".join(lines)

"""The cost of a cut, against sums done by hand and the plain search."""

from __future__ import annotations

import dataclasses

import pytest

from explorer.jobs.cost.estimate import Estimate
from explorer.jobs.cost.shards import best, sharded, told

COST = Estimate(220.0, 100.0, 400.0, 1, 1, 1, 1, 9, 9, "", repeated_seconds=100.0)
"""Twelve concepts of ten seconds each, and what is repeated."""


def test_each_shard_repeats_the_pool_and_the_largest_share_decides_when_it_ends() -> None:
    cut = sharded(COST, 12, 5, 5)
    assert cut.work == pytest.approx(5 * 100 + 120)
    assert cut.wall == pytest.approx(100 + 3 * 10)
    assert sharded(COST, 12, 5, 2).wall == pytest.approx(3 * (100 + 3 * 10))


@pytest.mark.parametrize(("workers", "expected"), [(1, 1), (2, 2), (8, 6), (16, 12)])
def test_the_best_cut_ends_first_with_the_least_work(workers: int, expected: int) -> None:
    assert best(COST, 12, workers).shards == expected
    walls = [sharded(COST, 12, shards, workers).wall for shards in range(1, 13)]
    assert best(COST, 12, workers).wall == pytest.approx(min(walls))


def test_a_cut_is_told_with_its_work_and_its_time() -> None:
    cost = dataclasses.replace(COST, seconds=2200.0, repeated_seconds=1000.0)
    assert told(cost, 12, 3).startswith(
        "In 3 shards: 1 h 10 min of work in all, since each repeats 17 min (model and negative "
        "pool); from start to end 23 min with 3 workers at once, 1 h 10 min one after the other"
    )
    assert told(cost, 12, 1).startswith("Fastest by this estimate")

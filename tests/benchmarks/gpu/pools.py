"""The sorted pool in the memory of the GPU, in that of the machine, and in a file."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from explorer.extract.ranking import device, pool
from tests.benchmarks.gpu.asked import Answer, Asked

PLACES = ("GPU memory", "memory", "a file")


@contextlib.contextmanager
def put(place: str) -> Iterator[None]:
    """While open, a pool is put there, as if nothing better had room."""
    with contextlib.ExitStack() as patched:
        if place != PLACES[0]:
            patched.enter_context(mock.patch("torch.cuda.mem_get_info", return_value=(0, 0)))
        if place == PLACES[2]:
            patched.enter_context(mock.patch.object(pool, "POOL_MEMORY_SHARE", 0))
        yield


class OnDevice:
    """The kernel for GPUs on whatever device there is."""

    def __init__(self, responses: torch.Tensor) -> None:
        self._pool = device.sort_pool(responses)

    def average_precision(
        self, negative: np.ndarray, positives: torch.Tensor, positive: np.ndarray
    ) -> np.ndarray:
        """As `Ranking.average_precision`."""
        return device.average_precision(self._pool, negative, positives, positive)


def ask(asked: Asked) -> Answer:
    """Seconds for a million units, and the same numbers from every place."""
    columns = ("the pool is in", "sort, s per million units", "rank a concept, s per million units")
    answer = Answer("Where the sorted pool is", columns)
    n, positives, units = (60, 20, 2048) if asked.quick else (4000, 400, 65536)
    generator = torch.Generator().manual_seed(0)
    scores, mine = (torch.randn((rows, units), generator=generator) for rows in (n, positives))
    scores, mine = scores.to(asked.device), mine.to(asked.device)
    among = np.ones((n, 1), bool), np.ones((positives, 1), bool)
    found: list[np.ndarray] = []
    for place in PLACES:
        with tempfile.TemporaryDirectory() as scratch, put(place):

            def make(
                responses: torch.Tensor, place: str = place, scratch: str = scratch
            ) -> OnDevice | pool.Ranking:
                if place == PLACES[0] and not asked.cuda:
                    return OnDevice(responses)
                rows, threads = np.arange(n), torch.get_num_threads()
                return pool.Ranking(responses, rows, threads, Path(scratch))

            make(scores[:, :64]).average_precision(among[0], mine[:, :64], among[1])
            asked.finish()
            began = time.perf_counter()
            ranking = make(scores)
            asked.finish()
            sorted_at = time.perf_counter()
            found.append(ranking.average_precision(among[0], mine, among[1]))
            ended = time.perf_counter()
        took = [1e6 / units * seconds for seconds in (sorted_at - began, ended - sorted_at)]
        name = place if asked.cuda or place != PLACES[0] else "memory, with the GPU's kernel"
        answer.add((name, *(f"{s:.2f}" for s in took)), place=name, sort=took[0], rank=took[1])
    for place, values in zip(PLACES[1:], found[1:], strict=True):
        apart = float(np.abs(values - found[0]).max())
        answer.demand(apart <= 1e-12, f"A pool in {place} gives other numbers, by {apart:.0e}.")
    return answer

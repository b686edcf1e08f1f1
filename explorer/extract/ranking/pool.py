"""The sorted negative pool of a run: on the device of the model, in memory, or in a
scratch file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from explorer.core import memory
from explorer.core.settings import POOL_MEMORY_SHARE
from explorer.extract.ranking import device, host
from explorer.extract.ranking.pool_file import UNITS, PoolFile

BLOCK_BYTES = 1 << 28
"""Responses copied at a time out of a scratch file or a GPU."""
READERS = 2
"""Threads for each core that rank against a pool in a file: one reads while another
computes.
"""


class Ranking:
    """Ranks positives among the negative pool, which is sorted once per unit."""

    def __init__(
        self,
        pool: torch.Tensor,
        rows: np.ndarray,
        threads: int,
        scratch: Path,
        of_units: int | None = None,
    ) -> None:
        """Sort the given rows of float32 responses (sentences, units).

        `scratch` takes what does not fit in memory. of_units: the units whose pool must
        fit, where these are a sample of them. Raises ResourceError when the disk cannot
        hold it either.
        """
        self._rankers = threads
        self._device: device.DevicePool | None = None
        self._host: host.Pool | None = None
        at = torch.from_numpy(rows)
        units, held = pool.shape[1], of_units or pool.shape[1]
        if pool.is_cuda and 2.5 * 4 * held * len(rows) < torch.cuda.mem_get_info(pool.device)[0]:
            self._device = device.sort_pool(pool[at.to(pool.device)])
            return
        # The system would hand out memory that it does not have, and kill the worker
        # later.
        if host.pool_bytes(len(rows), held) < POOL_MEMORY_SHARE * memory.free():
            self._host = host.empty_pool(len(rows), units)
        else:
            self._host, self._rankers = PoolFile(len(rows), units, scratch), READERS * threads
        for block in _blocks(pool, len(rows)):
            responses = pool[at.to(pool.device), block].cpu().numpy()
            with self._host.filling(block) as part:
                host.sort_pool(responses, threads, into=part)

    def average_precision(
        self, negative: np.ndarray, positives: torch.Tensor, positive: np.ndarray
    ) -> np.ndarray:
        """Average precision, float64 (folds, units), of float32 positives (sentences,
        units).

        negative: bool (pool, folds); positive: bool (sentences, folds).
        """
        if self._device is not None:
            return device.average_precision(
                self._device, negative, positives.to(self._device.keys.device), positive
            )
        assert self._host is not None
        out = np.empty((positive.shape[1], positives.shape[1]))
        for units in _blocks(positives, len(positives)):
            block = positives[:, units].cpu().numpy()
            found = host.average_precision(
                self._host, negative, block, positive, self._rankers, units.start
            )
            out[:, units] = found
        return out


def _blocks(responses: torch.Tensor, rows: int) -> Iterator[slice]:
    total = responses.shape[1]
    step = max(UNITS, BLOCK_BYTES // (4 * max(rows, 1)) // UNITS * UNITS)
    for start in range(0, total, step):
        yield slice(start, min(start + step, total))

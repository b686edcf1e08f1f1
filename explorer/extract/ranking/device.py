"""Exact average precision where the responses are: torch operations alone, for a
GPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

CHUNK_BYTES = 1 << 29
"""Scratch memory of one step over the units."""


@dataclass(frozen=True)
class DevicePool:
    """Responses of the negative pool, sorted once per unit and shared by all concepts.

    keys: float32 (units, pool), ascending: the responses with their sign turned. order:
    int32 (units, pool), the pool row of each key.
    """

    keys: torch.Tensor
    order: torch.Tensor


def sort_pool(responses: torch.Tensor) -> DevicePool:
    """Sort float32 responses of shape (pool, units), none of them NaN, by unit."""
    n, units = responses.shape
    keys = torch.empty((units, n), device=responses.device)
    order = torch.empty((units, n), dtype=torch.int32, device=responses.device)
    for rows in _chunks(units, 24 * n):
        sorted_keys, positions = (-responses[:, rows].T.contiguous()).sort(dim=1)
        keys[rows], order[rows] = sorted_keys, positions.int()
    return DevicePool(keys, order)


def average_precision(
    pool: DevicePool, pool_folds: np.ndarray, positives: torch.Tensor, positive_folds: np.ndarray
) -> np.ndarray:
    """Average precision of every unit in every fold, float64 (folds, units); NaN for a
    fold without positives.

    As `average_precision.average_precision`: pool_folds, bool (pool, folds), the
    negatives of each fold; positives, float32 (sentences, units); positive_folds, bool
    (sentences, folds).
    """
    n, units = positives.shape
    device = positives.device
    negative = torch.from_numpy(np.ascontiguousarray(pool_folds.T)).to(device)
    positive = torch.from_numpy(np.ascontiguousarray(positive_folds.T)).to(device)
    out = np.full((len(positive), units), np.nan)
    for rows in _chunks(units, 24 * (n + pool.keys.shape[1])) if n else ():
        keys, order = (-positives[:, rows].T.contiguous()).sort(dim=1)
        # Ties count in full on both sides: every rank is that of the last key that is
        # no higher.
        above = torch.searchsorted(pool.keys[rows], keys, right=True)
        last = torch.searchsorted(keys, keys, right=True) - 1
        for fold in range(len(positive)):
            member = positive[fold][order]
            hits = member.cumsum(1, dtype=torch.int32).gather(1, last).double()
            false = negative[fold][pool.order[rows]].cumsum(1, dtype=torch.int32)
            false = torch.nn.functional.pad(false, (1, 0)).gather(1, above).double()
            precision = torch.where(member, hits / (hits + false).clamp(min=1), 0.0)
            count = int(positive[fold].sum())
            if count:
                out[fold, rows] = (precision.sum(1) / count).cpu().numpy()
    return out


def _chunks(units: int, bytes_per_unit: int) -> list[slice]:
    step = max(1, CHUNK_BYTES // max(bytes_per_unit, 1))
    return [slice(start, min(start + step, units)) for start in range(0, units, step)]

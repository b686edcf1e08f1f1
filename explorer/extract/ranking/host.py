"""Exact average precision of every unit, several folds side by side, over one sorted
negative pool.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from explorer.extract.ranking.kernels import sum_precision
from explorer.extract.ranking.plain import BLOCK
from explorer.extract.ranking.sort_kernels import merge_runs, pack, to_keys, unpack, unpack_ranks

RUN = 256
"""Packed keys that np.sort orders without partitioning, which costs it several times
the rest.
"""
CHUNK_BYTES = 1 << 19
"""Packed keys sorted at a time by a thread: about half of a core's second-level cache.
"""

POOL_PER_SENTENCE = 20
"""Pool keys that count as one sentence to sort, so that chunks stay small where a pool
is read from a file.
"""


@dataclass(frozen=True)
class SortedPool:
    """Responses of the negative pool, sorted once per unit and shared by all concepts.

    keys: int32 (units, pool + BLOCK), ascending: the higher the response, the lower its
    key; closed by sentinels. ranks: (units, pool), the place of each pool row among the
    keys.
    """

    keys: np.ndarray
    ranks: np.ndarray

    def units(self, units: slice) -> SortedPool:
        """The part of some units, a view."""
        return SortedPool(self.keys[units], self.ranks[units])

    def filling(self, units: slice) -> AbstractContextManager[SortedPool]:
        """The same, to sort into."""
        return nullcontext(self.units(units))


class Pool(Protocol):
    """A sorted pool wherever it is kept."""

    def units(self, units: slice) -> SortedPool:
        """The part of some units, valid until the same thread asks for another."""

    def filling(self, units: slice) -> AbstractContextManager[SortedPool]:
        """The part of some units to sort into, kept when the block ends."""


def pool_arrays(n: int, units: int) -> list[tuple[tuple[int, int], type[np.generic]]]:
    """Shapes and types of the keys and ranks of a pool of `n` sentences."""
    return [((units, n + BLOCK), np.int32), ((units, n), _index_type(n))]


def pool_bytes(n: int, units: int) -> int:
    """Memory of a sorted pool of `n` sentences."""
    return sum(
        rows * columns * np.dtype(dtype).itemsize
        for (rows, columns), dtype in pool_arrays(n, units)
    )


def empty_pool(n: int, units: int) -> SortedPool:
    """A pool in memory to sort into."""
    return SortedPool(*(np.empty(*array) for array in pool_arrays(n, units)))


def sort_pool(
    responses: np.ndarray, threads: int | None = None, into: SortedPool | None = None
) -> SortedPool:
    """Sort float32 responses of shape (pool, units), none of them NaN, by unit;
    threads: all cores.
    """
    bits = np.asarray(responses, np.float32).view(np.int32)
    n, units = bits.shape
    pool = into or empty_pool(n, units)

    def sort(rows: slice) -> None:
        unpack_ranks(
            _sorted_with_positions(_keys(bits[:, rows])), pool.keys[rows], pool.ranks[rows]
        )

    _by_chunks(sort, units, n, threads)
    return pool


def average_precision(
    pool: Pool,
    pool_folds: np.ndarray,
    positives: np.ndarray,
    positive_folds: np.ndarray,
    threads: int | None = None,
    first: int = 0,
) -> np.ndarray:
    """Average precision of every unit in every fold, float64 (folds, units).

    pool_folds: bool (pool, folds), the negatives of each fold. positives: float32
    (sentences, units), the positives of all folds; positive_folds: bool (sentences,
    folds), which are whose. It is the mean over a fold's positives of TP / (TP + FP),
    both counted at or above the positive's own response, as scikit-learn's
    `average_precision_score`; NaN for a fold without positives. Responses must not be
    NaN. threads: all cores. first: the unit of the pool that is the first of
    `positives`.
    """
    bits = np.asarray(positives, np.float32).view(np.int32)
    n, units = bits.shape
    n_positive, n_negative = positive_folds.sum(axis=0), pool_folds.sum(axis=0)
    width = 16 if max(n_positive.max(initial=0), n_negative.max(initial=0)) < 1 << 16 else 32
    lanes = _lanes(positive_folds, width)
    drawn = np.flatnonzero(pool_folds.any(axis=1))
    drawn_folds = np.packbits(pool_folds[drawn], axis=1, bitorder="little").T.copy()
    alike = bool(positive_folds.all())
    out = np.empty((positive_folds.shape[1], units))

    def measure(rows: slice) -> None:
        keys = _keys(bits[:, rows])
        order = np.zeros(keys.shape, _index_type(n))
        if alike:  # positions do not matter, and keys alone sort several times faster
            keys.sort(axis=1)
        else:
            unpack(_sorted_with_positions(keys), keys, order)
        sums = np.empty((len(out), len(keys)))
        part = pool.units(slice(first + rows.start, first + rows.stop))
        sum_precision(part.keys, part.ranks, drawn, drawn_folds, keys, order, lanes, width, sums)
        out[:, rows] = sums

    if n:
        _by_chunks(measure, units, max(n, len(pool_folds) // POOL_PER_SENTENCE), threads)
    with np.errstate(invalid="ignore"):
        out /= n_positive[:, None]
    return out


def _index_type(n: int) -> type[np.unsignedinteger]:
    return np.uint16 if n <= 1 << 16 else np.uint32


def _cores() -> int:
    # macOS has no affinity to ask for.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _by_chunks(work: Callable[[slice], None], units: int, n: int, threads: int | None) -> None:
    step = max(16, CHUNK_BYTES // (8 * max(n, 1)))
    chunks = [slice(start, min(start + step, units)) for start in range(0, units, step)]
    threads = min(threads or _cores(), len(chunks))
    if threads <= 1:
        for chunk in chunks:
            work(chunk)
        return
    # Python threads over code that releases the GIL: numba's own threads would share
    # OpenMP's settings with torch.
    with ThreadPoolExecutor(threads) as executor:
        for _ in executor.map(work, chunks):
            pass


def _lanes(folds: np.ndarray, width: int) -> np.ndarray:
    # One addition of a word advances the counts of 64 / width folds.
    per_word = 64 // width
    words = np.zeros((-(-folds.shape[1] // per_word), len(folds)), np.uint64)
    for fold, member in enumerate(folds.T):
        words[fold // per_word] |= member.astype(np.uint64) << np.uint64(width * (fold % per_word))
    return words


def _keys(bits: np.ndarray) -> np.ndarray:
    keys = np.empty(bits.shape[::-1], np.int32)
    to_keys(bits, keys)
    return keys


def _sorted_with_positions(keys: np.ndarray) -> np.ndarray:
    # Rows of (key, position) as int64: short runs by np.sort, merged in pairs.
    units, n = keys.shape
    runs = 1
    while runs * RUN < n:
        runs *= 2
    packed = np.empty((units, n if runs == 1 else runs * RUN), np.int64)
    pack(keys, packed)
    for start in range(0, n, RUN):
        packed[:, start : start + RUN].sort(axis=1)
    merged = np.empty_like(packed) if runs > 1 else packed
    length = RUN
    while length < packed.shape[1]:
        merge_runs(packed, length, merged)
        packed, merged = merged, packed
        length *= 2
    return packed

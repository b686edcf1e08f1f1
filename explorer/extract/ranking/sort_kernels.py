"""Compiled loops of the sort by unit, on rows of units. They release the GIL."""

from __future__ import annotations

import numpy as np

from explorer.extract.compiled import compiled

SENTINEL = np.iinfo(np.int32).max
"""Above the key of every number."""
_ONE, _TILE = np.uint64(1), np.uint64(8)


@compiled
def _key(value: np.int32) -> np.int32:
    if value == np.int32(-0x80000000):
        value = np.int32(0)
    return ~(value ^ ((value >> np.int32(31)) & np.int32(0x7FFFFFFF)))


@compiled
def to_keys(bits: np.ndarray, keys: np.ndarray) -> None:
    """Bits of float32 (n, units) to int32 keys (units, n), ordered against the numbers;
    -0.0 is 0.0.
    """
    # Rows by eights: the keys of a unit then fill a cache line at a time. Unsigned
    # indices, here and below, spare the test for Python's negative ones.
    n, units = bits.shape
    for tile in range(0, n - n % 8, 8):
        first = np.uint64(tile)
        for u in range(np.uint64(units)):
            for i in range(_TILE):
                keys[u, first + i] = _key(bits[first + i, u])
    for i in range(np.uint64(n - n % 8), np.uint64(n)):
        for u in range(np.uint64(units)):
            keys[u, i] = _key(bits[i, u])


@compiled
def pack(keys: np.ndarray, packed: np.ndarray) -> None:
    """Keys (units, n) and their positions, as int64; rows of `packed` may be longer and
    are filled up.
    """
    units, n = keys.shape
    for u in range(units):
        for i in range(n):
            packed[u, i] = (np.int64(keys[u, i]) << 32) | i
        packed[u, n:] = np.iinfo(np.int64).max


@compiled
def unpack_ranks(packed: np.ndarray, keys: np.ndarray, ranks: np.ndarray) -> None:
    """As `unpack`, but the place of each position among the keys; the rest of a row of
    `keys` is sentinels.
    """
    units, n = ranks.shape
    for u in range(units):
        for i in range(n):
            keys[u, i] = packed[u, i] >> 32
            ranks[u, np.uint64(packed[u, i] & 0xFFFFFFFF)] = i
        keys[u, n:] = SENTINEL


@compiled
def unpack(packed: np.ndarray, keys: np.ndarray, order: np.ndarray) -> None:
    """The keys and the positions that `pack` packed."""
    units, n = order.shape
    for u in range(units):
        for i in range(n):
            keys[u, i] = packed[u, i] >> 32
            order[u, i] = packed[u, i] & 0xFFFFFFFF


@compiled
def merge_runs(packed: np.ndarray, run: int, merged: np.ndarray) -> None:
    """Merge neighbouring sorted runs of equal length; a row holds an even number of
    them.
    """
    units, n = packed.shape
    for u in range(units):
        for first in range(0, n, 2 * run):
            # From both ends at once: neither run can be exhausted before its last key
            # is written, so no bound needs checking, and the two chains overlap in the
            # processor.
            a, b = np.uint64(first), np.uint64(first + run)
            y, z = b - _ONE, b + np.uint64(run) - _ONE
            low, high = a, z
            for _ in range(run):
                left, right = packed[u, a], packed[u, b]
                second = np.uint64(right < left)
                merged[u, low] = min(left, right)
                a, b, low = a + _ONE - second, b + second, low + _ONE
                left, right = packed[u, y], packed[u, z]
                second = np.uint64(right > left)
                merged[u, high] = max(left, right)
                y, z, high = y + second - _ONE, z - second, high - _ONE

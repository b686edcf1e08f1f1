"""Compiled loops of average precision. Each works on rows of units and releases the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

BLOCK = 16
"""Pool keys compared at once; a sorted pool ends every row with as many sentinels."""
SENTINEL = np.iinfo(np.int32).max
"""Above the key of every number."""
_BLOCK, _ONE, _TILE = np.uint64(BLOCK), np.uint64(1), np.uint64(8)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` compiled at its first call, and kept on disk where there is a folder for that."""
    try:
        kept: Any = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})(function)
    except RuntimeError:  # numba finds no folder it may write to, as in a read-only installation
        kept = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc"})(function)
    return kept  # type: ignore[no-any-return]


@compiled
def _key(value: np.int32) -> np.int32:
    if value == np.int32(-0x80000000):
        value = np.int32(0)
    return ~(value ^ ((value >> np.int32(31)) & np.int32(0x7FFFFFFF)))


@compiled
def to_keys(bits: np.ndarray, keys: np.ndarray) -> None:
    """Bits of float32 (n, units) to int32 keys (units, n), ordered against the numbers; -0.0 is 0.0."""
    # Rows by eights: the keys of a unit then fill a cache line at a time. Unsigned indices, here and below,
    # spare the test for Python's negative ones.
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
    """Keys (units, n) and their positions, as int64; rows of `packed` may be longer and are filled up."""
    units, n = keys.shape
    for u in range(units):
        for i in range(n):
            packed[u, i] = (np.int64(keys[u, i]) << 32) | i
        packed[u, n:] = np.iinfo(np.int64).max


@compiled
def unpack(packed: np.ndarray, keys: np.ndarray, order: np.ndarray) -> None:
    """What `pack` packed; rows of `keys` may be longer than those of `order` and are filled with sentinels."""
    units, n = order.shape
    for u in range(units):
        for i in range(n):
            keys[u, i] = packed[u, i] >> 32
            order[u, i] = packed[u, i] & 0xFFFFFFFF
        keys[u, n:] = SENTINEL


@compiled
def merge_runs(packed: np.ndarray, run: int, merged: np.ndarray) -> None:
    """Merge neighbouring sorted runs of equal length; a row holds an even number of them."""
    units, n = packed.shape
    for u in range(units):
        for first in range(0, n, 2 * run):
            # From both ends at once: neither run can be exhausted before its last key is written,
            # so no bound needs checking, and the two chains overlap in the processor.
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


def _block_at_most(_context: Any, row: Any, _first: Any, _key: Any) -> Any:
    # How many of BLOCK keys are <= key: one comparison and one popcount, which LLVM does not find by itself.
    vector = ir.VectorType(ir.IntType(32), BLOCK)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), vector.as_pointer())
        keys = builder.load(address, align=4)
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0))
        same = builder.shuffle_vector(one, one, ir.Constant(vector, [0] * BLOCK))
        mask = builder.bitcast(builder.icmp_signed("<=", keys, same), ir.IntType(BLOCK))
        return builder.zext(builder.ctpop(mask), ir.IntType(64))

    return types.uint64(row, types.uint64, types.int32), generate


_at_most: Any = intrinsic(_block_at_most)


@compiled
def _advance(row: np.ndarray, rank: int, key: int) -> int:
    count = _BLOCK
    while count == _BLOCK:
        count = _at_most(row, rank, key)
        rank += count
    return rank


@compiled
def _ranks(row: np.ndarray, keys: np.ndarray, ranks: np.ndarray) -> None:
    # Number of pool keys <= each of the ascending keys. Four searches run side by side: one alone waits
    # most of its time for its own last comparison.
    n, n_pool = len(keys), len(row) - BLOCK
    part = n // 4
    a = np.uint64(0)
    b = np.uint64(np.searchsorted(row[:n_pool], keys[part], "right"))
    c = np.uint64(np.searchsorted(row[:n_pool], keys[2 * part], "right"))
    d = np.uint64(np.searchsorted(row[:n_pool], keys[3 * part], "right"))
    for i in range(part):
        a = _advance(row, a, keys[i])
        b = _advance(row, b, keys[part + i])
        c = _advance(row, c, keys[2 * part + i])
        d = _advance(row, d, keys[3 * part + i])
        ranks[i], ranks[part + i], ranks[2 * part + i], ranks[3 * part + i] = a, b, c, d
    for i in range(4 * part, n):
        d = _advance(row, d, keys[i])
        ranks[i] = d


@compiled
def sum_precision(
    pool_keys: np.ndarray,
    pool_order: np.ndarray,
    pool_lanes: np.ndarray,
    keys: np.ndarray,
    order: np.ndarray,
    lanes: np.ndarray,
    width: int,
    out: np.ndarray,
) -> None:
    """Sum of TP / (TP + FP) over the positives of each fold, into `out` (folds, units).

    Keys and orders are rows of sorted units; lanes are uint64 (words, sentences) with `width` bits a fold.
    """
    units, n = order.shape
    n_pool = pool_order.shape[1]
    ranks = np.empty(n, np.uint32)
    negatives = np.zeros(n_pool + 1, np.uint64)
    member, tp, fp = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint64)
    per_word, mask = 64 // width, np.uint64((1 << width) - 1)
    for u in range(units):
        _ranks(pool_keys[u], keys[u], ranks)
        for word in range(len(lanes)):
            count = np.uint64(0)
            for j in range(n_pool):
                count += pool_lanes[word, pool_order[u, j]]
                negatives[j + 1] = count
            count = np.uint64(0)
            for i in range(n):
                member[i] = lanes[word, order[u, i]]
                count += member[i]
                tp[i] = count
                fp[i] = negatives[ranks[i]]
            for i in range(n - 2, -1, -1):
                if keys[u, i] == keys[u, i + 1]:
                    tp[i] = tp[i + 1]
            for lane in range(min(per_word, len(out) - word * per_word)):
                shift = np.uint64(width * lane)
                total = 0.0
                for i in range(n):
                    hits = np.int64((tp[i] >> shift) & mask)
                    false = np.int64((fp[i] >> shift) & mask)
                    total += float(np.int64((member[i] >> shift) & mask) * hits) / max(float(hits + false), 1.0)
                out[word * per_word + lane, u] = total

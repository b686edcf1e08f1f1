"""Compiled loops of average precision. Each works on rows of units and releases the
GIL.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from explorer.extract.compiled import compiled
from explorer.extract.ranking.sort_kernels import SENTINEL

BLOCK = 16
"""Pool keys compared at once; a sorted pool ends every row with as many sentinels."""
MARKS = 64
"""Bytes whose marks become one word of a bitmap."""
_BLOCK, _MARKS, _ONE = np.uint64(BLOCK), np.uint64(MARKS), np.uint64(1)
_BYTE, _INT, _LONG = (ir.IntType(bits) for bits in (8, 32, 64))

# Single vector instructions, which LLVM does not find in a loop by itself.


def _block_at_most(_context: Any, row: Any, _first: Any, _key: Any) -> Any:
    # How many of the BLOCK keys from `first` on are <= key.
    vector = ir.VectorType(_INT, BLOCK)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        keys = _load(context, builder, signature, arguments, vector, 4)
        mask = builder.icmp_signed("<=", keys, _splat(builder, arguments[2], vector))
        return builder.zext(builder.ctpop(builder.bitcast(mask, ir.IntType(BLOCK))), _LONG)

    return types.uint64(row, types.uint64, types.int32), generate


def _word_of_marks(_context: Any, marks: Any, _first: Any, _fold: Any) -> Any:
    # Bit i of the word: whether byte `first + i` has bit `fold`.
    vector = ir.VectorType(_BYTE, MARKS)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bit = builder.shl(ir.Constant(_BYTE, 1), builder.trunc(arguments[2], _BYTE))
        held = builder.and_(
            _load(context, builder, signature, arguments, vector, 1), _splat(builder, bit, vector)
        )
        return builder.bitcast(
            builder.icmp_unsigned("!=", held, ir.Constant(vector, [0] * MARKS)), _LONG
        )

    return types.uint64(marks, types.uint64, types.uint64), generate


def _ones(_context: Any, _word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _prefetch_line(_context: Any, row: Any, _at: Any) -> Any:
    # Into the second-level cache; harmless behind the end of a row.
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature, arguments, _BYTE)
        kind = ir.FunctionType(ir.VoidType(), [address.type, _INT, _INT, _INT])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(
            call, [address, ir.Constant(_INT, 0), ir.Constant(_INT, 2), ir.Constant(_INT, 1)]
        )
        return context.get_dummy_value()

    return types.void(row, types.uint64), generate


def _address(context: Any, builder: Any, signature: Any, arguments: Any, kind: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    return builder.bitcast(builder.gep(data, [arguments[1]]), kind.as_pointer())


def _load(
    context: Any, builder: Any, signature: Any, arguments: Any, vector: Any, align: int
) -> Any:
    return builder.load(_address(context, builder, signature, arguments, vector), align=align)


def _splat(builder: Any, value: Any, vector: Any) -> Any:
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(
        one, one, ir.Constant(ir.VectorType(_INT, vector.count), [0] * vector.count)
    )


_count_at_most: Any = intrinsic(_block_at_most)
_marked: Any = intrinsic(_word_of_marks)
_count_ones: Any = intrinsic(_ones)
_prefetch: Any = intrinsic(_prefetch_line)


@compiled
def _advance(row: np.ndarray, rank: int, key: int) -> int:
    count = _BLOCK
    while count == _BLOCK:
        count = _count_at_most(row, rank, key)
        rank += count
    return rank


@compiled
def _ranks(row: np.ndarray, keys: np.ndarray, ranks: np.ndarray) -> None:
    # Number of keys of a row <= each of the ascending keys. Four searches run side by
    # side: one alone waits most of its time for its own last comparison.
    n, n_row = len(keys), len(row) - BLOCK
    part = n // 4
    a = np.uint64(0)
    b = np.uint64(np.searchsorted(row[:n_row], keys[part], "right"))
    c = np.uint64(np.searchsorted(row[:n_row], keys[2 * part], "right"))
    d = np.uint64(np.searchsorted(row[:n_row], keys[3 * part], "right"))
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
def _ranks_by_blocks(
    row: np.ndarray, last: np.ndarray, keys: np.ndarray, ranks: np.ndarray
) -> None:
    # First how many blocks of the pool are below a key as a whole, then how many keys
    # of the next. A search along the row itself would wait for memory at every block;
    # the last keys of all blocks stay close.
    for b in range(np.uint64(len(last) - BLOCK)):
        last[b] = row[_BLOCK * b + _BLOCK - _ONE]
    _ranks(last, keys, ranks)
    for i in range(np.uint64(len(keys))):
        first = _BLOCK * np.uint64(ranks[i])
        ranks[i] = first + _count_at_most(row, first, keys[i])


@compiled
def _mark(
    pool_ranks: np.ndarray,
    drawn: np.ndarray,
    folds: np.ndarray,
    marks: np.ndarray,
    following: np.ndarray,
) -> None:
    # The drawn negatives in the order of their keys: a byte each, a bit for every fold.
    # Meanwhile the keys of the following unit come out of memory: four for each
    # negative, since a quarter of a pool is drawn.
    marks[:] = 0
    for k in range(np.uint64(len(drawn))):
        marks[np.uint64(pool_ranks[drawn[k]])] = folds[k]
        _prefetch(following, k << np.uint64(2))


@compiled
def _negatives_above(
    marks: np.ndarray,
    fold: np.uint64,
    ranks: np.ndarray,
    words: np.ndarray,
    before: np.ndarray,
    fp: np.ndarray,
) -> None:
    # How many of the fold's negatives are among the first `rank` keys of the pool, for
    # every rank.
    count = np.uint64(0)
    for w in range(np.uint64(len(words))):
        words[w] = _marked(marks, _MARKS * w, fold)
        before[w] = count
        count += _count_ones(words[w])
    for i in range(np.uint64(len(ranks))):
        word, bit = np.uint64(ranks[i]) >> np.uint64(6), np.uint64(ranks[i]) & np.uint64(63)
        fp[i] = before[word] + _count_ones(words[word] & ((_ONE << bit) - _ONE))


@compiled
def sum_precision(
    pool_keys: np.ndarray,
    pool_ranks: np.ndarray,
    drawn: np.ndarray,
    drawn_folds: np.ndarray,
    keys: np.ndarray,
    order: np.ndarray,
    lanes: np.ndarray,
    width: int,
    out: np.ndarray,
) -> None:
    """Sum of TP / (TP + FP) over the positives of each fold, into `out` (folds, units).

    Keys, ranks and orders are rows of sorted units. drawn: the pool rows that are a
    negative of any fold; drawn_folds: uint8 (ceil(folds / 8), drawn), a bit for each
    fold. lanes: the positives of each fold, uint64 (words, sentences) with `width` bits
    a fold.
    """
    units, n = order.shape
    n_pool = pool_ranks.shape[1]
    last, ranks = np.full(n_pool // BLOCK + BLOCK, SENTINEL, np.int32), np.empty(n, np.uint32)
    n_words = n_pool // MARKS + 1
    words, before = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    marks = np.empty(n_words * MARKS, np.uint8)
    member, tp, fp = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint64)
    per_word, mask = 64 // width, np.uint64((1 << width) - 1)
    for u in range(units):
        _ranks_by_blocks(pool_keys[u], last, keys[u], ranks)
        for word in range(len(lanes)):
            count = np.uint64(0)
            for i in range(np.uint64(n)):
                member[i] = lanes[word, np.uint64(order[u, i])]
                count += member[i]
                tp[i] = count
            for i in range(n - 2, -1, -1):
                if keys[u, i] == keys[u, i + 1]:
                    tp[i] = tp[i + 1]
            for lane in range(min(per_word, len(out) - word * per_word)):
                fold = word * per_word + lane
                if fold % 8 == 0:
                    _mark(
                        pool_ranks[u],
                        drawn,
                        drawn_folds[fold // 8],
                        marks,
                        pool_keys[min(u + 1, units - 1)],
                    )
                _negatives_above(marks, np.uint64(fold % 8), ranks, words, before, fp)
                shift = np.uint64(width * lane)
                total = 0.0
                for i in range(np.uint64(n)):
                    one, hits = (member[i] >> shift) & mask, (tp[i] >> shift) & mask
                    # The last term: 0 / 0 of who is no member would be NaN.
                    total += np.float64(one * hits) / np.float64(hits + fp[i] + (_ONE - one))
                out[fold, u] = total

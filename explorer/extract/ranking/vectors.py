"""Single vector instructions, which LLVM does not find in a loop by itself.

`plain` has the same functions as loops; `kernels` takes those where these do not work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from explorer.extract.compiled import compiled
from explorer.extract.ranking import plain

_BYTE, _INT, _LONG = (ir.IntType(bits) for bits in (8, 32, 64))


def _block_at_most(_context: Any, row: Any, _first: Any, _key: Any) -> Any:
    # How many of the BLOCK keys from `first` on are <= key.
    vector = ir.VectorType(_INT, plain.BLOCK)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        keys = _load(context, builder, signature, arguments, vector, 4)
        mask = builder.icmp_signed("<=", keys, _splat(builder, arguments[2], vector))
        return builder.zext(builder.ctpop(builder.bitcast(mask, ir.IntType(plain.BLOCK))), _LONG)

    return types.uint64(row, types.uint64, types.int32), generate


def _word_of_marks(_context: Any, marks: Any, _first: Any, _fold: Any) -> Any:
    # Bit i of the word: whether byte `first + i` has bit `fold`.
    vector = ir.VectorType(_BYTE, plain.MARKS)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bit = builder.shl(ir.Constant(_BYTE, 1), builder.trunc(arguments[2], _BYTE))
        marked = builder.and_(
            _load(context, builder, signature, arguments, vector, 1), _splat(builder, bit, vector)
        )
        return builder.bitcast(
            builder.icmp_unsigned("!=", marked, ir.Constant(vector, [0] * plain.MARKS)), _LONG
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
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(
        first, first, ir.Constant(ir.VectorType(_INT, vector.count), [0] * vector.count)
    )


count_at_most: Any = intrinsic(_block_at_most)
word_of_marks: Any = intrinsic(_word_of_marks)
count_ones: Any = intrinsic(_ones)
prefetch: Any = intrinsic(_prefetch_line)


@compiled
def _tried(row: np.ndarray, marks: np.ndarray, key: int) -> tuple[int, int, int]:
    prefetch(row, np.uint64(0))
    word = word_of_marks(marks, np.uint64(0), np.uint64(3))
    return count_at_most(row, np.uint64(0), key), word, count_ones(word)


def usable() -> bool:
    """Whether this processor and this LLVM give what the plain loops give."""
    row = np.arange(plain.BLOCK, dtype=np.int32)
    marks = (np.arange(plain.MARKS, dtype=np.uint8) * 37) % 251
    key, first, fold = np.int32(5), np.uint64(0), np.uint64(3)
    try:
        found = _tried(row, marks, key)
    except Exception:  # noqa: BLE001 - whatever a compiler raises, the loops do without
        return False
    word = np.uint64(plain.word_of_marks(marks, first, fold))
    expected = plain.count_at_most(row, first, key), word, plain.count_ones(word)
    return bool(found == expected)

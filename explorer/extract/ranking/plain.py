"""What the kernels do to a block of keys or a word of marks, as plain loops."""

from __future__ import annotations

import numpy as np

from explorer.extract.compiled import compiled

BLOCK = 16
"""Pool keys compared at once; a sorted pool ends every row with as many sentinels."""
MARKS = 64
"""Bytes whose marks become one word of a bitmap."""
_BLOCK, _MARKS, _ONE = np.uint64(BLOCK), np.uint64(MARKS), np.uint64(1)


@compiled
def count_at_most(row: np.ndarray, first: np.uint64, key: int) -> np.uint64:
    """How many of the BLOCK keys from `first` on are <= key."""
    count = np.uint64(0)
    for i in range(_BLOCK):
        count += np.uint64(row[first + i] <= key)
    return count


@compiled
def word_of_marks(marks: np.ndarray, first: np.uint64, fold: np.uint64) -> np.uint64:
    """Bit i of the word: whether byte `first + i` has bit `fold`."""
    word = np.uint64(0)
    for i in range(_MARKS):
        word |= ((np.uint64(marks[first + i]) >> fold) & _ONE) << i
    return word


@compiled
def count_ones(word: np.uint64) -> np.uint64:
    """Bits that are set."""
    count = np.uint64(0)
    while word:
        word &= word - _ONE
        count += _ONE
    return count


@compiled
def prefetch(row: np.ndarray, at: np.uint64) -> None:
    """Nothing: only a processor can be asked to."""

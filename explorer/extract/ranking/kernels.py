"""Compiled loops of average precision. Each works on rows of units and releases the
GIL.
"""

from __future__ import annotations

import os

import numpy as np

from explorer.extract.compiled import PLAIN, compiled
from explorer.extract.ranking import plain, vectors
from explorer.extract.ranking.plain import BLOCK, MARKS
from explorer.extract.ranking.sort_kernels import SENTINEL

_BLOCK, _MARKS, _ONE = np.uint64(BLOCK), np.uint64(MARKS), np.uint64(1)
_chosen = plain if os.environ.get(PLAIN) or not vectors.usable() else vectors
count_at_most, word_of_marks = _chosen.count_at_most, _chosen.word_of_marks
count_ones, prefetch = _chosen.count_ones, _chosen.prefetch


@compiled
def _advance(row: np.ndarray, rank: int, key: int) -> int:
    count = _BLOCK
    while count == _BLOCK:
        count = count_at_most(row, rank, key)
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
        ranks[i] = first + count_at_most(row, first, keys[i])


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
        prefetch(following, k << np.uint64(2))


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
        words[w] = word_of_marks(marks, _MARKS * w, fold)
        before[w] = count
        count += count_ones(words[w])
    for i in range(np.uint64(len(ranks))):
        word, bit = np.uint64(ranks[i]) >> np.uint64(6), np.uint64(ranks[i]) & np.uint64(63)
        fp[i] = before[word] + count_ones(words[word] & ((_ONE << bit) - _ONE))


@compiled
def _true_positives(
    order: np.ndarray, keys: np.ndarray, members: np.ndarray, member: np.ndarray, tp: np.ndarray
) -> None:
    # Positives of each fold among those that are scored as high, ties included; folds
    # are lanes of a word.
    count = np.uint64(0)
    for i in range(np.uint64(len(order))):
        member[i] = members[np.uint64(order[i])]
        count += member[i]
        tp[i] = count
    for i in range(len(order) - 2, -1, -1):
        if keys[i] == keys[i + 1]:
            tp[i] = tp[i + 1]


@compiled
def _precision_of_fold(
    member: np.ndarray, tp: np.ndarray, fp: np.ndarray, shift: np.uint64, mask: np.uint64
) -> float:
    # Sum of TP / (TP + FP) over the positives of the fold in the lane at `shift`.
    total = 0.0
    for i in range(np.uint64(len(fp))):
        one, hits = (member[i] >> shift) & mask, (tp[i] >> shift) & mask
        # The last term: 0 / 0 of who is no member would be NaN.
        total += np.float64(one * hits) / np.float64(hits + fp[i] + (_ONE - one))
    return total


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
            _true_positives(order[u], keys[u], lanes[word], member, tp)
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
                out[fold, u] = _precision_of_fold(member, tp, fp, shift, mask)

"""Compiled max over tokens: one pass over a layer's outputs, straight into the
responses. Releases the GIL.
"""

from __future__ import annotations

import numpy as np

from explorer.extract.compiled import compiled

_LARGEST = np.finfo(np.float32).max


@compiled
def _raise_to(best: np.ndarray, row: np.ndarray) -> None:
    for j in range(np.uint64(len(row))):
        value, held = row[j], best[j]
        # A NaN, once seen, stays.
        best[j] = held if (value <= held) | (held != held) else value


@compiled
def _widen(row: np.ndarray, bits: np.ndarray) -> None:
    for j in range(np.uint64(len(row))):
        bits[j] = np.uint32(row[j]) << np.uint32(16)


@compiled
def _put(best: np.ndarray, target: np.ndarray) -> bool:
    finite = True
    for j in range(np.uint64(len(best))):
        target[j] = best[j]
        finite &= abs(best[j]) <= _LARGEST
    return finite


@compiled
def max_of_float32(
    outputs: np.ndarray,
    pooled: np.ndarray,
    rows: np.ndarray,
    offset: int,
    out: np.ndarray,
    finite: np.ndarray,
) -> None:
    """Maxima over the pooled tokens of every sentence; a NaN among them is the result.

    outputs: float32 (sentences, tokens, width); pooled: bool (sentences, tokens).
    Sentence i goes to row `rows[i]` of `out`, float32, from column `offset` on. finite:
    bool (sentences,), cleared where a maximum is not a finite number.
    """
    sentences, tokens, width = outputs.shape
    best = np.empty(width, np.float32)
    for i in range(sentences):
        best[:] = -np.inf
        for t in range(tokens):
            if pooled[i, t]:
                _raise_to(best, outputs[i, t])
        finite[i] &= _put(best, out[rows[i], offset : offset + width])


@compiled
def max_of_bfloat16(
    bits: np.ndarray,
    pooled: np.ndarray,
    rows: np.ndarray,
    offset: int,
    out: np.ndarray,
    finite: np.ndarray,
) -> None:
    """As `max_of_float32`, from the bits of bfloat16 outputs: uint16 (sentences,
    tokens, width).
    """
    sentences, tokens, width = bits.shape
    best, wide = np.empty(width, np.float32), np.empty(width, np.uint32)
    for i in range(sentences):
        best[:] = -np.inf
        for t in range(tokens):
            if pooled[i, t]:
                _widen(bits[i, t], wide)
                _raise_to(best, wide.view(np.float32))
        finite[i] &= _put(best, out[rows[i], offset : offset + width])

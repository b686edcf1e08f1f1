"""Rung 3 of units: the untrained twin has nothing like it."""

from __future__ import annotations

import numpy as np


def false_share(trained: np.ndarray, untrained: np.ndarray) -> np.ndarray:
    """For each AP of a trained model's units, the share of units that reach it without
    training.

    trained, untrained: APs of one concept, all above one floor. Units of two models
    have no correspondence, so counts are compared: (1 + untrained units ≥ x) ÷ trained
    units ≥ x, made monotone, at most 1. It bounds the false discovery rate of calling
    units above x learned, as target and decoy hits do (Elias & Gygi 2007; the 1 makes
    it hold in small numbers: He et al. 2015).
    """
    order = np.argsort(trained)[::-1]
    x = trained[order]
    # Equal values stand or fall together.
    reached = np.searchsorted(-x, -x, "right")
    decoys = len(untrained) - np.searchsorted(np.sort(untrained), x, "left")
    shares = np.minimum((1 + decoys) / np.maximum(reached, 1), 1.0)
    monotone = np.minimum.accumulate(shares[::-1])[::-1]
    result = np.empty(len(trained))
    result[order] = monotone
    return result


def learned_from(trained: np.ndarray, untrained: np.ndarray, level: float) -> float:
    """The least AP whose `false_share` is at most the level; infinite where none is."""
    most = int(level * len(trained))
    if len(untrained) > most:
        # Below so many of the untrained no share is small enough.
        floor = np.partition(untrained, -most - 1)[-most - 1]
        trained, untrained = trained[trained > floor], untrained[untrained > floor]
    x = np.sort(trained)
    decoys = len(untrained) - np.searchsorted(np.sort(untrained), x, "left")
    # Of equal values the first has the smallest share, which is that of all.
    passed = np.flatnonzero((1 + decoys) / np.arange(len(x), 0, -1) <= level)
    return float(x[passed[0]]) if len(passed) else float("inf")


def false_share_at(trained: np.ndarray, untrained: np.ndarray, at: int) -> float:
    """`false_share` of one of the trained, in a fraction of the time."""
    x = np.sort(trained)
    smaller = x[: np.searchsorted(x, trained[at], "right")]
    decoys = len(untrained) - np.searchsorted(np.sort(untrained), smaller, "left")
    shares = (1 + decoys) / np.arange(len(x), len(x) - len(smaller), -1)
    return min(1.0, float(shares.min()))

"""The precision–recall curve of a unit, whose area is its AP."""

from __future__ import annotations

import numpy as np


def precision_recall(
    positive: np.ndarray, negative: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Thresholds (descending), precision and recall at each: of responses ≥ threshold.

    positive, negative: responses. One point a distinct response, so ties stand or fall
    together.
    """
    scores = np.concatenate([positive, negative])
    thresholds = np.unique(scores)[::-1]
    hits = len(positive) - np.searchsorted(np.sort(positive), thresholds, "left")
    false = len(negative) - np.searchsorted(np.sort(negative), thresholds, "left")
    return thresholds, hits / (hits + false), hits / max(len(positive), 1)


def area(precision: np.ndarray, recall: np.ndarray) -> float:
    """Average precision: the sum of precision times the gain in recall, as steps and
    not as a line (SPEC: AP = mean over positives of TP / (TP + FP)).
    """
    return float(np.sum(precision * np.diff(recall, prepend=0.0)))

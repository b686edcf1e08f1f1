"""Responses of chosen units to the sentences of a concept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class BeyondContext:
    """How well units tell a concept's sentences from others, against the words around
    it, on all sentences of its folds.
    """

    words: float
    """AP of the words."""
    units: np.ndarray
    """AP of every unit."""
    p: np.ndarray
    """Of every unit, one-sided: its AP is not above that of the words."""
    joint: float
    """AP of the mean rank of the units that were chosen for their AP."""
    joint_p: float


@dataclass(frozen=True, eq=False)
class ConceptEvidence:
    """What the chosen units of a concept answer to its sentences; numbers are those of
    the run.
    """

    concept: int
    units: np.ndarray
    """Ascending."""
    expert: np.ndarray
    """Of each unit, whether it was chosen for its AP, else at random."""
    sentences: np.ndarray
    """Ascending."""
    pooled: np.ndarray
    """(sentences, units) float32."""
    tokens: dict[int, np.ndarray]
    """Sentence → (tokens, units) float32, for some of the sentences."""
    spans: dict[int, np.ndarray]
    """Sentence → (tokens, 2) begin and end of each token, in characters."""
    beyond: BeyondContext

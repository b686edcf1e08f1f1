"""The rungs of the evidence ladder, and where something stands on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SELECTIVE, STABLE, LEARNED, BEYOND_WORDS = "selective", "stable", "learned", "beyond words"
RUNGS = (SELECTIVE, STABLE, LEARNED, BEYOND_WORDS)
"""Those that stored runs and sentences can judge, from the first."""


@dataclass(frozen=True)
class Rung:
    """A rung, as something stands to it."""

    name: str
    passed: bool | None
    """None where it cannot be judged."""
    found: str
    """The number, with its interval, in words; or what is missing and how to get it."""
    by_chance: str = ""
    p: float = np.nan
    """In the family that `test` names."""
    test: str = ""


def standing(table: pd.DataFrame) -> np.ndarray:
    """The highest rung up to which all are passed, 0 to 4, of rows with one boolean
    column a rung (None or NaN: not judged, which ends the climb).
    """
    passed = np.array([_passed(table[rung]) for rung in RUNGS if rung in table])
    if not passed.size:
        return np.zeros(len(table), int)
    return np.asarray(np.logical_and.accumulate(passed).sum(0))


def _passed(verdicts: pd.Series) -> np.ndarray:
    if verdicts.dtype == bool:
        return np.asarray(verdicts)
    return np.array([v is True or v is np.True_ for v in verdicts], bool)

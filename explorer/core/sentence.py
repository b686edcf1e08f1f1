"""A sentence that somebody typed, and what the experts of a run's concepts answer to
its tokens.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.core.tau import Tau

LONGEST = 1000
"""Characters of a sentence that can be tried."""
_VERSION = 1


@dataclass(frozen=True)
class Question:
    """A sentence for the experts of a run at τ."""

    run: str
    """Id of the run."""
    tau: Tau
    text: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("There is no sentence to read.", "Type one.")
        if len(self.text) > LONGEST:
            raise InputError(
                f"The sentence has {len(self.text):,} characters, at most {LONGEST:,} are read.",
                "Try a part of it.",
            )

    @property
    def id(self) -> str:
        """16 hex digits; the same for the same question."""
        text = json.dumps([_VERSION, self.run, str(self.tau), self.text], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Reading:
    """What the experts of some concepts answer to each token of a sentence."""

    text: str
    spans: np.ndarray
    """(tokens, 2): where each token begins and ends in the text, in characters."""
    concepts: np.ndarray
    """Numbers in the run of the concepts that have an expert."""
    experts: np.ndarray
    """Of each concept, the number of experts whose answers are averaged."""
    scores: np.ndarray
    """(tokens, concepts): mean over the experts of their responses, each in standard
    deviations over tokens of negative sentences.
    """
    p: np.ndarray
    """(tokens, concepts): share of the tokens of the concept's negative sentences whose
    score is as large.
    """
    negatives: np.ndarray
    """Of each concept, the number of tokens of negative sentences beyond the first ones
    that this share is of.
    """

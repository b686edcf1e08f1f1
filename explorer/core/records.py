"""The nouns of the project as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.core.plan import Plan
from explorer.core.request import RunRequest


@dataclass(frozen=True)
class Module:
    """A linear layer whose outputs are units: its units are `offset … offset + width -
    1`.
    """

    name: str
    layer: int
    kind: str
    """Name within its block, such as "mlp.c_fc"."""
    width: int
    offset: int


@dataclass(frozen=True)
class HumanPair:
    """A word pair with its human score, in the units of its data set."""

    dataset: str
    split: str
    word1: str
    word2: str
    score: float
    sd: float | None = None
    """Standard deviation of the ratings whose mean the score is; None where unknown."""
    n: int | None = None
    """How many ratings these are."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a probe set; `source` is the LLM or corpus it came from."""

    concept: str
    text: str
    source: str
    prompt: str = ""


@dataclass(frozen=True)
class RunInfo:
    """What a finished run file says of itself."""

    id: str
    path: str
    request: RunRequest
    created: str
    """ISO 8601, UTC."""
    commit: str | None
    n_units: int
    n_sentences: int
    seconds: float
    sources: tuple[str, ...]
    human: Mapping[str, Mapping[str, int]]
    """Data set → {"pairs": all pairs of its split(s), "covered": those whose two words
    are concepts}.
    """
    versions: Mapping[str, str]
    size_bytes: int = 0
    program: str = ""
    """Version of the program that wrote it; empty before that was recorded."""
    training: Mapping[str, float | int | str] | None = None
    """What was recorded when the checkpoint was trained, where it is known: step,
    tokens, held_out_loss, …
    """
    withheld: bool = False
    """Whether its sentences were left out when it was handed on; what stands in their
    place has the words of each concept, in no order.
    """
    plan: Plan | None = None
    """What its study expected, where that was stated before the run began."""

    @property
    def label(self) -> str:
        """The checkpoint's label."""
        return self.request.checkpoint.label


@dataclass(frozen=True)
class ConceptResult:
    """What the extraction of one concept yields.

    units, aps: per fold, the units above the AP floor in ascending order, and their AP.
    histogram: (modules, 20) unit counts by AP in equal bins of [0, 1], summed over
    folds. sentence_embedding: (folds, hidden); word_embedding: (hidden,).
    """

    concept: str
    units: list[np.ndarray]
    aps: list[np.ndarray]
    histogram: np.ndarray
    sentence_embedding: np.ndarray
    word_embedding: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Speed:
    """What was measured of a request on this machine: seconds, and bytes of the loaded
    model at work.
    """

    load: float
    per_sentence: float
    tokens_per_sentence: float
    sort_per_unit: float
    """Sorting the negative pool."""
    rank_per_unit: float
    """Ranking the positives of one concept, all folds."""
    model_bytes: int


Draws = dict[str, list[tuple["np.ndarray", "np.ndarray"]]]
"""Concept → per fold, the ids of its positive and of its negative sentences."""

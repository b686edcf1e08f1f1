"""The nouns of the project as frozen records, and the identity of a run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from explorer.errors import InputError

Pooling = Literal["max", "mean", "last", "selfcond"]
Dtype = Literal["float32", "bfloat16", "float16"]
POOLINGS: tuple[Pooling, ...] = ("max", "mean", "last", "selfcond")
DTYPES: tuple[Dtype, ...] = ("float32", "bfloat16", "float16")
TAUS: tuple[float, ...] = (0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
METHOD = 1
"""Raised whenever the same request would give other numbers, so that ids never collide."""


@dataclass(frozen=True)
class Checkpoint:
    """A model at one moment of its training: hub id, local folder or "built-in", and a revision.

    `random_init` is the seed of an untrained twin made from the same config; None for the
    weights as they are.
    """

    model: str
    revision: str = "main"
    random_init: int | None = None

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise InputError("No model was given.", "Name a hub id, a local folder, or “built-in”.")

    @property
    def step(self) -> int | None:
        """Training step, where it is known: 0 for a random initialisation, N for "stepN"."""
        if self.random_init is not None:
            return 0
        found = re.search(r"step[-_]?(\d+)", self.revision) or re.search(r"step[-_]?(\d+)$", self.model)
        return int(found[1]) if found else None

    @property
    def name(self) -> str:
        """Short model name: "SmolLM2-135M-Instruct", "pythia-70m"."""
        return "SmolLM2-135M-Instruct" if self.model == "built-in" else self.model.rstrip("/").split("/")[-1]

    @property
    def label(self) -> str:
        """Name with what distinguishes the checkpoint: "pythia-70m · step512"."""
        if self.random_init is not None:
            return f"{self.name} · random init"
        return self.name if self.revision == "main" else f"{self.name} · {self.revision}"


@dataclass(frozen=True)
class RunRequest:
    """One extraction, completely described; `id` is a hash of exactly this."""

    checkpoint: Checkpoint
    probe_set: str
    """Name of the probe set; `probe_digest` says which content was meant."""
    probe_digest: str
    concepts: tuple[str, ...]
    n_positive: int = 100
    n_negative: int = 500
    folds: int = 4
    pooling: Pooling = "max"
    dtype: Dtype = "float32"
    ap_floor: float = 0.5
    seed: int = 0
    domains: Mapping[str, str] = field(default_factory=dict)
    """Concept → domain, for the concepts that have one. Describes, does not identify."""

    def __post_init__(self) -> None:
        _check(len(self.concepts) >= 2, "concepts", f"{len(self.concepts)}", "at least 2 different words")
        _check(len(set(self.concepts)) == len(self.concepts), "concepts", "a word twice", "each word once")
        _check(1 <= self.n_positive <= 100_000, "N⁺", self.n_positive, "1 to 100,000")
        _check(1 <= self.n_negative <= 1_000_000, "N⁻", self.n_negative, "1 to 1,000,000")
        _check(1 <= self.folds <= 32, "folds", self.folds, "1 to 32")
        _check(self.pooling in POOLINGS, "pooling", self.pooling, ", ".join(POOLINGS))
        _check(self.dtype in DTYPES, "dtype", self.dtype, ", ".join(DTYPES))
        _check(0.0 <= self.ap_floor <= TAUS[0], "AP floor", self.ap_floor, f"0 to {TAUS[0]}")

    @property
    def id(self) -> str:
        """16 hex digits; the same for the same extraction, whatever the order of the concepts."""
        identity = asdict(self) | {"concepts": sorted(self.concepts), "method": METHOD}
        del identity["domains"], identity["probe_set"]
        text = json.dumps(identity, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """The request as JSON; `from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> RunRequest:
        """The request that `to_json` wrote. Raises InputError on anything else."""
        try:
            fields: dict[str, Any] = json.loads(text)
            fields["checkpoint"] = Checkpoint(**fields["checkpoint"])
            fields["concepts"] = tuple(fields["concepts"])
            return cls(**fields)
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"This is not a run request: {error}.", "Create it with the Extract page or the CLI."
            ) from error


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(f"{what}: got {got}, expected {expected}.")


@dataclass(frozen=True)
class Module:
    """A linear layer whose outputs are units: its units are `offset … offset + width - 1`."""

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
    """Data set → {"pairs": all pairs of its split(s), "covered": those whose two words are concepts}."""
    versions: Mapping[str, str]
    size_bytes: int = 0
    training: Mapping[str, float | int | str] | None = None
    """What was recorded when the checkpoint was trained, where it is known: step, tokens, held_out_loss, …"""

    @property
    def label(self) -> str:
        """The checkpoint's label."""
        return self.request.checkpoint.label


@dataclass(frozen=True)
class ConceptResult:
    """What the extraction of one concept yields.

    units, aps: per fold, the units above the AP floor in ascending order, and their AP.
    histogram: (modules, 20) unit counts by AP in equal bins of [0, 1], summed over folds.
    sentence_embedding: (folds, hidden); word_embedding: (hidden,).
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
    """What was measured of a request on this machine: seconds, and bytes of the loaded model at work."""

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

"""One extraction, completely described, and the identity of its run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import InputError
from explorer.core.tau import TAUS

Pooling = Literal["max", "mean", "last", "selfcond"]
Dtype = Literal["float32", "bfloat16", "float16"]
POOLINGS: tuple[Pooling, ...] = ("max", "mean", "last", "selfcond")
DTYPES: tuple[Dtype, ...] = ("float32", "bfloat16", "float16")
METHOD = 1
"""Raised whenever the same request would give other numbers, so that ids never collide.
"""


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
    """Concept → domain, for the concepts that have one. Describes, does not identify.
    """

    def __post_init__(self) -> None:
        _check(
            len(self.concepts) >= 2,
            "concepts",
            f"{len(self.concepts)}",
            "at least 2 different words",
        )
        _check(
            len(set(self.concepts)) == len(self.concepts),
            "concepts",
            "a word twice",
            "each word once",
        )
        _check(1 <= self.n_positive <= 100_000, "N⁺", self.n_positive, "1 to 100,000")
        _check(1 <= self.n_negative <= 1_000_000, "N⁻", self.n_negative, "1 to 1,000,000")
        _check(1 <= self.folds <= 32, "folds", self.folds, "1 to 32")
        _check(self.pooling in POOLINGS, "pooling", self.pooling, ", ".join(POOLINGS))
        _check(self.dtype in DTYPES, "dtype", self.dtype, ", ".join(DTYPES))
        _check(0.0 <= self.ap_floor <= TAUS[0], "AP floor", self.ap_floor, f"0 to {TAUS[0]}")

    @property
    def id(self) -> str:
        """16 hex digits; the same for the same extraction, whatever the order of the
        concepts.
        """
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
                f"This is not a run request: {error}.",
                "Create it with the Extract page or the CLI.",
            ) from error


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(f"{what}: got {got}, expected {expected}.")

"""One extraction, completely described, and the identity of its run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeGuard

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
    drops_long: bool | None = None
    """Of the pooling selfcond: whether sentences beyond its 128 tokens are left out, as
    ml-selfcond does, or cut, as in runs made before; None for every other pooling.
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
        if self.pooling != "selfcond":
            object.__setattr__(self, "drops_long", None)
        elif self.drops_long is None:
            object.__setattr__(self, "drops_long", True)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes this extraction the one it is, and nothing else."""
        parts = {name: getattr(self, name) for name in _IDENTITY}
        parts |= {
            name: getattr(self, name)
            for name, default in _IDENTITY_LATER.items()
            if getattr(self, name) not in (default, None)
        }
        return parts | {
            "checkpoint": {name: getattr(self.checkpoint, name) for name in _CHECKPOINT},
            "concepts": sorted(self.concepts),
            "method": METHOD,
        }

    @property
    def pooled(self) -> str:
        """How responses are pooled, in words."""
        if self.drops_long is None:
            return self.pooling
        long = "left out" if self.drops_long else "cut"
        return f"{self.pooling} (sentences over 128 tokens {long})"

    @property
    def id(self) -> str:
        """16 hex digits; the same for the same extraction, whatever the order of
        concepts.
        """
        text = json.dumps(self.identity, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """The request as JSON; `from_json` reads it back."""
        fields = asdict(self)
        if self.drops_long is None:  # as before the field, for programs of then
            del fields["drops_long"]
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> RunRequest:
        """The request that `to_json` wrote. Raises InputError on anything else."""
        try:
            return cls.from_dict(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise InputError(f"This is not a run request: {error}.", _MAKE_ONE) from error

    @classmethod
    def from_dict(cls, table: object) -> RunRequest:
        """The request whose fields a JSON object gives. Raises InputError.

        What a newer version of the program wrote is refused, naming the field, since it
        may mean another extraction.
        """
        fields = _checked(table, cls, "request")
        checkpoint = _checked(fields.get("checkpoint"), Checkpoint, "checkpoint")
        concepts, domains = fields.get("concepts"), fields.get("domains", {})
        if not _texts(concepts) or not isinstance(domains, dict) or not _texts([*domains.values()]):
            raise InputError("This is not a run request: its words are no texts.", _MAKE_ONE)
        # What was written before the field is of a run that cut.
        values: dict[str, Any] = {"drops_long": False} | dict(fields)
        values |= {"checkpoint": Checkpoint(**checkpoint), "concepts": tuple(concepts)}
        try:
            return cls(**values)
        except TypeError as error:
            raise InputError(f"This is not a run request: {error}.", _MAKE_ONE) from error


_CHECKPOINT = ("model", "revision", "random_init")
_IDENTITY = (
    *("probe_digest", "concepts", "n_positive", "n_negative", "folds"),
    *("pooling", "dtype", "ap_floor", "seed"),
)
_IDENTITY_LATER: dict[str, object] = {"drops_long": False}
"""Fields that came later, with their defaults: left out of the identity where they have
them, so that runs made before keep their id."""
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "int | None": (int, type(None)),
    "bool | None": (bool, type(None)),
    "float": (int, float),
    "Pooling": (str,),
    "Dtype": (str,),
}
_MAKE_ONE = "Create it with the Extract page or the command line."


def _checked(table: object, kind: type, what: str) -> dict[str, Any]:
    """The table's fields, each known and of the kind that the dataclass says."""
    if not isinstance(table, dict):
        raise InputError(f"This is not a run request: its {what} is no table.", _MAKE_ONE)
    known = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    for name, value in table.items():
        if name not in known:
            raise InputError(
                f"The {what} has the field “{str(name)[:60]}”, which this version does not know.",
                "It was written by a newer version of the program: update this one.",
            )
        kinds = _KINDS.get(known[name])
        no_flag = isinstance(value, bool) and bool not in (kinds or ())
        if kinds and (no_flag or not isinstance(value, kinds)):
            shown = repr(value)[:60]
            raise InputError(f"This is not a run request: {name} is {shown}.", _MAKE_ONE)
    return table


def _texts(values: object) -> TypeGuard[list[str]]:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(f"{what}: got {got}, expected {expected}.")

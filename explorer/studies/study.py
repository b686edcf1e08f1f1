"""Studies as data: which models, probe sets, concepts and set sizes belong together."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.errors import InputError
from explorer.records import DTYPES, POOLINGS, Checkpoint, Dtype, Pooling

SHIPPED = ("bundled", "paper-alignment", "paper-domains", "paper-stability")


@dataclass(frozen=True)
class ModelRow:
    """A model and the revisions of it that are extracted."""

    model: str
    revisions: tuple[str, ...] = ("main",)
    random_init: int | None = None

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """One checkpoint a revision."""
        return [Checkpoint(self.model, revision, self.random_init) for revision in self.revisions]


@dataclass(frozen=True)
class Study:
    """Models × probe sets × N⁺ × N⁻; runs that share checkpoint and probe set share their forward pass."""

    name: str
    title: str
    models: tuple[ModelRow, ...]
    probe_sets: tuple[str, ...]
    concepts: str | tuple[str, ...] = "all"
    """"all", "domains", a rated data set and split such as "MEN:test", or the words themselves."""
    pairs: int = 0
    """Of a rated data set: how many of its pairs, drawn by the seed; 0 for all."""
    n_positive: tuple[int, ...] = (100,)
    n_negative: tuple[int, ...] = (500,)
    folds: int = 4
    pooling: Pooling = "max"
    dtype: Dtype = "float32"
    ap_floor: float = 0.5
    seed: int = 0
    human: tuple[str, ...] = ("MEN", "SimLex-999", "WordSim-353")

    def __post_init__(self) -> None:
        _check(bool(self.models), "models", "none", "at least one [[models]]")
        _check(bool(self.probe_sets), "probe_sets", "none", "the name of at least one")
        for key in ("n_positive", "n_negative"):
            values = getattr(self, key)
            _check(bool(values) and all(_count(n) for n in values), key, list(values), "whole numbers > 0")
        _check(_count(self.folds), "folds", self.folds, "a whole number > 0")
        _check(isinstance(self.pairs, int) and self.pairs >= 0, "pairs", self.pairs, "a whole number")
        _check(self.pooling in POOLINGS, "pooling", self.pooling, ", ".join(POOLINGS))
        _check(self.dtype in DTYPES, "dtype", self.dtype, ", ".join(DTYPES))

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """Every checkpoint, in the order of the file."""
        return [checkpoint for row in self.models for checkpoint in row.checkpoints]


def load(name: str) -> Study:
    """The shipped study of this name, or that of a TOML file. Raises InputError naming what is wrong."""
    return parse(Path(name).stem, text_of(name))


def text_of(name: str) -> str:
    """The TOML of a shipped study or of a file. Raises InputError."""
    if name in SHIPPED:
        return resources.files("explorer.studies").joinpath(f"{name}.toml").read_text("utf-8")
    if not name.endswith(".toml"):
        raise InputError(
            f"There is no study “{name}”.", f"{_near(name, SHIPPED)}Shipped: {', '.join(SHIPPED)}; or a TOML file."
        )
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name} cannot be read: {error}.", "Give the path of a TOML file.") from error


def parse(name: str, text: str) -> Study:
    """A study from TOML. Raises InputError for an unknown key, naming the nearest, and for a wrong value."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"The study {name} is not TOML: {error}.", "See a shipped study: `study show bundled`."
        ) from error
    fields = _known("the study", table, Study)
    rows = fields.get("models", [])
    _check(isinstance(rows, list) and all(isinstance(row, dict) for row in rows), "models", rows, "[[models]] tables")
    fields["models"] = tuple(ModelRow(**_known("models", row, ModelRow)) for row in rows)
    for key in ("title", "models", "probe_sets"):
        _check(key in fields, key, "nothing", "a value: it is required")
    return Study(name=name, **fields)


def _known(where: str, table: dict[str, Any], kind: Any) -> dict[str, Any]:
    fields = {field.name: field for field in dataclasses.fields(kind) if field.name != "name"}
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            raise InputError(f"{where}: unknown key “{key}”.", f"{_near(key, fields)}Known: {', '.join(fields)}.")
        found[key] = tuple(value) if isinstance(value, list) and key != "models" else value
        wanted = str(fields[key].type)
        good = {
            "str": isinstance(value, str),
            "int": _whole(value),
            "int | None": _whole(value),
            "float": isinstance(value, float | int) and not isinstance(value, bool),
            "tuple[str, ...]": isinstance(value, list) and all(isinstance(one, str) for one in value),
            "tuple[int, ...]": isinstance(value, list) and all(_whole(one) for one in value),
            "str | tuple[str, ...]": isinstance(value, str)
            or (isinstance(value, list) and all(isinstance(one, str) for one in value)),
        }.get(wanted, True)
        _check(good, f"{where}, {key}", repr(value), _KINDS.get(wanted, wanted))
    return found


_KINDS = {
    "str": "text",
    "int": "a whole number",
    "int | None": "a whole number",
    "float": "a number",
    "tuple[str, ...]": "a list of texts",
    "tuple[int, ...]": "a list of whole numbers",
    "str | tuple[str, ...]": "a text or a list of words",
}


def _near(word: str, among: Any) -> str:
    near = difflib.get_close_matches(word, list(among), 1)
    return f"Did you mean “{near[0]}”? " if near else ""


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(value: object) -> bool:
    return _whole(value) and int(str(value)) > 0


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(f"{what}: got {got}, expected {expected}.")

"""Studies as data: which models, probe sets, concepts and set sizes belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.core.address import address_of
from explorer.core.checkpoint import Checkpoint
from explorer.core.disk import read_text
from explorer.core.errors import InputError
from explorer.core.paths import user_path
from explorer.core.plan import Hypothesis, hypotheses_of
from explorer.core.request import DTYPES, POOLINGS, Dtype, Pooling
from explorer.core.tables import fields_of, near, parse_toml

SHIPPED = ("bundled", "paper-alignment", "paper-domains", "paper-stability")


@dataclass(frozen=True)
class ModelRow:
    """A model and the revisions of it that are extracted."""

    model: str
    revisions: tuple[str, ...] = ("main",)
    random_init: int | None = None
    folds: int | None = None
    """In place of the study's."""

    def __post_init__(self) -> None:
        expected = "at least one; leave it out for main"
        _check(bool(self.revisions), f"{self.model}, revisions", "none", expected)

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """One checkpoint a revision."""
        return [
            Checkpoint.named(self.model, revision, self.random_init) for revision in self.revisions
        ]


@dataclass(frozen=True)
class SourceRow:
    """Who writes the sentences of a probe set that is not there: a model, alone or
    behind an endpoint, or a corpus.
    """

    probe_set: str
    model: str = ""
    endpoint: str = ""
    """URL of an OpenAI-compatible server of the model; empty for a model run here."""
    corpus: str = ""
    """Name or file of a corpus to harvest, in place of a model."""
    sentences: int = 1000
    """For each concept; of a corpus, at most."""
    seed: int = 0

    def __post_init__(self) -> None:
        where = f"sources, {self.probe_set}"
        _check(
            bool(self.model) != bool(self.corpus),
            where,
            "both or neither",
            "either a model or a corpus",
        )
        _check(
            not (self.endpoint and self.corpus),
            where,
            "an endpoint and a corpus",
            "a model with an endpoint",
        )
        if self.endpoint:
            address_of(self.endpoint)
        _check(self.sentences > 0, f"{where}, sentences", self.sentences, "a whole number > 0")

    @property
    def writer(self) -> str:
        """The model, with its endpoint where it has one, or the corpus."""
        at = f" at {address_of(self.endpoint).host}" if self.endpoint else ""
        return f"{self.model or self.corpus}{at}"


@dataclass(frozen=True)
class Study:
    """Models × probe sets × N⁺ × N⁻; runs that share checkpoint and probe set share
    their forward pass.
    """

    name: str
    title: str
    models: tuple[ModelRow, ...]
    probe_sets: tuple[str, ...]
    sources: tuple[SourceRow, ...] = ()
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Domain → its concepts; empty for those of the probe set."""
    concepts: str | tuple[str, ...] = "all"
    """"all", "domains", a rated data set and split such as "MEN:test", or the words
    themselves.
    """
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
    hypotheses: tuple[Hypothesis, ...] = ()
    """Written into every run file that is begun after them."""
    shards: int = 1
    """Into how many parts each pass is cut; no part of what comes out."""

    def __post_init__(self) -> None:
        _check(bool(self.models), "models", "none", "at least one [[models]]")
        _check(bool(self.probe_sets), "probe_sets", "none", "the name of at least one")
        for key in ("n_positive", "n_negative"):
            values = getattr(self, key)
            _check(bool(values) and min(values) > 0, key, list(values), "whole numbers > 0")
        _check(self.folds > 0, "folds", self.folds, "a whole number > 0")
        _check(self.shards > 0, "shards", self.shards, "a whole number > 0")
        _check(self.pairs >= 0, "pairs", self.pairs, "a whole number ≥ 0")
        _check(self.pooling in POOLINGS, "pooling", self.pooling, ", ".join(POOLINGS))
        _check(self.dtype in DTYPES, "dtype", self.dtype, ", ".join(DTYPES))
        _check(0 <= self.ap_floor <= 0.5, "ap_floor", self.ap_floor, "0 to 0.5")
        for source in self.sources:
            known = source.probe_set in self.probe_sets
            _check(
                known,
                "sources, probe_set",
                f"“{source.probe_set}”",
                f"one of {', '.join(self.probe_sets)}",
            )

    @property
    def checkpoints(self) -> dict[Checkpoint, int]:
        """Every checkpoint with its number of folds, in the order of the file."""
        return {
            checkpoint: row.folds or self.folds
            for row in self.models
            for checkpoint in row.checkpoints
        }

    @property
    def domain_of(self) -> dict[str, str]:
        """Concept → domain, for the study's own domains."""
        return {word: domain for domain, words in self.domains.items() for word in words}

    def source_of(self, probe_set: str) -> SourceRow | None:
        """Who writes a probe set that is not there; None when the study does not
        say.
        """
        return next((source for source in self.sources if source.probe_set == probe_set), None)


def load(name: str) -> Study:
    """The shipped study of this name, or that of a TOML file. Raises InputError naming
    what is wrong.
    """
    return parse(Path(name).stem, text_of(name))


def text_of(name: str) -> str:
    """The TOML of a shipped study or of a file. Raises InputError."""
    if name in SHIPPED:
        return resources.files("explorer.studies").joinpath(f"{name}.toml").read_text("utf-8")
    if not name.endswith(".toml"):
        raise InputError(
            f"There is no study “{name}”.",
            f"{near(name, SHIPPED)}Shipped: {', '.join(SHIPPED)}; or a TOML file.",
        )
    return read_text(user_path(name))


def parse(name: str, text: str) -> Study:
    """A study from TOML. Raises InputError for an unknown key, naming the nearest, and
    for a wrong value.
    """
    table = parse_toml(f"The study {name}", text)
    rows = {key: _rows(key, table.pop(key, [])) for key in ("models", "sources", "hypotheses")}
    domains = table.pop("domains", {})
    good = isinstance(domains, dict) and all(
        isinstance(words, list) and words and all(isinstance(word, str) for word in words)
        for words in domains.values()
    )
    _check(good, "domains", domains, "a table of domain = [concepts]")
    fields = fields_of("the study", table, Study, apart={"name"})
    for key in ("title", "probe_sets"):
        _check(key in fields, key, "nothing", "a value: it is required")
    return Study(
        name=name,
        models=tuple(_of(ModelRow, "models", row, "model") for row in rows["models"]),
        sources=tuple(_of(SourceRow, "sources", row, "probe_set") for row in rows["sources"]),
        domains={domain: tuple(words) for domain, words in domains.items()},
        hypotheses=hypotheses_of(rows["hypotheses"]),
        **fields,
    )


def _rows(key: str, found: object) -> list[dict[str, Any]]:
    _check(
        isinstance(found, list) and all(isinstance(row, dict) for row in found),
        key,
        found,
        f"[[{key}]] tables",
    )
    assert isinstance(found, list)
    return found


def _of(kind: Any, where: str, row: dict[str, Any], required: str) -> Any:
    fields = fields_of(where, row, kind)
    _check(required in fields, f"{where}, {required}", "nothing", "a value: it is required")
    return kind(**fields)


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(f"{what}: got {got}, expected {expected}.")

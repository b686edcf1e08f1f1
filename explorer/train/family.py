"""What a family of models is: its recipe, read from a small validated table."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.core.errors import InputError
from explorer.core.paths import full_path, user_path
from explorer.core.tables import fields_of, parse_toml, read_toml

TEXT = 1
"""Raised whenever the same corpus would give other sentences, another tokenizer or
other rows.
"""


@dataclass(frozen=True)
class Size:
    """The shape of one member of a family."""

    name: str
    layers: int
    width: int
    heads: int
    for_gpu: bool = False

    def __post_init__(self) -> None:
        for key in ("layers", "width", "heads"):
            _check(
                getattr(self, key) > 0,
                f"size {self.name}, {key}",
                getattr(self, key),
                "a whole number > 0",
            )
        _check(
            self.width % self.heads == 0,
            f"size {self.name}, width",
            self.width,
            f"a multiple of {self.heads} heads",
        )

    @property
    def n_inner(self) -> int:
        """Parameters without the embeddings: linear layers with biases, layer norms."""
        d = self.width
        return self.layers * (12 * d * d + 13 * d) + 2 * d


@dataclass(frozen=True)
class Share:
    """A corpus, and how often each of its sentences is read in an epoch."""

    corpus: str
    """A name of `corpora.named.NAMED`, or the path of a text file."""
    times: float = 1.0
    """Below 1 that part of the sentences, spread evenly."""

    def __post_init__(self) -> None:
        _check(0 < self.times <= 100, f"corpora, {self.corpus}", self.times, "above 0, to 100")

    @property
    def resolved(self) -> Share:
        """A text file by its full path, so that it is found from another folder."""
        is_file = user_path(self.corpus).is_file()
        return replace(self, corpus=str(full_path(self.corpus))) if is_file else self

    def __str__(self) -> str:
        name = Path(self.corpus).name
        return name if self.times == 1 else f"{name} × {self.times:g}"

    @property
    def state(self) -> list[int]:
        """Size and time of a file; empty for a named corpus, always the same."""
        file = user_path(self.corpus)
        return [file.stat().st_size, file.stat().st_mtime_ns] if file.is_file() else []


@dataclass(frozen=True)
class Family:
    """GPT-NeoX models that differ in size only; see `families.toml` for the fields."""

    name: str
    corpora: tuple[Share, ...]
    vocabulary: int
    context: int
    batch: int
    tokens: int
    learning_rate: float
    warmup: int
    checkpoints: tuple[int, ...]
    sizes: tuple[Size, ...]
    seeds: tuple[int, ...] = (0,)
    lowercase: bool = False
    """Whether the tokenizer knows no capitals: the same word is then the same token."""
    tied: bool = False
    """Whether the output embedding is the input embedding."""

    def __post_init__(self) -> None:
        _check(bool(self.corpora), "corpora", "none", "at least one")
        for key in ("vocabulary", "context", "batch", "tokens"):
            _check(getattr(self, key) > 0, key, getattr(self, key), "a whole number > 0")
        _check(257 <= self.vocabulary <= 65_536, "vocabulary", self.vocabulary, "257 to 65,536")
        _check(
            0 < self.learning_rate < 1,
            "learning_rate",
            self.learning_rate,
            "a number between 0 and 1",
        )
        for key in ("checkpoints", "seeds"):
            values = getattr(self, key)
            _check(all(value >= 0 for value in values), key, list(values), "whole numbers ≥ 0")
        _check(self.warmup >= 0, "warmup", self.warmup, "a whole number ≥ 0")
        _check(
            self.tokens >= self.batch * self.context,
            "tokens",
            self.tokens,
            "at least one step of tokens",
        )
        _check(
            bool(self.sizes) and bool(self.seeds), "sizes and seeds", "none", "at least one of each"
        )

    @property
    def steps(self) -> int:
        """Optimizer steps of the training."""
        return self.tokens // (self.batch * self.context)

    @property
    def published(self) -> tuple[int, ...]:
        """The steps that become checkpoints, ascending, the last one included."""
        return tuple(
            sorted({step for step in self.checkpoints if step < self.steps} | {self.steps})
        )

    def n_parameters(self, size: Size) -> int:
        """All parameters; a tied output embedding counts once."""
        return size.n_inner + (1 if self.tied else 2) * self.vocabulary * size.width

    def model_name(self, size: Size, seed: int) -> str:
        """The name under which the checkpoints are found: "neox-enwik8-4m", another
        seed appended.
        """
        return f"{self.name}-{size.name}" + (f"-seed{seed}" if seed else "")

    def text_digest(self) -> str:
        """Identity of the tokenizer and of the training rows, 12 hex digits."""
        first, *others = self.corpora
        parts: list[object] = [TEXT, first.corpus, first.state, self.vocabulary, self.context]
        # What has its default is left out, so that older trainings keep their identity.
        if others or first.times != 1:
            parts.append([[share.corpus, share.state, share.times] for share in self.corpora])
        if self.lowercase:
            parts.append("lowercase")
        return _digest(parts)

    def digest(self, size: Size, seed: int) -> str:
        """Identity of one training: whatever changes it changes the weights, 12 hex
        digits.
        """
        shape, course = (
            [size.layers, size.width, size.heads],
            [self.batch, self.tokens, self.learning_rate, self.warmup],
        )
        return _digest([self.text_digest(), shape, course, seed, *["tied"] * self.tied])

    def size(self, name: str) -> Size:
        """The size of this name. Raises InputError naming those there are."""
        for size in self.sizes:
            if size.name == name:
                return size
        raise InputError(
            f"{self.name} has no size “{name}”.", f"It has {', '.join(s.name for s in self.sizes)}."
        )


def load(name: str, file: Path | None = None) -> Family:
    """The family of this name, from the shipped table or from a file of the same form.

    Raises InputError for an unknown name or key, and for values out of range.
    """
    families = _read(file)
    if name not in families:
        raise InputError(f"There is no family “{name}”.", f"Known: {', '.join(families)}.")
    try:
        table = dict(families[name])
        sizes, corpora = table.pop("sizes", {}), table.pop("corpora", {})
        shares = tuple(Share(corpus, float(times)) for corpus, times in corpora.items())
        shapes = tuple(
            Size(key, **fields_of(key, shape, Size, apart={"name"})) for key, shape in sizes.items()
        )
        apart = {"name", "sizes", "corpora"}
        rest = fields_of(name, table, Family, apart=apart)
        return Family(name=name, sizes=shapes, corpora=shares, **rest)
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The family “{name}” is not complete: {error}.", "See explorer/train/families.toml."
        ) from error


def _read(file: Path | None) -> dict[str, Any]:
    if file:
        return read_toml(file)
    shipped = resources.files("explorer.train").joinpath("families.toml").read_text("utf-8")
    return parse_toml("families.toml", shipped)


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _check(good: bool, what: str, got: object, expected: str) -> None:
    if not good:
        raise InputError(
            f"{what}: got {got}, expected {expected}.", "Correct the table of the family."
        )

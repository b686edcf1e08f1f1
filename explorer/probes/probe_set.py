"""Probe sets on disk: a Parquet file of sentences and what it says of itself."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.core import settings
from explorer.core.disk import replacing
from explorer.core.errors import InputError
from explorer.core.records import Sentence
from explorer.probes.parquet import CARD, read_columns

BUNDLED = "bundled"
COLUMNS = ("concept", "text", "source", "prompt")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class ProbeSetInfo:
    """A probe set without its sentences. `sizes` is concept → number of sentences."""

    name: str
    path: Path
    digest: str
    """sha256 over (concept, text, source) of every sentence, in order."""
    sizes: Mapping[str, int]
    sources: tuple[str, ...]
    domains: Mapping[str, str]
    card: Mapping[str, object]
    """Provenance as recorded by its maker: model, prompts, seed, date, …"""

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts, in file order."""
        return tuple(self.sizes)

    @property
    def bundled(self) -> bool:
        """Whether it ships with the project."""
        return self.name == BUNDLED

    def domains_among(self, words: Iterable[str]) -> dict[str, str]:
        """Concept → domain for those of `words` that have a domain, in their order."""
        return {word: self.domains[word] for word in words if word in self.domains}


@dataclass(frozen=True, eq=False)
class ProbeSet:
    """Sentences of each concept, in file order.

    Two are equal when name, sentences and domains are, wherever they were read from.
    """

    info: ProbeSetInfo
    sentences: Mapping[str, Sequence[Sentence]]

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.info.name, self.info.digest, tuple(sorted(self.info.domains.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProbeSet) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


def digest_of(rows: Sequence[Sentence]) -> str:
    """What identifies the content of a probe set; 64 hex digits."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(
            json.dumps([row.concept, row.text, row.source], ensure_ascii=False).encode() + b"\n"
        )
    return digest.hexdigest()


def path_of(name: str) -> Path:
    """Where a probe set of this name lives. Raises InputError on a name unfit for a
    file.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"“{name}” cannot name a probe set.",
            "Use up to 64 letters, digits, dots, dashes and underscores, a letter or digit first.",
        )
    return (
        settings.bundled_dir() if name == BUNDLED else settings.probes_dir()
    ) / f"{name}.parquet"


def check_new(name: str) -> Path:
    """Where a user's probe set of this name will live. Raises InputError on a reserved
    or unfit name.
    """
    if name == BUNDLED:
        raise InputError(
            f"“{BUNDLED}” is the name of the probe set that ships with the project.",
            "Choose another name.",
        )
    return path_of(name)


def names() -> list[str]:
    """Probe sets by name, the bundled one first. A damaged file is among them: it says
    so when it is loaded.
    """
    own = (path.stem for path in sorted(settings.probes_dir().glob("*.parquet")))
    there = [BUNDLED] if path_of(BUNDLED).exists() else []
    return there + [name for name in own if _NAME.fullmatch(name) and name != BUNDLED]


def available() -> list[ProbeSetInfo]:
    """Every readable probe set, the bundled one first; a damaged file is left out."""
    found = []
    for name in names():
        with contextlib.suppress(InputError):
            found.append(load(name).info)
    return found


def load(name: str) -> ProbeSet:
    """A probe set by name. Raises InputError when it is missing or damaged."""
    path = path_of(name)
    if not os.path.lexists(path):
        raise InputError(
            f"There is no probe set “{name}”.",
            f"Known: {', '.join(names()) or 'none'}. Import or generate one first.",
        )
    try:
        stat = path.stat()
    except OSError:
        return _load(path)
    return _load(path, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


@functools.lru_cache(maxsize=8)
def _load(path: Path, *_stamp: int) -> ProbeSet:
    columns, card = read_columns(path, COLUMNS)
    rows = [Sentence(*values) for values in zip(*columns, strict=True)]
    by_concept: dict[str, list[Sentence]] = {}
    for row in rows:
        by_concept.setdefault(row.concept, []).append(row)
    info = ProbeSetInfo(
        name=path.stem,
        path=path,
        digest=digest_of(rows),
        sizes={concept: len(found) for concept, found in by_concept.items()},
        sources=tuple(sorted(Counter(row.source for row in rows))),
        domains=card.get("domains", {}),
        card=card,
    )
    return ProbeSet(info, by_concept)


def save(name: str, rows: Sequence[Sentence], card: Mapping[str, object]) -> ProbeSetInfo:
    """Write a probe set in one piece; `card` is its provenance, `card["domains"]`
    concept → domain.
    """
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({column: [getattr(row, column) for row in rows] for column in COLUMNS})
    table = table.replace_schema_metadata({CARD: json.dumps(card, ensure_ascii=False)})
    with replacing(path) as scratch:
        pq.write_table(table, scratch, compression="zstd", compression_level=19)
    return load(name).info

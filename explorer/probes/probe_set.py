"""Probe sets on disk: a Parquet file of sentences and what it says of itself."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.records import Sentence

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
            "Use up to 64 letters, digits, dots, dashes and underscores.",
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


def available() -> list[ProbeSetInfo]:
    """Every readable probe set, the bundled one first; a damaged file is left out."""
    paths = [path_of(BUNDLED), *sorted(settings.probes_dir().glob("*.parquet"))]
    found = []
    for path in paths:
        if path.exists():
            try:
                found.append(load(path.stem).info)
            except InputError:
                continue
    return found


def load(name: str) -> ProbeSet:
    """A probe set by name. Raises InputError when it is missing or damaged."""
    path = path_of(name)
    if not path.exists():
        known = (
            ", ".join(sorted(p.stem for p in settings.probes_dir().glob("*.parquet")))
            or "only “bundled”"
        )
        raise InputError(
            f"There is no probe set “{name}”.", f"Known: {known}. Import or generate one first."
        )
    return _load(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=8)
def _load(path: Path, _modified: int) -> ProbeSet:
    try:
        table = pq.read_table(path)
        columns = [table.column(name).to_pylist() for name in COLUMNS]
    except (pa.ArrowInvalid, KeyError, OSError) as error:
        raise InputError(
            f"{path.name} is not a readable probe set: {error}.", "Delete it and import it again."
        ) from error
    rows = [Sentence(*values) for values in zip(*columns, strict=True)]
    by_concept: dict[str, list[Sentence]] = {}
    for row in rows:
        by_concept.setdefault(row.concept, []).append(row)
    card = json.loads((table.schema.metadata or {}).get(b"explorer", b"{}"))
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
    table = table.replace_schema_metadata({"explorer": json.dumps(card, ensure_ascii=False)})
    handle, scratch = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    os.close(handle)
    try:
        pq.write_table(table, scratch, compression="zstd", compression_level=19)
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return load(name).info

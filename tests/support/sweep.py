"""A sweep over N⁺, N⁻ and sources as run files: the more sentences, the less the folds
differ.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.store.run.write import RunWriter
from tests.support.fixtures import CONCEPTS, POOL, FakeExtraction, human_pairs, small_request

SOURCES = ("Chat-A", "Chat-B", "Corpus")


class _Scaled(np.random.Generator):
    factor = 1.0

    def normal(self, loc: float, scale: float, size: object) -> np.ndarray:  # type: ignore[override]
        return super().normal(loc, scale * self.factor, size)  # type: ignore[call-overload]


@dataclass
class SweptExtraction(FakeExtraction):
    """Sentences of one source, and noise that falls with the square root of N⁺."""

    source: str = SOURCES[0]

    @property
    def sentences(self) -> list[Sentence]:
        """Sixty a concept; the later the source in the list, the fewer different
        words.
        """
        variety = 24 // (1 + SOURCES.index(self.source))
        return [
            Sentence(
                word,
                f"Of the {word} number {n} says {chr(97 + n % variety) * 2} and "
                f"{chr(97 + n // variety) * 3}.",
                self.source,
            )
            for word in self.request.concepts
            for n in range(POOL)
        ]

    def _rng(self, *parts: str) -> np.random.Generator:
        if parts[0] != "noise":
            return super()._rng(*parts)
        cell = f"{parts}{self.request.n_positive}{self.request.n_negative}{self.source}"
        rng = _Scaled(np.random.PCG64(list(cell.encode())))
        rng.factor = (20 / self.request.n_positive) ** 0.5
        return rng


def cell_request(
    source: str = SOURCES[0],
    n_positive: int = 20,
    n_negative: int = 40,
    *,
    concepts: Sequence[str] = CONCEPTS,
    folds: int = 4,
) -> RunRequest:
    """The request of one cell; the digest of its probe set depends on the source
    only.
    """
    asked = small_request(concepts=concepts, folds=folds)
    digest = f"{SOURCES.index(source) + 1:x}" * 64
    probe = f"probes-{source.lower()}"
    return replace(
        asked, n_positive=n_positive, n_negative=n_negative, probe_set=probe, probe_digest=digest
    )


def cell(folder: Path, request: RunRequest) -> Path:
    """Write the run file of a cell."""
    fake = SweptExtraction(request, source=SOURCES[int(request.probe_digest[0], 16) - 1])
    rated = human_pairs(request.concepts)
    with RunWriter(
        folder, request, fake.modules, fake.sentences, fake.draws, rated, {"commit": "0" * 40}
    ) as writer:
        for result in fake.concepts():
            writer.write_concept(result)
        return writer.finish({"versions": fake.versions})


def sweep(
    folder: Path,
    n_positive: Sequence[int],
    n_negative: Sequence[int],
    sources: Sequence[str] = SOURCES,
    *,
    concepts: Sequence[str] = CONCEPTS,
    folds: int = 4,
) -> list[Path]:
    """Write a run file for every cell."""
    return [
        cell(folder, cell_request(source, p, n, concepts=concepts, folds=folds))
        for source, p, n in itertools.product(sources, n_positive, n_negative)
    ]

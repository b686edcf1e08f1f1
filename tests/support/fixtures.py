"""A small run file with genuine structure, written by the real writer in a fraction of
a second.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import ConceptResult, Draws, HumanPair, Module, Sentence
from explorer.core.request import RunRequest
from explorer.store.run.write import RunWriter

DOMAINS: Mapping[str, Sequence[str]] = {
    "animal": ("cat", "dog", "horse", "cheetah"),
    "vehicle": ("car", "bus", "bike", "vehicle"),
    "color": ("red", "blue", "green", "yellow"),
}
CONCEPTS = tuple(itertools.chain(*DOMAINS.values()))
DATASET = "fixture"
POOL = 60
HIDDEN = 24


@dataclass
class FakeExtraction:
    """Stands in for the engine: the same interface, synthetic results, no model.

    `quality` 1 gives experts shared within domains, 0 none that mean anything.
    """

    request: RunRequest
    quality: float = 1.0
    commit: str | None = "0" * 40
    versions: dict[str, str] = field(default_factory=lambda: {"python": "3.11", "device": "cpu"})

    @property
    def modules(self) -> list[Module]:
        """Two modules in each of three layers; 672 units."""
        shapes = [
            (layer, kind, width)
            for layer in range(3)
            for kind, width in (("attn.c_attn", 96), ("mlp.c_fc", 128))
        ]
        offsets = np.cumsum([0, *(width for *_, width in shapes)])
        return [
            Module(f"h.{layer}.{kind}", layer, kind, width, int(offset))
            for (layer, kind, width), offset in zip(shapes, offsets[:-1], strict=True)
        ]

    @property
    def sentences(self) -> list[Sentence]:
        """Sixty sentences of every concept, from two sources."""
        return [
            Sentence(
                word, f"Sentence {n} tells something of a {word}.", ("writer-a", "writer-b")[n % 2]
            )
            for word in self.request.concepts
            for n in range(POOL)
        ]

    @property
    def draws(self) -> Draws:
        """Positives from the concept's sentences, negatives from the others'."""
        everyone = np.arange(POOL * len(self.request.concepts))
        drawn: Draws = {}
        for i, word in enumerate(self.request.concepts):
            own = (everyone // POOL) == i
            rng = np.random.default_rng([self.request.seed, i])
            drawn[word] = [
                (
                    np.sort(rng.choice(everyone[own], self.request.n_positive, replace=False)),
                    np.sort(rng.choice(everyone[~own], self.request.n_negative, replace=False)),
                )
                for _ in range(self.request.folds)
            ]
        return drawn

    def prepare(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Report two batches."""
        for done in (1, 2):
            progress(done, 2)

    def concepts(
        self, skip: Collection[str] = (), progress: Callable[[int, int], None] = lambda *_: None
    ) -> Iterator[ConceptResult]:
        """Results of the concepts not in `skip`, independent of each other."""
        for word in self.request.concepts:
            if word not in skip:
                progress(1, 2)
                yield self.result(word)

    def result(self, word: str) -> ConceptResult:
        """A concept's experts: a third its domain's, the rest its own, half of that at
        random when untrained.
        """
        n_units = sum(module.width for module in self.modules)
        strength = self._strength(word, n_units)
        rng = self._rng("noise", word)
        ap = np.clip(strength + rng.normal(0, 0.05, (self.request.folds, n_units)), 0, 1).astype(
            np.float32
        )
        units = [np.flatnonzero(fold > self.request.ap_floor).astype(np.int32) for fold in ap]
        bins = np.minimum((ap * 20).astype(int), 19)
        histogram = [
            np.bincount(bins[:, m.offset : m.offset + m.width].ravel(), minlength=20)
            for m in self.modules
        ]
        vector = self._vector(word)
        return ConceptResult(
            concept=word,
            units=units,
            aps=[fold[kept] for fold, kept in zip(ap, units, strict=True)],
            histogram=np.array(histogram),
            sentence_embedding=(vector + rng.normal(0, 0.6, (self.request.folds, HIDDEN))).astype(
                np.float32
            ),
            word_embedding=(vector + rng.normal(0, 0.8, HIDDEN)).astype(np.float32),
            seconds=0.01,
        )

    def _strength(self, word: str, n_units: int) -> np.ndarray:
        strength = self._rng("base").uniform(0.1, 0.45, n_units)
        mine = self._rng("own", word).choice(n_units, 40, replace=False)
        strength[mine] = self._rng("own-ap", word).uniform(
            0.45, 0.45 + 0.5 * max(self.quality, 0.25), len(mine)
        )
        domain = self.request.domains.get(word)
        if domain is not None:
            shared = self._rng("domain", domain).choice(n_units, 40, replace=False)
            taken = shared[self._rng("taken", word).random(len(shared)) < 0.8 * self.quality]
            strength[taken] = self._rng("shared-ap", domain).uniform(0.5, 0.95, len(shared))[
                : len(taken)
            ]
        return strength

    def _vector(self, word: str) -> np.ndarray:
        centre = self._rng("centre", self.request.domains.get(word, word)).normal(0, 1, HIDDEN)
        return self.quality * centre + self._rng("vector", word).normal(0, 1, HIDDEN)

    def _rng(self, *parts: str) -> np.random.Generator:
        return np.random.default_rng([self.request.seed, *"|".join(parts).encode()])


def small_request(
    *,
    seed: int = 0,
    random_init: int | None = None,
    concepts: Sequence[str] = CONCEPTS,
    folds: int = 4,
    model: str = "built-in",
    revision: str = "main",
) -> RunRequest:
    """The request that `small_run` carries out."""
    domain_of = {word: domain for domain, words in DOMAINS.items() for word in words}
    return RunRequest(
        checkpoint=Checkpoint(model, revision, random_init),
        probe_set="fixture",
        probe_digest="f" * 64,
        concepts=tuple(concepts),
        n_positive=20,
        n_negative=40,
        folds=folds,
        seed=seed,
        domains={word: domain_of[word] for word in concepts if word in domain_of},
    )


def human_pairs(concepts: Sequence[str] = CONCEPTS, seed: int = 0) -> list[HumanPair]:
    """Scores of every pair on MEN's scale, high within a domain; half dev, half test;
    one pair is no concept's.
    """
    domain_of = {word: domain for domain, words in DOMAINS.items() for word in words}
    rng = np.random.default_rng(seed)
    pairs = []
    for n, (a, b) in enumerate(itertools.combinations(concepts, 2)):
        related = domain_of.get(a) is not None and domain_of.get(a) == domain_of.get(b)
        score = round(float(np.clip((38 if related else 14) + rng.normal(0, 5), 0, 50)), 1)
        pairs.append(HumanPair(DATASET, ("dev", "test")[n % 2], a, b, score))
    return [*pairs, HumanPair(DATASET, "test", "quark", "gluon", 41.0)]


def small_run(
    folder: Path,
    *,
    seed: int = 0,
    random_init: int | None = None,
    concepts: Sequence[str] = CONCEPTS,
    folds: int = 4,
    model: str = "built-in",
    revision: str = "main",
    quality: float | None = None,
) -> Path:
    """Write a finished run file into `folder` and return its path; an existing one is
    returned as it is.

    `quality` 0…1 is how much domain structure it has: 1 by default, 0 for a random
    initialisation. A training trajectory: several calls with model="fixture/tiny",
    revision="step…", rising quality.
    """
    request = small_request(
        seed=seed,
        random_init=random_init,
        concepts=concepts,
        folds=folds,
        model=model,
        revision=revision,
    )
    path = folder / f"{request.id}.duckdb"
    if path.exists():
        return path
    if quality is None:
        quality = 1.0 if random_init is None else 0.0
    fake = FakeExtraction(request, quality)
    meta = {"commit": fake.commit}
    with RunWriter(
        folder, request, fake.modules, fake.sentences, fake.draws, human_pairs(concepts), meta
    ) as writer:
        for result in fake.concepts(writer.done):
            writer.write_concept(result)
        return writer.finish({"versions": fake.versions})

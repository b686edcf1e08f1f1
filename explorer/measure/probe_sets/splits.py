"""Whether a concept's sentences fall into two groups, as those of a word in two senses
do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.measure.probe_sets.counts import Counted
from explorer.measure.probe_sets.senses import concept_vectors, inverse_frequency
from explorer.measure.tfidf import unit, weighted

SAMPLE = 200
"""Sentences a concept that the search for two senses looks at, evenly spaced."""
PAIRS = 200
"""Mixed pairs of concepts that the distance of two groups is held against."""
QUANTILE = 0.25
SMALLEST = 0.1
"""Share of the sentences that the smaller group must have."""
FEW_CONCEPTS, FEW_SENTENCES = 6, 10
"""Below these a concept has too little company, or too little text, to look for two
senses.
"""


@dataclass(frozen=True, eq=False)
class Split:
    """Two groups of a concept's sentences: their distance (0 to 1), the share of the
    smaller, what each is near to.
    """

    distance: float
    share: float
    near: tuple[tuple[str, ...], tuple[str, ...]]


def splits(counted: Counted, seed: int = 0) -> tuple[Mapping[str, Split], float]:
    """Concept → its sentences in two groups, and the distance from which two groups are
    as far apart as two concepts.

    A sentence is described by the cosines of its TF-IDF with the other concepts
    (explicit semantic analysis, Gabrilovich & Markovitch, IJCAI 2007); two-means
    divides them; the distance is 1 − cosine of the groups' means. The same is done to
    `PAIRS` pseudo-words, two concepts' sentences mixed half and half (Schütze, Comput.
    Linguist. 24, 1998): three quarters of them reach the distance returned. NaN where
    there is too little.
    """
    members = np.split(
        np.arange(len(counted.of)), np.searchsorted(counted.of, np.arange(1, len(counted.concepts)))
    )
    members = [
        rows[np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE)).astype(int)] for rows in members
    ]
    usable = [c for c, rows in enumerate(members) if len(rows) >= FEW_SENTENCES]
    if len(usable) < FEW_CONCEPTS:
        return {}, float("nan")
    profiles = _Profiles(counted)
    found = {}
    for c in usable:
        profile = profiles.of(members[c], [c])
        group = _two_means(profile)
        close = tuple(
            tuple(counted.concepts[j] for j in _typical(profile, group == side))
            for side in (True, False)
        )
        share = min(group.mean(), 1 - group.mean())
        found[counted.concepts[c]] = Split(
            _distance(profile, group), float(share), (close[0], close[1])
        )
    rng = np.random.default_rng(seed)
    mixed = []
    for _ in range(PAIRS):
        a, b = rng.choice(usable, 2, replace=False)
        half = min(len(members[a]), len(members[b]), SAMPLE // 2)
        rows = np.concatenate([rng.choice(members[c], half, replace=False) for c in (a, b)])
        profile = profiles.of(rows, [a, b])
        mixed.append(_distance(profile, _two_means(profile)))
    return found, float(np.quantile(mixed, QUANTILE))


class _Profiles:
    """Sentences as their cosines with the concepts."""

    def __init__(self, counted: Counted) -> None:
        self._vectors = concept_vectors(counted).T.tocsr()
        self._sentences = weighted(counted.bare, inverse_frequency(counted))
        self._names = counted.names.tocsc()

    def of(self, rows: np.ndarray, apart_from: Sequence[int]) -> np.ndarray:
        """(rows, C), with 0 for the concepts `apart_from`, whose own forms do not count
        either.
        """
        sentences = self._sentences[rows]
        own = np.unique(self._names[:, list(apart_from)].indices)
        sentences.data = np.where(np.isin(sentences.indices, own), 0.0, sentences.data)
        profile = np.asarray((unit(sentences) @ self._vectors).todense())
        profile[:, list(apart_from)] = 0.0
        return profile


def _two_means(profile: np.ndarray, rounds: int = 30) -> np.ndarray:
    """(rows,) which of two groups each row is in: started along the first principal
    axis, then Lloyd's algorithm.
    """
    lengths = np.linalg.norm(profile, axis=1, keepdims=True)
    z = np.divide(profile, lengths, out=np.zeros_like(profile), where=lengths > 0)
    z = z - z.mean(0)
    axis = z[np.argmax((z * z).sum(1))]
    for _ in range(rounds):
        axis = z.T @ (z @ axis)
        axis = axis / max(float(np.linalg.norm(axis)), 1e-12)
    group = z @ axis > 0
    for _ in range(rounds):
        if group.all() or not group.any():
            break
        a, b = z[group].mean(0), z[~group].mean(0)
        moved = z @ (a - b) > (a @ a - b @ b) / 2
        if (moved == group).all():
            break
        group = moved
    return np.asarray(group)


def _distance(profile: np.ndarray, group: np.ndarray) -> float:
    """1 − cosine of the groups' mean profiles; 0 when one of them is too small to be a
    sense.
    """
    if min(group.mean(), 1 - group.mean()) < SMALLEST:
        return 0.0
    a, b = profile[group].mean(0), profile[~group].mean(0)
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    return 1.0 - float(a @ b) / scale if scale > 0 else 0.0


def _typical(profile: np.ndarray, inside: np.ndarray, k: int = 3) -> list[int]:
    """The concepts that a group is nearer to than the rest is, by most."""
    if inside.all() or not inside.any():
        return []
    gain = profile[inside].mean(0) - profile[~inside].mean(0)
    return [int(j) for j in np.argsort(-gain)[:k] if gain[j] > 0]

"""Folds: seeded draws of the positive and negative sets of every concept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError, SentencesError
from explorer.core.records import Draws, Sentence
from explorer.core.request import RunRequest
from explorer.probes.folding import tokens
from explorer.probes.words import WordIndex, word_family

POOL_FACTOR = 4
"""The negative pool holds this many times N⁻ sentences, when there are that many."""


@dataclass(frozen=True)
class Plan:
    """Which sentences a run forwards and which set each belongs to; ids index
    `sentences`.
    """

    sentences: tuple[Sentence, ...]
    """Every distinct text once."""
    draws: Draws
    pool: np.ndarray
    """Ids of the negative pool, ascending."""


@dataclass(frozen=True)
class JointPlan:
    """Several plans over one list of sentences, so that each is forwarded once for all
    of them.
    """

    sentences: tuple[Sentence, ...]
    draws: tuple[Draws, ...]
    """Per plan, as in `Plan`, with ids into `sentences`."""
    pool: np.ndarray
    """Ids of every plan's negative pool, ascending."""

    def positives(self, concept: str) -> np.ndarray:
        """Ids of all sentences that are positives of a concept in some fold of some
        plan, ascending.
        """
        return np.unique(np.concatenate([ids for draws in self.draws for ids, _ in draws[concept]]))


def join(plans: Sequence[Plan]) -> JointPlan:
    """The plans over the union of their sentences; a single plan keeps its ids."""
    known: dict[str, int] = {}
    sentences: list[Sentence] = []
    for plan_ in plans:
        for row in plan_.sentences:
            if row.text not in known:
                known[row.text] = len(sentences)
                sentences.append(row)
    maps = [np.array([known[row.text] for row in plan_.sentences]) for plan_ in plans]
    draws = [
        {
            word: [(np.sort(ids[p]), np.sort(ids[n])) for p, n in folds]
            for word, folds in plan_.draws.items()
        }
        for ids, plan_ in zip(maps, plans, strict=True)
    ]
    pool = np.unique(
        np.concatenate([ids[plan_.pool] for ids, plan_ in zip(maps, plans, strict=True)])
    )
    return JointPlan(tuple(sentences), tuple(draws), pool)


def rng(*parts: object) -> np.random.Generator:
    """A generator seeded by the parts, the same on every machine."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16]))


def plan(request: RunRequest, sentences: Mapping[str, Sequence[Sentence]]) -> Plan:
    """Draw every fold of every concept; independent of the order of the concepts.

    Positives are N⁺ of the concept's sentences. Negatives are N⁻ of a seeded pool that
    is even over concepts, without the concept's own sentences and without any that
    holds a form of its word. Raises SentencesError naming concept, needed and found,
    InputError for a concept without a word.
    """
    texts, ids = _distinct(request, sentences)
    pool = _negative_pool(request, ids)
    index = WordIndex(texts[i].text for i in pool)
    draws: Draws = {}
    for concept in request.concepts:
        _has_a_word(concept)
        own, holding = set(ids[concept].tolist()), index.holding(word_family(concept))
        allowed = np.array(
            [i for at, i in enumerate(pool.tolist()) if i not in own and at not in holding], int
        )
        _enough(concept, "negative", request.n_negative, len(allowed))
        draws[concept] = [
            (
                _draw(request, concept, fold, "+", ids[concept]),
                _draw(request, concept, fold, "-", allowed),
            )
            for fold in range(request.folds)
        ]
    return _compact(texts, draws, pool)


def _distinct(
    request: RunRequest, sentences: Mapping[str, Sequence[Sentence]]
) -> tuple[list[Sentence], dict[str, np.ndarray]]:
    texts: list[Sentence] = []
    known: dict[str, int] = {}
    ids: dict[str, np.ndarray] = {}
    for concept in sorted(request.concepts):
        own = sentences.get(concept, ())
        _enough(concept, "positive", request.n_positive, len({row.text for row in own}))
        for row in own:
            if row.text not in known:
                known[row.text] = len(texts)
                texts.append(row)
        ids[concept] = np.array(sorted({known[row.text] for row in own}))
    return texts, ids


def _negative_pool(request: RunRequest, ids: Mapping[str, np.ndarray]) -> np.ndarray:
    wanted = POOL_FACTOR * request.n_negative
    shuffled = [
        rng(request.seed, "pool", concept).permutation(ids[concept]) for concept in sorted(ids)
    ]
    taken: dict[int, None] = {}
    for turn in range(max(map(len, shuffled))):
        for order in shuffled:
            if turn < len(order) and len(taken) < wanted:
                taken.setdefault(int(order[turn]))
    return np.array(sorted(taken))


def _draw(request: RunRequest, concept: str, fold: int, side: str, among: np.ndarray) -> np.ndarray:
    size = request.n_positive if side == "+" else request.n_negative
    return np.sort(rng(request.seed, concept, fold, side).choice(among, size, replace=False))


def _compact(texts: list[Sentence], draws: Draws, pool: np.ndarray) -> Plan:
    parts = [pool, *(ids for folds in draws.values() for pair in folds for ids in pair)]
    used = np.unique(np.concatenate(parts))
    fresh = np.full(len(texts), -1)
    fresh[used] = np.arange(len(used))
    return Plan(
        sentences=tuple(texts[i] for i in used),
        draws={c: [(fresh[p], fresh[n]) for p, n in folds] for c, folds in draws.items()},
        pool=fresh[pool],
    )


def _has_a_word(concept: str) -> None:
    if not tokens(concept):
        raise InputError(
            f"The concept “{concept}” holds no letter or digit, so nothing tells which sentences "
            "must not be its negatives.",
            "Leave it out, or import its sentences under a word.",
        )


def _enough(concept: str, side: str, needed: int, found: int) -> None:
    if found < needed:
        hint = (
            "Lower N⁺, or add sentences of this concept."
            if side == "positive"
            else "Lower N⁻, or add concepts and sentences to the probe set."
        )
        raise SentencesError(f"“{concept}” needs {needed} {side} sentences, {found} found.", hint)

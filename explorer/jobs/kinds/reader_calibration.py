"""What the experts of a run answer to tokens of negative sentences: what a typed
sentence is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from explorer.core.records import RunInfo
from explorer.core.tau import Tau
from explorer.measure.sentence import Calibration, Scorer, Tail
from explorer.probes.sampling import rng
from explorer.results.experts import experts
from explorer.results.library import open_library

_EXPERTS, _SENTENCES, _SCALED = 32, 500, 64
"""Experts of a concept, those of highest AP; negative sentences that they are
calibrated on; sentences that a unit's mean and deviation are of.
"""


def calibrate(
    concepts: Sequence[int],
    chosen: Sequence[np.ndarray],
    negative: np.ndarray,
    responses: Callable[[int, int], list[np.ndarray]],
) -> Calibration:
    """Tails of the scores of some concepts on tokens of their negative sentences.

    chosen: per concept its units, ascending; negative: (sentences, concepts), whether a
    sentence is a negative one of a concept; responses: of the sentences from one to
    another, per sentence (tokens, units).
    """
    units = np.unique(np.concatenate(chosen))
    n = len(negative)
    start = responses(0, min(n, _SCALED))
    every = np.concatenate(start).astype(float)
    mean, scale = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-6)
    scorer = Scorer.of(units, chosen, mean, scale)
    first, others, owner = [], [], []
    for begin in range(0, n, _SCALED):
        part = responses(begin, min(n, begin + _SCALED)) if begin else start
        for row, values in enumerate(part, begin):
            scores = scorer.scores(values)
            first.append(scores[:1])
            others.append(scores[1:])
            owner.append(np.full(max(0, len(scores) - 1), row))
    rest, of = np.concatenate(others), np.concatenate(owner)
    starts = np.concatenate(first)
    return Calibration(
        np.array(concepts),
        tuple(chosen),
        units,
        mean,
        scale,
        tuple(Tail.of(starts[own, c]) for c, own in enumerate(negative.T)),
        tuple(Tail.of(rest[own[of], c]) for c, own in enumerate(negative.T)),
    )


def chosen_experts(run: RunInfo, tau: Tau) -> dict[int, np.ndarray]:
    """Concept → its experts of the highest AP over folds, for those that have one."""
    every = experts(open_library(), run.id, tau)
    found = {c: every.strongest(c, _EXPERTS) for c in range(every.n_concepts)}
    return {concept: units for concept, units in found.items() if len(units)}


def negative_sentences(run: RunInfo, concepts: Sequence[int]) -> tuple[list[str], np.ndarray]:
    """Negative sentences of a run, at most 500, and (sentences, concepts) whose."""
    library = open_library()
    draws, texts = library.drawn(run.id), library.texts(run.id)
    own = [np.unique(np.concatenate([n for _, n in draws[c]])) for c in concepts]
    pool = np.unique(np.concatenate(own))
    pool = rng(0, run.id, "calibration").permutation(pool)[:_SENTENCES]
    negative = np.stack([np.isin(pool, ids) for ids in own], axis=1)
    return [texts[i] for i in pool], negative

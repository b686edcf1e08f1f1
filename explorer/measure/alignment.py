"""Alignment: how well model similarity of word pairs follows human similarity, with its
uncertainty.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from explorer.measure.statistics.correlation import (
    EXACT_UP_TO,
    complete,
    exact_p,
    problem,
    rank_correlations,
)
from explorer.measure.statistics.shared_words import spread, words_of_present

ALPHA = 0.05
"""Level below which a corrected p is called significant."""
TRAINED, UNTRAINED = "trained", "untrained"
"""What the weights of a model and those of its control are called."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Spearman ρ over n pairs, its 95% interval, two-sided p against 0, the (n,)
    influence of every pair on ρ and the (n, 2) numbers of its words.

    Where ρ is not defined it is NaN, and `note` says why; `note` also tells of pairs
    left out.
    """

    rho: float
    low: float
    high: float
    p: float
    n: int
    influence: np.ndarray
    words: np.ndarray
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """ρ of the first minus ρ of the second model over the same n pairs, 95% interval,
    two-sided p.
    """

    delta: float
    low: float
    high: float
    p: float
    n: int
    note: str = ""


@dataclass(frozen=True)
class PaperMark:
    """A result of Fedzechkina et al. (arXiv 2502.15090), section 4: theirs, to be
    labelled as such.
    """

    model: str
    rho: float
    step: int = 143_000
    dataset: str = "MEN"
    split: str = "test"
    source: str = "Fedzechkina et al., arXiv 2502.15090, section 4"


PAPER_MARKS = (
    PaperMark("pythia-70m", 0.70),
    PaperMark("pythia-1b", 0.77),
    PaperMark("pythia-12b", 0.79),
)


def cosine_similarity_matrix(vectors: np.ndarray) -> np.ndarray:
    """(C, C) cosine similarities of (F, C, d) vectors, mean over the F folds; 0 beside
    a zero vector.
    """
    vectors = np.asarray(vectors, float)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return np.asarray(np.clip((unit @ unit.transpose(0, 2, 1)).mean(0), -1.0, 1.0))


def undefined(n: int, why: str) -> Alignment:
    """An alignment of n pairs that is not defined."""
    return Alignment(np.nan, np.nan, np.nan, np.nan, n, np.empty(0), np.empty((0, 2), int), why)


def align(model: ArrayLike, human: ArrayLike, words: ArrayLike | None = None) -> Alignment:
    """Spearman ρ of model and human similarity, (n,) each, ties sharing their average
    rank.

    words: (n, 2) the two words of each pair; None where no two pairs share one.
    Interval: Fisher's z with the dyadic standard error (`statistics.shared_words`). p:
    of all n! orders up to n = 8, from the same standard error above. Pairs with a
    missing value are left out.
    """
    (x,), y, present, note = complete([model], human)
    if wrong := problem([x], y):
        return undefined(len(y), f"{wrong} {note}".strip())
    rho, influence = rank_correlations(np.array([x, y]))
    pairs = words_of_present(words, present)
    p = exact_p(x, y, float(rho[0, 1])) if len(y) <= EXACT_UP_TO else None
    return estimated(float(rho[0, 1]), influence[0, 1], pairs, note, p=p)


def estimated(
    rho: float,
    influence: np.ndarray,
    words: np.ndarray,
    note: str,
    *,
    parameters: int = 2,
    p: float | None = None,
) -> Alignment:
    """An alignment from its (n,) influences; p from its standard error where it is not
    given.
    """
    of = spread(influence, words, parameters).of_correlation()
    low, high = of.interval(rho)
    p = of.p(rho) if p is None else p
    return Alignment(rho, low, high, p, len(influence), influence, words, note)


def compare(
    model_a: ArrayLike, model_b: ArrayLike, human: ArrayLike, words: ArrayLike | None = None
) -> Difference:
    """ρ of model_a minus ρ of model_b over the pairs that have all three values.

    As `difference` of the two alignments. words: as in `align`.
    """
    (a, b), y, present, note = complete([model_a, model_b], human)
    if wrong := problem([a, b], y):
        return Difference(np.nan, np.nan, np.nan, np.nan, len(y), f"{wrong} {note}".strip())
    pairs = words_of_present(words, present)
    return replace(difference(align(a, y, pairs), align(b, y, pairs)), note=note)


def difference(a: Alignment, b: Alignment) -> Difference:
    """a.rho minus b.rho of two alignments over the same pairs.

    The influence of a pair on the difference is the difference of its influences, so
    what the two have in common cancels; interval and p are of Student's t with the
    dyadic standard error (`statistics.shared_words`). The caller answers for the same
    pairs; equal numbers are checked.
    """
    if a.n != b.n:
        raise ValueError(f"the same pairs are needed, got {a.n} and {b.n}")
    if np.isnan(a.rho) or np.isnan(b.rho):
        return Difference(
            np.nan, np.nan, np.nan, np.nan, a.n, a.note if np.isnan(a.rho) else b.note
        )
    of = spread(a.influence - b.influence, a.words)
    delta = a.rho - b.rho
    return Difference(delta, *of.interval(delta), of.p(delta), a.n, a.note)


def holm(
    p_values: Sequence[float] | np.ndarray, families: Sequence[Hashable] | None = None
) -> np.ndarray:
    """Holm's step-down adjusted p-values (Holm 1979), in the order given; NaN stays and
    does not count.

    families: of each p, the family that it is corrected within; None for one family.
    """
    p = np.asarray(p_values, float)
    if families is not None:
        numbers = {family: k for k, family in enumerate(dict.fromkeys(families))}
        of = np.array([numbers[family] for family in families], int)
        result = np.full(p.shape, np.nan)
        for k in range(len(numbers)):
            result[of == k] = holm(p[of == k])
        return result
    adjusted = np.full(p.shape, np.nan)
    valid = np.flatnonzero(~np.isnan(p))
    order = valid[np.argsort(p[valid], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted

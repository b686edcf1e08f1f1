"""Alignment: how well model similarity of word pairs follows human similarity, with its
uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, rankdata

from explorer.measure.statistics.bootstrap import percentiles
from explorer.measure.statistics.correlation import (
    complete,
    correlation,
    p_value,
    problem,
    resampled_rho,
)

ALPHA = 0.05
"""Level below which a corrected p is called significant."""
MANY_PAIRS = 50
"""From here on the spread of resamples is trusted beyond the last of them."""
TRAINED, UNTRAINED = "trained", "untrained"
"""What the weights of a model and those of its control are called."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Spearman ρ over n pairs, its 95% interval, two-sided p against 0, and ρ of every
    resample.

    Where ρ is not defined it is NaN, and `note` says why; `note` also tells of pairs
    left out.
    """

    rho: float
    low: float
    high: float
    p: float
    n: int
    samples: np.ndarray
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
    return Alignment(np.nan, np.nan, np.nan, np.nan, n, np.empty(0), why)


def align(model: ArrayLike, human: ArrayLike, *, n_boot: int = 2000, seed: int = 0) -> Alignment:
    """Spearman ρ of model and human similarity, (n,) each, ties sharing their average
    rank.

    Interval: percentile bootstrap over pairs, ranked anew in every resample. p: of all
    n! orders up to n = 8, from Student's t with n - 2 degrees of freedom above. Pairs
    with a missing value are left out.
    """
    (x,), y, note = complete([model], human)
    if wrong := problem([x], y):
        return undefined(len(y), f"{wrong} {note}".strip())
    rho = float(correlation(rankdata(x), rankdata(y)))
    samples = resampled_rho(np.array([x]), y, n_boot, seed)[0]
    return Alignment(rho, *percentiles(samples), p_value(x, y, rho), len(y), samples, note)


def compare(
    model_a: ArrayLike, model_b: ArrayLike, human: ArrayLike, *, n_boot: int = 2000, seed: int = 0
) -> Difference:
    """ρ of model_a minus ρ of model_b by the paired bootstrap: both are ranked in the
    same resamples.

    As `difference` of the two alignments over the pairs that have all three values.
    """
    (a, b), y, note = complete([model_a, model_b], human)
    if wrong := problem([a, b], y):
        return Difference(np.nan, np.nan, np.nan, np.nan, len(y), f"{wrong} {note}".strip())
    rho_a, rho_b = (float(correlation(rankdata(x), rankdata(y))) for x in (a, b))
    drawn_a, drawn_b = resampled_rho(np.array([a, b]), y, n_boot, seed)
    return _difference(rho_a - rho_b, drawn_a - drawn_b, len(y), note)


def difference(a: Alignment, b: Alignment) -> Difference:
    """a.rho minus b.rho of two alignments measured over the same pairs in the same
    resamples.

    The caller answers for the same pairs and seed; equal numbers of pairs and resamples
    are checked. p is twice the smaller share of resamples on either side of 0, with one
    added to counts (Davison & Hinkley 1997, section 4.2). It cannot fall below 2 /
    (resamples + 1), which a correction over many rows would make 1: where no resample
    reaches 0 and pairs are many, p is the tail of the normal distribution with the
    spread of the resamples (Efron & Tibshirani 1993, section 13.2), if that is smaller.
    """
    if a.n != b.n:
        raise ValueError(f"the same pairs are needed, got {a.n} and {b.n}")
    if np.isnan(a.rho) or np.isnan(b.rho):
        return Difference(
            np.nan, np.nan, np.nan, np.nan, a.n, a.note if np.isnan(a.rho) else b.note
        )
    return _difference(a.rho - b.rho, a.samples - b.samples, a.n, a.note)


def _difference(delta: float, samples: np.ndarray, n: int, note: str) -> Difference:
    finite = samples[np.isfinite(samples)]
    beyond = min(np.sum(finite <= 0), np.sum(finite >= 0))
    p = min(1.0, 2 * (1 + float(beyond)) / (len(finite) + 1))
    spread = float(finite.std()) if len(finite) else 0.0
    if beyond == 0 and n >= MANY_PAIRS and spread > 0:
        p = min(p, float(2 * norm.sf(abs(delta) / spread)))
    return Difference(delta, *percentiles(samples), p, n, note)


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Holm's step-down adjusted p-values (Holm 1979), in the order given; NaN stays and
    does not count.
    """
    p = np.asarray(p_values, float)
    adjusted = np.full(p.shape, np.nan)
    valid = np.flatnonzero(~np.isnan(p))
    order = valid[np.argsort(p[valid], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted

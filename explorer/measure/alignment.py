"""Alignment: how well model similarity of word pairs follows human similarity, with its uncertainty."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata, t

from explorer.measure.bootstrap import LEVEL, percentiles, resample_counts

FEWEST_PAIRS = 4
EXACT_UP_TO = 8
"""Pairs up to which the p of a correlation comes from all orders of the pairs."""
BLOCK = 1 << 18


@dataclass(frozen=True, eq=False)
class Alignment:
    """Spearman ρ over n pairs, its 95% interval, two-sided p against 0, and ρ of every resample.

    Where ρ is not defined it is NaN, and `note` says why; `note` also tells of pairs left out.
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
    """ρ of the first minus ρ of the second model over the same n pairs, 95% interval, two-sided p."""

    delta: float
    low: float
    high: float
    p: float
    n: int
    note: str = ""


@dataclass(frozen=True)
class PaperMark:
    """A result of Fedzechkina et al. (arXiv 2502.15090), section 4: theirs, to be labelled as such."""

    model: str
    rho: float
    step: int = 143_000
    dataset: str = "MEN"
    split: str = "test"
    source: str = "Fedzechkina et al., arXiv 2502.15090, section 4"


PAPER_MARKS = (PaperMark("pythia-70m", 0.70), PaperMark("pythia-1b", 0.77), PaperMark("pythia-12b", 0.79))


def cosine_similarity_matrix(vectors: np.ndarray) -> np.ndarray:
    """(C, C) cosine similarities of (F, C, d) vectors, mean over the F folds; 0 beside a zero vector."""
    vectors = np.asarray(vectors, float)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return np.asarray(np.clip((unit @ unit.transpose(0, 2, 1)).mean(0), -1.0, 1.0))


def align(model: ArrayLike, human: ArrayLike, *, n_boot: int = 2000, seed: int = 0) -> Alignment:
    """Spearman ρ of model and human similarity, (n,) each, ties sharing their average rank.

    Interval: percentile bootstrap over pairs, ranked anew in every resample. p: of all n! orders up to
    n = 8, from Student's t with n - 2 degrees of freedom above. Pairs with a missing value are left out.
    """
    (x,), y, note = _complete([model], human)
    problem = _problem([x], y)
    if problem:
        return Alignment(np.nan, np.nan, np.nan, np.nan, len(y), np.empty(0), f"{problem} {note}".strip())
    rho = float(_correlation(rankdata(x), rankdata(y)))
    samples = _resampled_rho(np.array([x]), y, n_boot, seed)[0]
    return Alignment(rho, *percentiles(samples), _p_value(x, y, rho), len(y), samples, note)


def compare(
    model_a: ArrayLike, model_b: ArrayLike, human: ArrayLike, *, n_boot: int = 2000, seed: int = 0
) -> Difference:
    """ρ of model_a minus ρ of model_b by the paired bootstrap: both are ranked in the same resamples.

    p is twice the smaller share of resamples on either side of 0, with one added to counts
    (Davison & Hinkley 1997, section 4.2), so it never falls below 2 / (n_boot + 1).
    """
    (a, b), y, note = _complete([model_a, model_b], human)
    problem = _problem([a, b], y)
    if problem:
        return Difference(np.nan, np.nan, np.nan, np.nan, len(y), f"{problem} {note}".strip())
    delta = float(_correlation(rankdata(a), rankdata(y)) - _correlation(rankdata(b), rankdata(y)))
    rho_a, rho_b = _resampled_rho(np.array([a, b]), y, n_boot, seed)
    samples = rho_a - rho_b
    finite = samples[np.isfinite(samples)]
    beyond = min(np.sum(finite <= 0), np.sum(finite >= 0))
    p = min(1.0, 2 * (1 + float(beyond)) / (len(finite) + 1))
    return Difference(delta, *percentiles(samples), p, len(y), note)


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Holm's step-down adjusted p-values (Holm 1979), in the order given; NaN stays and does not count."""
    p = np.asarray(p_values, float)
    adjusted = np.full(p.shape, np.nan)
    valid = np.flatnonzero(~np.isnan(p))
    order = valid[np.argsort(p[valid], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def permutation_band(
    model: ArrayLike, human: ArrayLike, n: int = 1000, seed: int = 0, level: float = LEVEL
) -> tuple[float, float]:
    """Central band of ρ when human scores are dealt to pairs at random n times; NaN where ρ is undefined."""
    (x,), y, _ = _complete([model], human)
    if _problem([x], y):
        return np.nan, np.nan
    shuffled = np.random.default_rng(seed).permuted(np.tile(rankdata(y), (n, 1)), axis=1)
    return percentiles(_correlation(rankdata(x), shuffled), level)


def _complete(models: Sequence[ArrayLike], human: ArrayLike) -> tuple[list[np.ndarray], np.ndarray, str]:
    columns = [np.asarray(values, float) for values in (*models, human)]
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise ValueError(f"one value a pair is needed, got shapes {[column.shape for column in columns]}")
    present = np.all(np.isfinite(columns), axis=0)
    left_out = int(np.sum(~present))
    note = f"{left_out} pairs without a value were left out." if left_out else ""
    *kept, y = (column[present] for column in columns)
    return kept, y, note


def _problem(models: Sequence[np.ndarray], human: np.ndarray) -> str:
    if len(human) < FEWEST_PAIRS:
        return f"{len(human)} pairs are too few for a correlation; {FEWEST_PAIRS} are needed."
    if np.ptp(human) == 0:
        return "Human similarity is the same for every pair, so a correlation is not defined."
    if any(np.ptp(model) == 0 for model in models):
        return "Model similarity is the same for every pair, so a correlation is not defined."
    return ""


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson correlation along the last axis; broadcasts."""
    x = x - x.mean(-1, keepdims=True)
    y = y - y.mean(-1, keepdims=True)
    scale = np.sqrt((x * x).sum(-1) * (y * y).sum(-1))
    return np.asarray(np.clip((x * y).sum(-1) / scale, -1.0, 1.0))


def _p_value(x: np.ndarray, y: np.ndarray, rho: float) -> float:
    n = len(x)
    if n <= EXACT_UP_TO:
        orders = rankdata(y)[np.array(list(itertools.permutations(range(n))))]
        # Rounding must not decide whether an order that equals the observed one counts.
        return float(np.mean(np.abs(_correlation(rankdata(x), orders)) >= abs(rho) - 1e-9))
    if abs(rho) >= 1.0:
        return 0.0
    return float(2 * t.sf(abs(rho) * np.sqrt((n - 2) / (1 - rho * rho)), n - 2))


class _Ranker:
    """Average ranks of one variable in any resample, from counts alone: sorted once, never again."""

    def __init__(self, values: np.ndarray) -> None:
        self.order = np.argsort(values, kind="stable")
        new = np.concatenate([[True], np.diff(values[self.order]) != 0])
        self.starts = np.flatnonzero(new)
        self.group = np.empty(len(values), np.int64)
        self.group[self.order] = np.cumsum(new) - 1

    def centred(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, resamples) average ranks minus their mean, and (resamples,) their sums of squares.

        counts: (n, resamples). A tied group occupies consecutive ranks, so its average rank is the
        number of values up to its end minus half of its size less one.
        """
        sizes = np.add.reduceat(counts[self.order], self.starts, axis=0)
        ranks = np.cumsum(sizes, axis=0) - (sizes - 1) / 2 - (len(self.group) + 1) / 2
        return ranks[self.group], (sizes * ranks * ranks).sum(0)


def _resampled_rho(models: np.ndarray, human: np.ndarray, n_boot: int, seed: int) -> np.ndarray:
    """(models, n_boot) Spearman ρ of (models, n) values with (n,) human ones, all in the same resamples.

    NaN where a resample holds a single distinct value.
    """
    counts = resample_counts(len(human), n_boot, seed).T
    rankers, human_ranker = [_Ranker(model) for model in models], _Ranker(human)
    rho = np.full((len(models), n_boot), np.nan)
    width = max(1, BLOCK // len(human))
    for first in range(0, n_boot, width):
        block = np.ascontiguousarray(counts[:, first : first + width])
        y, y_squares = human_ranker.centred(block)
        weighted = block * y
        for row, ranker in zip(rho, rankers, strict=True):
            x, x_squares = ranker.centred(block)
            scale = np.sqrt(x_squares * y_squares)
            np.divide((x * weighted).sum(0), scale, out=row[first : first + width], where=scale > 0)
    return np.asarray(np.clip(rho, -1.0, 1.0))

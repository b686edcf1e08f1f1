"""Stability over the sizes of the sets and the sources: what a larger set gains, and
ratios of words that compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from explorer.measure.stability import expanded_level, type_token_ratio
from explorer.measure.statistics.bootstrap import bootstrap_means

GAIN = 0.01
"""Overlap below which a gain is not worth more sentences."""
Kind = Literal["level", "rising", "open"]


SIZES = {"n_positive": "N⁺", "n_negative": "N⁻"}
"""Field of a request → what people call the size of that set."""


class PaperOverlap(NamedTuple):
    """What Fedzechkina et al. (arXiv 2502.15090, section 3) report of GPT-2."""

    n_positive: int = 400
    n_negative: int = 1000
    tau: float = 0.5
    overlap: float = 0.8


PAPER = PaperOverlap()


@dataclass(frozen=True)
class Step:
    """Gain of overlap within concept from one set size to another: mean over concepts,
    95% interval.
    """

    start: int
    end: int
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """Where overlap stops to grow with the size of a set.

    kind "level": beyond `size` every step gains less than GAIN, upper end of its
    interval included. "rising": the last step certainly gains, and GAIN or more is
    possible. "open": the interval of the last step allows both no gain and one of GAIN.
    """

    kind: Kind
    size: int
    steps: tuple[Step, ...]
    whole: Step
    """From `size` to the largest size where level, else the last step."""
    n: int
    """Concepts."""

    @property
    def beyond(self) -> tuple[Step, ...]:
        """The steps after `size`; the last one where overlap is not level."""
        return tuple(step for step in self.steps if step.start >= self.size) or self.steps[-1:]

    @property
    def fall(self) -> Step | None:
        """The largest of the steps beyond that certainly lose overlap."""
        return min(
            (step for step in self.beyond if step.high < 0),
            key=lambda step: step.gain,
            default=None,
        )


def verdict(overlap: pd.DataFrame, n_boot: int = 2000, seed: int = 0) -> Verdict | None:
    """Read off (concepts, set sizes) overlap within concept at which size more
    sentences stop to help.

    Columns are set sizes. The differences are paired by concept and the bootstrap draws
    concepts; that every single step must pass makes the claim for all of them no bolder
    than 95%. None with one size.
    """
    table = overlap.sort_index(axis=1)
    sizes = [int(size) for size in table.columns]
    if len(sizes) < 2:
        return None
    steps = _gains(table, sizes[:-1], sizes[1:], n_boot, seed)
    flat = len(steps)
    while flat and steps[flat - 1].high < GAIN:
        flat -= 1
    if flat == len(steps):
        kind: Kind = "rising" if steps[-1].low > 0 else "open"
        return Verdict(kind, sizes[-1], steps, steps[-1], len(table))
    (whole,) = _gains(table, [sizes[flat]], [sizes[-1]], n_boot, seed)
    return Verdict("level", sizes[flat], steps, whole, len(table))


def _gains(
    table: pd.DataFrame, starts: list[int], ends: list[int], n_boot: int, seed: int
) -> tuple[Step, ...]:
    gained = table[ends].to_numpy(float) - table[starts].to_numpy(float)
    found = bootstrap_means(gained, n_boot, seed, expanded_level(len(table)))
    return tuple(
        Step(start, end, i.value, i.low, i.high)
        for start, end, i in zip(starts, ends, found, strict=True)
    )


def type_token_ratios(
    texts: Mapping[str, pd.DataFrame], seed: int = 0, n_boot: int = 2000
) -> pd.DataFrame:
    """Type/token ratio of each source over equally many sentences of the same concepts.

    texts: source → concept, text. The ratio falls as text grows, so every concept of
    every source lends as many sentences, drawn by the seed, as the poorest has. Returns
    source, type_token (mean over concepts), low, high, sentences (a concept), n
    (concepts that all sources have).
    """
    groups = {
        source: dict(iter(table.groupby("concept")["text"])) for source, table in texts.items()
    }
    shared = sorted(set.intersection(*(set(group) for group in groups.values()))) if groups else []
    if not shared:
        return pd.DataFrame(columns=["source", "type_token", "low", "high", "sentences", "n"])
    each = min(len(group[word]) for group in groups.values() for word in shared)
    rng = np.random.default_rng(seed)
    columns = [
        [
            type_token_ratio(rng.choice(group[word].to_numpy(object), each, replace=False))
            for word in shared
        ]
        for group in groups.values()
    ]
    found = bootstrap_means(np.array(columns).T, n_boot, seed, expanded_level(len(shared)))
    rows = [
        (source, i.value, i.low, i.high, each, len(shared))
        for source, i in zip(groups, found, strict=True)
    ]
    return pd.DataFrame(rows, columns=["source", "type_token", "low", "high", "sentences", "n"])

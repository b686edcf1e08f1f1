"""An axis: what it spans, in data and in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_PADDED = 0.05
"""Share of its length that an axis leaves free beyond marks."""


@dataclass(frozen=True)
class Extreme:
    """A value that must be on an axis, with room around it."""

    at: float
    pad: float = 0.0
    """Pixels."""
    extra: bool = False
    """Whether it also has the share of the axis that marks have."""


@dataclass
class Axis:
    """One axis of the figure; `start` and `end` of its range lie at the pixels `low`
    and `high`.

    Values on a log axis are linear, its range and ticks are decimal logarithms.
    """

    name: str
    spec: dict[str, Any]
    outer_ticks: bool = False
    extremes: list[Extreme] = field(default_factory=list)
    start: float = 0.0
    end: float = 1.0
    low: float = 0.0
    high: float = 1.0

    @property
    def letter(self) -> str:
        """ "x" or "y"."""
        return self.name[0]

    @property
    def anchor(self) -> str:
        """Name of the axis beside which it stands."""
        return str(self.spec.get("anchor") or ("y" if self.letter == "x" else "x"))

    @property
    def domain(self) -> tuple[float, float]:
        """Shares of the plot area between which it lies."""
        first, last = self.spec.get("domain") or (0.0, 1.0)
        return float(first), float(last)

    @property
    def log(self) -> bool:
        """Whether it is logarithmic."""
        return self.spec.get("type") == "log"

    @property
    def side(self) -> str:
        """Where its labels are: bottom, top, left or right."""
        return str(self.spec.get("side") or ("bottom" if self.letter == "x" else "left"))

    @property
    def span(self) -> tuple[float, float]:
        """Its outer pixels, the lower first."""
        return min(self.low, self.high), max(self.low, self.high)

    @property
    def length(self) -> float:
        """Pixels."""
        return abs(self.high - self.low)

    def linear(self, values: np.ndarray) -> np.ndarray:
        """What is equidistant on the axis: values, or their logarithms; NaN where there
        is none.
        """
        if not self.log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)

    def place(self, position: float) -> float:
        """Pixel of a value, on a log axis of a logarithm."""
        share = (position - self.start) / ((self.end - self.start) or 1.0)
        return self.low + share * (self.high - self.low)

    def pixels(self, values: np.ndarray) -> np.ndarray:
        """Pixels of values; NaN where there is no place for one."""
        share = (self.linear(values) - self.start) / ((self.end - self.start) or 1.0)
        placed: np.ndarray = self.low + share * (self.high - self.low)
        return placed

    def add(
        self, values: np.ndarray, *, pad: float = 0.0, extra: bool = False, zero: bool = False
    ) -> None:
        """Values to hold; zero: also 0, without any room beyond it."""
        values = self.linear(values)
        values = values[np.isfinite(values)]
        if not len(values):
            return
        ends = {float(values.min()), float(values.max())}
        if zero and not self.log:
            self.extremes.append(Extreme(0.0))
            ends.discard(0.0)
        self.extremes += [Extreme(at, pad, extra) for at in ends]


def set_ranges(axes: Iterable[Axis]) -> None:
    """Give every axis its range: the given one, or one that holds its extremes.

    Axes that match share all extremes.
    """
    groups: dict[str, list[Axis]] = {}
    by_name = {axis.name: axis for axis in axes}
    for axis in by_name.values():
        leader = axis
        while (above := by_name.get(str(leader.spec.get("matches")))) not in (None, axis):
            leader = above  # type: ignore[assignment]
        groups.setdefault(leader.name, []).append(axis)
    for group in groups.values():
        given = next((a.spec["range"] for a in group if a.spec.get("range")), None)
        pooled = [extreme for axis in group for extreme in axis.extremes]
        start, end = map(float, given) if given else _automatic(group[0], pooled)
        for axis in group:
            axis.start, axis.end = start, end


def _automatic(axis: Axis, extremes: Sequence[Extreme]) -> tuple[float, float]:
    """As plotly does: the widest span that any two extremes and their room ask for."""
    start, end = _from_low_to_high(axis, extremes)
    return (end, start) if axis.spec.get("autorange") == "reversed" else (start, end)


def _from_low_to_high(axis: Axis, extremes: Sequence[Extreme]) -> tuple[float, float]:
    if not extremes:
        return -1.0, 6.0 if axis.letter == "x" else 4.0
    to_zero = axis.spec.get("rangemode") == "tozero" and not axis.log
    lowest, highest = min(e.at for e in extremes), max(e.at for e in extremes)
    if lowest == highest:
        if to_zero:
            return (0.0, lowest or 1.0) if lowest >= 0 else (lowest, 0.0)
        return lowest - 1, lowest + 1

    def room(extreme: Extreme) -> float:
        return extreme.pad + _PADDED * axis.length * extreme.extra

    low, high, scale = Extreme(lowest), Extreme(highest), 0.0
    for first in extremes:
        for second in extremes:
            inside = axis.length - room(first) - room(second)
            if second.at > first.at and inside > axis.length / 10:
                wanted = (second.at - first.at) / inside
                if wanted > scale:
                    low, high, scale = first, second, wanted
    if to_zero:
        low = Extreme(0.0) if low.at >= 0 else low
        high = Extreme(0.0) if high.at <= 0 else high
    scale = (high.at - low.at) / (axis.length - room(low) - room(high))
    return low.at - scale * room(low), high.at + scale * room(high)

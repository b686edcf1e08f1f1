"""The axis of training steps, shared by every figure over checkpoints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_FEW = 24
"""Up to so many steps are named themselves; more are read off decades."""
_ROOM = 0.12
"""Share of the axis that a label takes on a phone."""


@dataclass(frozen=True)
class StepAxis:
    """Positions of training steps on a log axis that has room for step 0 and for
    "final".
    """

    first: float
    final: float
    ticks: tuple[tuple[float, str], ...]

    @property
    def span(self) -> float:
        """Distance of the outer positions, 1 where there is only one."""
        return self.final - self.first or 1.0

    def place(self, step: float) -> float:
        """Step 0 at the left, an unknown step (NaN) at the right, the others by their
        logarithm.
        """
        if math.isnan(step):
            return self.final
        return math.log10(step) if step > 0 else self.first

    def layout(self, *, left: float, right: float) -> dict[str, Any]:
        """Plotly's horizontal axis, with these shares of the span to spare at its
        ends.
        """
        values, texts = zip(*self.ticks, strict=True)
        return {
            "tickvals": values,
            "ticktext": texts,
            "tickangle": 0,
            "range": [self.first - left * self.span, self.final + right * self.span],
            "title": {"text": "training step (log scale)"},
        }


def step_axis(steps: Sequence[float]) -> StepAxis:
    """The axis for these steps; NaN is a checkpoint of unknown step, shown as
    "final".
    """
    known = sorted({float(s) for s in steps if s > 0})
    has_zero, has_final = any(s == 0 for s in steps), any(math.isnan(s) for s in steps)
    if not known:
        return StepAxis(
            0.0, float(has_zero and has_final), _ends(0.0, float(has_zero), has_zero, has_final)
        )
    low, high = math.log10(known[0]), math.log10(known[-1])
    gap = max(0.5, 0.15 * (high - low))
    first, final = low - gap * has_zero, high + gap * has_final
    shown = (
        known
        if len(known) <= _FEW
        else [10.0**k for k in range(math.ceil(low), math.floor(high) + 1)]
    )
    shown = _apart(shown, _ROOM * (final - first))
    return StepAxis(
        first,
        final,
        _ends(first, final, has_zero, has_final)
        + tuple((math.log10(s), compact(s)) for s in shown),
    )


def _apart(steps: Sequence[float], distance: float) -> list[float]:
    """Steps whose labels have room on a log axis: the last, and those before it that
    leave enough.
    """
    kept: list[float] = []
    for step in reversed(steps):
        if not kept or math.log10(kept[-1] / step) >= distance:
            kept.append(step)
    return kept[::-1]


def _ends(
    first: float, final: float, has_zero: bool, has_final: bool
) -> tuple[tuple[float, str], ...]:
    ends = ((first, "0<br>random init"),) if has_zero else ()
    return ends + (((final, "final"),) if has_final else ())


def compact(number: float) -> str:
    """A step in few characters: 512, 1k, 143k, 1.5M."""
    for size, suffix in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{suffix}"
    return f"{number:g}"

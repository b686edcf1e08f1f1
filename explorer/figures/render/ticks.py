"""Where an axis has ticks and what they are called, as plotly chooses them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis
from explorer.figures.render.reading import numbers

_ROOM = {"x": 80.0, "y": 40.0}
"""Pixels between two ticks at least."""
_FORMAT = re.compile(r",?(\.\d+)?[f%]|,d?")
_LARGE = 3
"""Decimal exponents beyond which numbers are abbreviated."""
_SUFFIX = {-9: "n", -6: "μ", -3: "m", 3: "k", 6: "M", 9: "B", 12: "T"}


@dataclass(frozen=True)
class Tick:
    """A tick at a position of the axis, on a log axis at a logarithm."""

    at: float
    text: str


def ticks_of(axis: Axis) -> list[Tick]:
    """The ticks within the axis's range, in ascending order of what is given.

    Raises NotImplementedError for a log axis without `tickvals`.
    """
    spec = axis.spec
    if spec.get("tickvals") is not None:
        values = numbers(spec["tickvals"])
        texts = spec.get("ticktext")
        named = [str(text) for text in texts] if texts is not None else _texts(axis, values)
        every = [Tick(float(at), text) for at, text in zip(axis.linear(values), named, strict=True)]
    elif axis.log:
        raise NotImplementedError("A log axis without tickvals is not drawn.")
    else:
        step = float(spec["dtick"]) if spec.get("dtick") else _step(axis)
        values = _multiples(axis, step)
        every = [
            Tick(float(at), text)
            for at, text in zip(values, _texts(axis, values, step), strict=True)
        ]
    low, high = sorted((axis.start, axis.end))
    slack = 1e-4 * (high - low)
    return [tick for tick in every if low - slack <= tick.at <= high + slack]


def _step(axis: Axis) -> float:
    """The least of 1, 2 or 5 times a power of ten that leaves ticks enough room."""
    count = axis.spec.get("nticks") or min(max(axis.length / _ROOM[axis.letter], 4), 9) + 1
    rough = abs(axis.end - axis.start) / count
    if not rough:
        return 1.0
    base = 10.0 ** math.floor(math.log10(rough))
    return base * next((n for n in (2, 5) if rough / base < n), 10)


def _multiples(axis: Axis, step: float) -> np.ndarray:
    low, high = sorted((axis.start, axis.end))
    first, last = math.ceil(low / step - 1e-4), math.floor(high / step + 1e-4)
    return np.arange(first, last + 1) * step


def _texts(axis: Axis, values: np.ndarray, step: float | None = None) -> list[str]:
    pattern = axis.spec.get("tickformat")
    if pattern:
        if not _FORMAT.fullmatch(pattern):
            raise NotImplementedError(f"The tick format {pattern!r} is not drawn.")
        return [_signed(format(value, pattern)) for value in values]
    largest = max(abs(axis.start), abs(axis.end))
    power = math.floor(math.log10(largest) + 0.01) if largest else 0
    exponent = 3 * round((power - 1) / 3) if abs(power) > _LARGE else 0
    scaled = [value / 10.0**exponent for value in values]
    places = 6 if step is None else _places(step / 10.0**exponent)
    return [_signed(_short(v, places)) + _suffix(v, exponent) for v in scaled]


def _places(step: float) -> int:
    return next(n for n in range(13) if abs(round(step, n) - step) < 1e-6 * step or n == 12)


def _short(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _suffix(value: float, exponent: int) -> str:
    return _SUFFIX.get(exponent, f"e{exponent}") if exponent and value else ""


def _signed(text: str) -> str:
    text = "0" if text == "-0" else text
    return text.replace("-", "\N{MINUS SIGN}")


def bar_axis(length: float, top: float, bar: Mapping[str, Any], bottom: float) -> Axis:
    """The axis of a colour bar that lies on its side: `bottom` to `top` over
    `length` pixels.
    """
    chosen = {name: bar[name] for name in ("nticks", "tickformat") if bar.get(name)}
    return Axis("x", chosen, start=bottom, end=top, low=0.0, high=length)

"""What is written and drawn over the plot area: shapes, annotations and the title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis
from explorer.figures.render.markup import clipped, element, number, paint
from explorer.figures.render.paths import dashes
from explorer.figures.render.reading import Drawing
from explorer.figures.render.text import ASCENT, LINE, draw_text, text_height, text_width

_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0, "top": 0.0, "middle": 0.5, "bottom": 1.0}
_ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}
_EVERYWHERE = 1e5


class Places:
    """Pixels of what refers to the plot area, to an axis or to the domain of one."""

    def __init__(self, axes: Mapping[str, Axis], spans: Mapping[str, tuple[float, float]]) -> None:
        """spans: "x" and "y" → the plot area's left and right, its top and bottom."""
        self._axes, self._spans = axes, spans

    def of(self, letter: str, ref: str | None, value: float, *, log: bool = False) -> float:
        """The pixel of a coordinate. log: values on log axes are logarithms, as
        annotations have them.
        """
        ref = ref or letter
        axis = self._axes.get(ref.removesuffix(" domain"))
        if axis is not None and axis.name == ref:
            return axis.place(value) if log else float(axis.pixels(np.array([float(value)]))[0])
        low, high = axis.span if axis is not None else self._spans[letter]
        return low + (value if letter == "x" else 1 - value) * (high - low)

    def span(self, letter: str, ref: str | None) -> tuple[float, float]:
        """What a shape keeps to: the axis whose values it has, else everything."""
        axis = self._axes.get(ref or letter)
        return axis.span if axis is not None else (-_EVERYWHERE, _EVERYWHERE)


def draw_shape(shape: Mapping[str, Any], places: Places) -> str:
    """A line or a rectangle.

    Raises NotImplementedError for other shapes and for those below traces.
    """
    kind = shape.get("type")
    if kind not in ("line", "rect") or shape.get("layer", "above") != "above":
        raise NotImplementedError(f"Shapes of type {kind!r}, or below traces, are not drawn.")
    if shape.get("visible") is False:
        return ""
    x, y = (
        [places.of(letter, shape.get(f"{letter}ref"), shape[f"{letter}{end}"]) for end in (0, 1)]
        for letter in "xy"
    )
    line = shape.get("line") or {}
    width = float(line.get("width", 2))
    fill = shape.get("fillcolor")
    look: dict[str, object] = {
        **paint(fill=fill if kind == "rect" else None, stroke=line.get("color") or "#444"),
        "stroke_width": number(width),
        "stroke_dasharray": dashes(line.get("dash"), width),
        "opacity": shape.get("opacity"),
        "class_": "shape",
    }
    path = (
        f"M{number(x[0])},{number(y[0])}L{number(x[1])},{number(y[1])}"
        if kind == "line"
        else f"M{number(x[0])},{number(y[0])}H{number(x[1])}V{number(y[1])}H{number(x[0])}Z"
    )
    body = element("path", d=path, **look)
    (left, right), (top, bottom) = (places.span(k, shape.get(f"{k}ref")) for k in "xy")
    if right - left >= _EVERYWHERE and bottom - top >= _EVERYWHERE:
        return body
    return clipped(body, left, top, right - left, bottom - top)


def draw_annotation(note: Mapping[str, Any], places: Places, drawing: Drawing) -> str:
    """A text at a place.

    Raises NotImplementedError for an arrow, which annotations have unless told
    otherwise.
    """
    if note.get("showarrow") is not False:
        raise NotImplementedError("Annotations with arrows are not drawn: showarrow=False.")
    if note.get("visible") is False:
        return ""
    font, text = note.get("font") or {}, str(note.get("text", ""))
    size, angle = float(font.get("size", drawing.font_size)), float(note.get("textangle") or 0)
    box = text_width(text, size), text_height(text, size)
    x, y = (places.of(letter, note.get(f"{letter}ref"), note[letter], log=True) for letter in "xy")
    x, y = x + float(note.get("xshift") or 0), y - float(note.get("yshift") or 0)
    shares = [_share(note, letter) for letter in "xy"]
    look: dict[str, Any] = {
        "size": size,
        "colour": font.get("color") or drawing.ink,
        "class_": "annotation",
    }
    if angle:
        # The box turns about its centre, and it is the turned box that is anchored.
        turned = abs(angle) % 180 == 90
        wide, tall = box[::-1] if turned else box
        centre = x + (0.5 - shares[0]) * wide, y + (0.5 - shares[1]) * tall
        return draw_turned(text, centre, angle, **look)
    left = {0.0: 1.0, 0.5: 0.0, 1.0: -1.0}[shares[0]]
    top = y - shares[1] * (box[1] + 2) + 1
    baseline = top + size * (ASCENT + (LINE - 1) / 2)
    return draw_text(text, x + left, baseline, anchor=_ANCHORS[shares[0]], **look)


def draw_turned(text: str, centre: tuple[float, float], angle: float, **look: Any) -> str:
    """A text that is turned about its centre."""
    x, y = centre
    baseline = y - text_height(text, look["size"]) / 2
    baseline += look["size"] * (ASCENT + (LINE - 1) / 2)
    words = draw_text(text, x, baseline, anchor="middle", **look)
    return element("g", words, transform=f"rotate({number(angle)} {number(x)} {number(y)})")


def _share(note: Mapping[str, Any], letter: str) -> float:
    """Which part of the box lies at its place: 0 its left or top, 1 its right or
    bottom.
    """
    anchor = note.get(f"{letter}anchor") or "auto"
    if anchor != "auto":
        return _SHARES[anchor]
    if not str(note.get(f"{letter}ref", "")).endswith(("paper", "domain")):
        return 0.5
    value = note[letter] if letter == "x" else 1 - note[letter]
    return 0.0 if value < 1 / 3 else 1.0 if value > 2 / 3 else 0.5


def draw_title(drawing: Drawing, width: float) -> str:
    """The title at the top of the figure, and a smaller line below it.

    Raises NotImplementedError for a title elsewhere.
    """
    title = drawing.layout.get("title") or {}
    text, below = title.get("text"), title.get("subtitle") or {}
    if not text and not below.get("text"):
        return ""
    if title.get("yanchor", "top") != "top" or title.get("y", 1) != 1:
        raise NotImplementedError("Only titles at the top of a figure are drawn: y=1.")
    x = float(title.get("x", 0.05)) * width + float((title.get("pad") or {}).get("l", 0))
    anchor = {"left": "start", "center": "middle", "right": "end"}[title.get("xanchor") or "left"]
    size = float((title.get("font") or {}).get("size", 1.4 * drawing.font_size))
    baseline = float((title.get("pad") or {}).get("t", 12)) + ASCENT * size
    colour = (title.get("font") or {}).get("color") or drawing.ink
    words = draw_text(
        text or "", x, baseline, size=size, colour=colour, anchor=anchor, class_="title"
    )
    if below.get("text"):
        small = float((below.get("font") or {}).get("size", 0.8 * size))
        baseline += text_height(text or "", size) - size * LINE + LINE * (size + small) / 2 + 3
        colour = (below.get("font") or {}).get("color") or drawing.ink
        words += draw_text(
            below["text"],
            x,
            baseline,
            size=small,
            colour=colour,
            anchor=anchor,
            class_="subtitle",
        )
    return words

"""Marks of points, in plotly's shapes and sizes."""

from __future__ import annotations

import math
from collections.abc import Callable

from explorer.figures.render.markup import element, number, paint

_ROOT = math.sqrt(3)


def _polygon(*corners: tuple[float, float]) -> Callable[[float], str]:
    def outline(radius: float) -> str:
        points = "L".join(f"{number(x * radius)},{number(y * radius)}" for x, y in corners)
        return f"M{points}Z"

    return outline


def _turned(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    """Corners of a quarter, for all four."""
    quarters = [corners]
    for _ in range(3):
        quarters.append(tuple((-y, x) for x, y in quarters[-1]))
    return [corner for quarter in quarters for corner in quarter]


def _star() -> list[tuple[float, float]]:
    outer, inner = 1.4, 1.4 * 0.382
    return [
        (
            (inner if k % 2 else outer) * math.sin(k * math.pi / 5),
            -(inner if k % 2 else outer) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]


def _thin_x(radius: float) -> str:
    r = number(radius)
    return f"M{r},{r}L-{r},-{r}M{r},-{r}L-{r},{r}"


_ARM = 0.8 / math.sqrt(2)
_OUTLINES: dict[str, Callable[[float], str]] = {
    "square": _polygon((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": _polygon((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "triangle-up": _polygon((-2 / _ROOT, 0.5), (2 / _ROOT, 0.5), (0, -1)),
    "triangle-down": _polygon((-2 / _ROOT, -0.5), (2 / _ROOT, -0.5), (0, 1)),
    "cross": _polygon(*_turned((1.2, -0.4), (1.2, 0.4), (0.4, 0.4))),
    "x": _polygon(*_turned((_ARM, 0), (2 * _ARM, _ARM), (_ARM, 2 * _ARM))),
    "hexagon": _polygon(
        *((math.sin(k * math.pi / 3), -math.cos(k * math.pi / 3)) for k in range(6))
    ),
    "star": _polygon(*_star()),
    "x-thin": _thin_x,
}


def draw_symbol(
    name: str, x: float, y: float, size: float, colour: str, line: tuple[str | None, float]
) -> str:
    """A mark at a pixel; line: colour and width of its rim.

    Raises NotImplementedError for a symbol that is not drawn.
    """
    base = name.removesuffix("-open")
    hollow = base != name or base.endswith("-thin")
    rim, width = line
    if base != name:
        # An open mark without a width of its own has a fine rim.
        rim, width = colour, width or 1.0
    look = paint(fill=None if hollow else colour)
    if width:
        look |= {**paint(stroke=rim or "#444"), "stroke_width": number(width)}
    if base == "circle":
        return element("circle", cx=x, cy=y, r=size / 2, class_="point", **look)
    if base not in _OUTLINES:
        raise NotImplementedError(f"The mark {name!r} is not drawn.")
    place = f"translate({number(x)} {number(y)})"
    outline = _OUTLINES[base](size / 2)
    return element("path", d=outline, transform=place, class_="point", **look)

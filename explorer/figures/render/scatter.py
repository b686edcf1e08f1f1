"""Scatter traces: fills, error bars, lines, marks and words, in plotly's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis
from explorer.figures.render.markup import clipped, element, number, paint
from explorer.figures.render.paths import draw_fill, line_look, line_path, outline
from explorer.figures.render.reading import Drawing, numbers
from explorer.figures.render.symbols import draw_symbol
from explorer.figures.render.text import ASCENT, LINE, draw_text, text_height

_FEW = 20
"""Traces of fewer points have marks where their mode is not given."""
_SIZE = 6.0


def mode_of(trace: Mapping[str, Any]) -> set[str]:
    """What a trace draws: "lines", "markers", "text"."""
    few = len(numbers(trace.get("x"))) < _FEW
    mode = str(trace.get("mode") or ("lines+markers" if few else "lines"))
    return set() if mode == "none" else set(mode.split("+"))


def colours_of(trace: Mapping[str, Any], standard: str) -> tuple[str, Any]:
    """Colour of a trace's line, and colour or colours of its marks."""
    line, mark = trace.get("line", {}).get("color"), trace.get("marker", {}).get("color")
    of_mark = mark if isinstance(mark, str) else None
    return str(line or of_mark or standard), mark if mark is not None else line or standard


def each(value: Any, count: int, standard: Any) -> list[Any]:
    """A property for each point, given once or as a list."""
    if isinstance(value, Mapping):
        value = list(numbers(value))
    if value is None or isinstance(value, str) or not hasattr(value, "__len__"):
        return [standard if value is None else value] * count
    return [standard if item is None else item for item in value]


def draw_scatter(trace: Mapping[str, Any], x: Axis, y: Axis, drawing: Drawing, colour: str) -> str:
    """One trace on its axes; colour: that of a trace without one."""
    across, up = x.pixels(numbers(trace.get("x"))), y.pixels(numbers(trace.get("y")))
    line_colour, mark_colours = colours_of(trace, colour)
    fill = draw_fill(trace, across, up, y, line_colour)
    bars = "".join(_bars(trace, x, y, letter, line_colour) for letter in "xy")
    drawn, line = mode_of(trace), ""
    if "lines" in drawn and (look := line_look(trace, line_colour)) is not None:
        path = line_path(trace, across, up)
        line = (
            element("path", d=path, stroke_linejoin="round", class_="line", **look) if path else ""
        )
    free = trace.get("cliponaxis") is False
    inside = _inside(across, x) & _inside(up, y) if free else np.isfinite(across + up)
    marks = _marks(trace, across, up, inside, mark_colours) if "markers" in drawn else ""
    words = (
        _words(trace, across, up, inside, drawing, "markers" in drawn) if "text" in drawn else ""
    )
    (left, right), (top, bottom) = x.span, y.span
    area = (left, top, right - left, bottom - top)
    below, above = fill + bars + line, marks + words
    body = clipped(below, *area) + above if free else clipped(below + above, *area)
    opacity = trace.get("opacity", 1)
    return element("g", body, class_="trace", opacity=None if opacity == 1 else opacity)


def _inside(pixels: np.ndarray, axis: Axis) -> np.ndarray:
    low, high = axis.span
    answer: np.ndarray = (pixels >= low - 1e-6) & (pixels <= high + 1e-6)
    return answer


def _bars(trace: Mapping[str, Any], x: Axis, y: Axis, letter: str, colour: str) -> str:
    bars = trace.get(f"error_{letter}") or {}
    if bars.get("array") is None or bars.get("visible") is False:
        return ""
    along, other = (x, y) if letter == "x" else (y, x)
    values = numbers(trace[letter])
    above = numbers(bars["array"])
    below = above if bars.get("arrayminus") is None else numbers(bars["arrayminus"])
    places = other.pixels(numbers(trace["y" if letter == "x" else "x"]))
    cap, path = float(bars.get("width", 4)), ""
    ends = zip(places, along.pixels(values - below), along.pixels(values + above), strict=True)
    for at, low, high in ends:
        if not np.isfinite([at, low, high]).all():
            continue
        stretches = [((at, low), (at, high))]
        if cap:
            stretches += [((at - cap, end), (at + cap, end)) for end in (low, high)]
        path += "".join(_stretch(*ends, turned=letter == "x") for ends in stretches)
    look = paint(fill=None, stroke=bars.get("color") or colour)
    width = number(float(bars.get("thickness", 2)))
    return element("path", d=path, stroke_width=width, class_="bar", **look) if path else ""


def _stretch(first: tuple[float, float], second: tuple[float, float], *, turned: bool) -> str:
    points = np.array([first, second])
    return outline(points[:, ::-1] if turned else points)


def _marks(
    trace: Mapping[str, Any], across: np.ndarray, up: np.ndarray, shown: np.ndarray, colours: Any
) -> str:
    marker, count = trace.get("marker", {}), len(across)
    rim = marker.get("line", {})
    looks = zip(
        each(marker.get("symbol"), count, "circle"),
        each(marker.get("size"), count, _SIZE),
        each(colours, count, "#444"),
        each(rim.get("color"), count, None),
        each(rim.get("width"), count, 0),
        strict=True,
    )
    marks = "".join(
        draw_symbol(symbol, across[n], up[n], float(size), colour, (edge, float(width)))
        for n, (symbol, size, colour, edge, width) in enumerate(looks)
        if shown[n]
    )
    opacity = marker.get("opacity", 1)
    return element("g", marks, opacity=None if opacity == 1 else opacity) if marks else ""


def _words(
    trace: Mapping[str, Any],
    across: np.ndarray,
    up: np.ndarray,
    shown: np.ndarray,
    drawing: Drawing,
    marked: bool,
) -> str:
    font, count = trace.get("textfont", {}), len(across)
    size = float(font.get("size", drawing.font_size))
    texts = each(trace.get("text"), count, "")
    spots = each(trace.get("textposition"), count, "middle center")
    sizes = each(trace.get("marker", {}).get("size"), count, _SIZE)
    words, paper = "", str(drawing.layout["paper_bgcolor"])
    for n in np.flatnonzero(shown):
        if not str(texts[n]):
            continue
        away = float(sizes[n]) / 2 / 0.8 + 1 if marked else 0.0
        vertical, horizontal = str(spots[n]).split()
        side = {"left": -1, "center": 0, "right": 1}[horizontal]
        height = text_height(texts[n], size)
        top = (
            up[n]
            + {
                "top": -away - height,
                "middle": -height / 2,
                "bottom": away,
            }[vertical]
        )
        baseline = top + size * (ASCENT + (LINE - 1) / 2)
        words += draw_text(
            str(texts[n]),
            across[n] + side * away,
            baseline,
            size=size,
            colour=font.get("color") or drawing.ink,
            anchor={-1: "end", 0: "middle", 1: "start"}[side],
            halo=paper if font.get("shadow") == "auto" else None,
            class_="word",
        )
    return words

"""Where everything stands: the plot area grows until labels, legend and colour bar have
just their room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.figures.render.axis import Axis, set_ranges
from explorer.figures.render.extremes import axes_of
from explorer.figures.render.heatmap import ColourBar, colour_bar_of
from explorer.figures.render.labels import Labels, labels_of
from explorer.figures.render.legend import Legend, legend_of
from explorer.figures.render.reading import Drawing

_MARGINS = {"l": 80.0, "r": 80.0, "t": 100.0, "b": 80.0}
_ROUNDS = 4
_LEAST = 40.0
"""Pixels of the plot area at least, however much is written around it."""


@dataclass
class Arrangement:
    """The plot area in pixels, its axes with their labels, and the legend's corner."""

    left: float
    top: float
    width: float
    height: float
    axes: dict[str, Axis]
    labels: dict[str, Labels]
    bar: ColourBar | None
    legend: Legend | None
    corner: tuple[float, float] = (0.0, 0.0)


def arrange(drawing: Drawing, colours: Sequence[str], width: float, height: float) -> Arrangement:
    """Place everything in a figure of this size; colours: the standard one of each
    trace.
    """
    given = _MARGINS | {
        side: float(pixels) for side, pixels in (drawing.layout.get("margin") or {}).items()
    }
    axes = axes_of(drawing)
    heatmaps = [t for t in drawing.traces if t.get("type") == "heatmap"]
    bar = next((bar for t in heatmaps if (bar := colour_bar_of(t)) is not None), None)
    margins = dict(given)
    for _ in range(_ROUNDS):
        area_width = max(width - margins["l"] - margins["r"], _LEAST)
        area_height = max(height - margins["t"] - margins["b"], _LEAST)
        placed = Arrangement(
            *(margins["l"], margins["t"], area_width, area_height, axes, {}, bar, None)
        )
        _place_axes(placed)
        set_ranges(axes.values())
        _equal_scales(axes)
        placed.labels = {name: labels_of(axis, drawing) for name, axis in axes.items()}
        _align_titles(placed)
        placed.legend = legend_of(drawing, colours, area_width)
        wanted = _needed(placed, drawing, given, width)
        if all(abs(wanted[side] - margins[side]) < 0.5 for side in wanted):
            break
        margins = wanted
    _place_legend(placed, drawing, width, height)
    return placed


def _place_axes(placed: Arrangement) -> None:
    for axis in placed.axes.values():
        first, last = axis.domain
        if axis.letter == "x":
            axis.low = placed.left + first * placed.width
            axis.high = placed.left + last * placed.width
        else:
            axis.low = placed.top + (1 - first) * placed.height
            axis.high = placed.top + (1 - last) * placed.height


def _equal_scales(axes: Mapping[str, Axis]) -> None:
    """An axis with a `scaleanchor` has as many pixels a unit as that one; of the two
    the one that shows its range larger is widened around its middle.
    """
    for axis in axes.values():
        other = axes.get(str(axis.spec.get("scaleanchor")))
        if other is None:
            continue
        pair = {a.name: a.length / (abs(a.end - a.start) or 1.0) for a in (axis, other)}
        least = min(pair.values())
        for each in (axis, other):
            grown = (each.end - each.start) * (pair[each.name] / least - 1) / 2
            each.start, each.end = each.start - grown, each.end + grown


def _align_titles(placed: Arrangement) -> None:
    """Titles of panels above each other stand in line."""
    beside: dict[tuple[str, int], list[Labels]] = {}
    for name, labels in placed.labels.items():
        axis = placed.axes[name]
        if labels.title:
            beside.setdefault((axis.side, round(line_of(axis, placed.axes))), []).append(labels)
    for group in beside.values():
        room = max(labels.room for labels in group)
        for labels in group:
            labels.depth += room - labels.room
            labels.room = room


def line_of(axis: Axis, axes: Mapping[str, Axis]) -> float:
    """Pixel of the line that an axis's labels stand beside."""
    other = axes[axis.anchor]
    low, high = other.span
    return {"bottom": high, "top": low, "left": low, "right": high}[axis.side]


def _needed(
    placed: Arrangement, drawing: Drawing, given: Mapping[str, float], width: float
) -> dict[str, float]:
    """Margins that hold labels, legend and colour bar."""
    need = dict.fromkeys("lrtb", 0.0)
    right, bottom = placed.left + placed.width, placed.top + placed.height
    for name, labels in placed.labels.items():
        axis = placed.axes[name]
        if axis.spec.get("automargin") is False:
            continue
        line = line_of(axis, placed.axes)
        room = {
            "bottom": ("b", line + labels.depth - bottom),
            "top": ("t", placed.top - line + labels.depth),
            "left": ("l", placed.left - line + labels.depth),
            "right": ("r", line + labels.depth - right),
        }
        side, depth = room[axis.side]
        need[side] = max(need[side], depth)
        before, after = labels.overhang
        if axis.letter == "x":
            need["l"] = max(need["l"], placed.left - before)
            need["r"] = max(need["r"], after - right)
    if placed.bar is not None:
        need["t"] += placed.bar.height
    if placed.legend is not None:
        side, pixels = _legend_room(placed.legend, drawing, placed)
        need[side] += pixels
    # Labels may take the half of a small figure, not more.
    return {
        side: max(given[side], min(need[side], 0.5 * width) if side in "lr" else need[side])
        for side in need
    }


def _legend_room(legend: Legend, drawing: Drawing, placed: Arrangement) -> tuple[str, float]:
    """The side that the legend takes room from, and how much."""
    options = drawing.layout.get("legend") or {}
    if options.get("yref") == "container":
        return ("b" if float(options.get("y", 0)) < 0.5 else "t"), legend.height
    x, y = _corner_shares(options)
    if x >= 1:
        return "r", (x - 1) * placed.width + legend.width
    if y > 1:
        return "t", (y - 1) * placed.height + legend.height
    return "b", max(0.0, -y * placed.height + legend.height) if y < 0 else 0.0


def _corner_shares(options: Mapping[str, Any]) -> tuple[float, float]:
    flat = options.get("orientation") == "h"
    return float(options.get("x", 0 if flat else 1.02)), float(
        options.get("y", -0.1 if flat else 1)
    )


def _place_legend(placed: Arrangement, drawing: Drawing, width: float, height: float) -> None:
    if placed.legend is None:
        return
    options = drawing.layout.get("legend") or {}
    x, y = _corner_shares(options)
    left, wide = (0.0, width) if options.get("xref") == "container" else (placed.left, placed.width)
    top, tall = (0.0, height) if options.get("yref") == "container" else (placed.top, placed.height)
    anchors = {"left": 0.0, "center": 0.5, "right": 1.0, "top": 0.0, "middle": 0.5, "bottom": 1.0}
    across = anchors[options.get("xanchor", "left")]
    down = anchors.get(options.get("yanchor", "auto"), 0.0)
    placed.corner = (
        left + x * wide - across * placed.legend.width,
        top + (1 - y) * tall - down * placed.legend.height,
    )

"""The whole figure, drawn from back to front."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from explorer.figures.render.arrange import Arrangement, arrange, line_of
from explorer.figures.render.axis import Axis
from explorer.figures.render.heatmap import draw_colour_bar, draw_heatmap
from explorer.figures.render.labels import draw_labels
from explorer.figures.render.legend import draw_legend
from explorer.figures.render.markup import element, escaped, number, paint
from explorer.figures.render.notes import Places, draw_annotation, draw_shape, draw_title
from explorer.figures.render.reading import Drawing, read_figure
from explorer.figures.render.scatter import draw_scatter
from explorer.figures.render.text import FAMILY

HEIGHT = 450
"""Pixels of a figure that does not say how high it is."""


def svg(
    figure: go.Figure,
    *,
    dark: bool = False,
    width: int = 960,
    height: int | None = None,
    title: str = "",
    alt: str = "",
) -> str:
    """A plotly figure as SVG of this size in pixels, in the template of the pages.

    height: that of the figure's layout by default. title and alt: name and description
    for screen readers, not drawn. Raises NotImplementedError, with its name, for a
    trace type or property that would change the picture and is not drawn.
    """
    drawing = read_figure(figure, dark=dark)
    height = height or int(drawing.layout.get("height") or HEIGHT)
    cycle = itertools.cycle(drawing.layout["colorway"])
    colours = [colour for _, colour in zip(drawing.traces, cycle, strict=False)]
    placed = arrange(drawing, colours, float(width), float(height))
    body = _grid(placed, drawing) + _traces(placed, drawing, colours)
    spans = {
        "x": (placed.left, placed.left + placed.width),
        "y": (placed.top, placed.top + placed.height),
    }
    places = Places(placed.axes, spans)
    body += "".join(draw_shape(shape, places) for shape in drawing.layout.get("shapes", ()))
    for name, labels in placed.labels.items():
        axis = placed.axes[name]
        body += draw_labels(axis, labels, line_of(axis, placed.axes), drawing)
    for note in drawing.layout.get("annotations", ()):
        body += draw_annotation(note, places, drawing)
    if placed.legend is not None:
        body += draw_legend(placed.legend, *placed.corner, drawing.ink)
    if placed.bar is not None:
        body += draw_colour_bar(placed.bar, drawing, placed.left, placed.width, placed.top)
    body += draw_title(drawing, float(width))
    paper = str(drawing.layout["paper_bgcolor"])
    return document(body, width, height, paper=paper, title=title, alt=alt)


def document(
    body: str, width: float, height: float, *, paper: str, title: str = "", alt: str = ""
) -> str:
    """An SVG file around what is drawn, which needs nothing else to be shown."""
    size = f"{number(width)}", f"{number(height)}"
    words = element("title", escaped(title)) if title else ""
    words += element("desc", escaped(alt)) if alt else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{escaped(alt or title)}" '
        f'font-family="{escaped(FAMILY)}" xml:space="preserve">{words}'
        + element("rect", width=size[0], height=size[1], **paint(fill=paper))
        + f"{body}</svg>"
    )


def _pairs(drawing: Drawing) -> list[tuple[str, str]]:
    """The axes that make a panel together."""
    pairs = {(t.get("xaxis", "x"), t.get("yaxis", "y")): None for t in drawing.traces}
    return list(pairs)


def _grid(placed: Arrangement, drawing: Drawing) -> str:
    """Lines at ticks, at zero and along axes, panel by panel."""
    body = ""
    for name_x, name_y in _pairs(drawing):
        x, y = placed.axes[name_x], placed.axes[name_y]
        for axis, other in ((x, y), (y, x)):
            if axis.spec.get("visible") is False:
                continue
            body += _ticks(axis, other, placed) + _zero(axis, other) + _line(axis, other)
    return element("g", body, class_="grid") if body else ""


def _across(axis: Axis, other: Axis, places: list[float]) -> str:
    """A path of lines that cross an axis at these pixels."""
    low, high = (number(pixel) for pixel in other.span)
    if axis.letter == "x":
        return "".join(f"M{number(place)},{low}V{high}" for place in places)
    return "".join(f"M{low},{number(place)}H{high}" for place in places)


def _has_zero(axis: Axis) -> bool:
    zero = axis.spec.get("zeroline") is not False and not axis.log
    return zero and min(axis.start, axis.end) <= 0 <= max(axis.start, axis.end)


def _ticks(axis: Axis, other: Axis, placed: Arrangement) -> str:
    if axis.spec.get("showgrid") is False:
        return ""
    ticks = [tick.at for tick in placed.labels[axis.name].ticks]
    places = [axis.place(at) for at in ticks if not (_has_zero(axis) and abs(at) < 1e-12)]
    return _stroke(_across(axis, other, places), axis.spec["gridcolor"], 1)


def _zero(axis: Axis, other: Axis) -> str:
    if not _has_zero(axis):
        return ""
    width = axis.spec.get("zerolinewidth") or 1
    return _stroke(_across(axis, other, [axis.place(0.0)]), axis.spec["zerolinecolor"], width)


def _line(axis: Axis, other: Axis) -> str:
    if not axis.spec.get("showline"):
        return ""
    low, high = other.span
    at = {"bottom": high, "top": low, "left": low, "right": high}[axis.side]
    ends = [number(pixel) for pixel in axis.span]
    path = f"M{ends[0]},{number(at)}H{ends[1]}" if axis.letter == "x" else ""
    path = path or f"M{number(at)},{ends[0]}V{ends[1]}"
    return _stroke(path, axis.spec["linecolor"], axis.spec.get("linewidth") or 1)


def _stroke(path: str, colour: str, width: float) -> str:
    look = paint(fill=None, stroke=colour)
    return element("path", d=path, stroke_width=number(width), **look) if path else ""


def _traces(placed: Arrangement, drawing: Drawing, colours: list[str]) -> str:
    """Heatmaps, then the others on top."""
    layers: dict[bool, str] = {True: "", False: ""}
    for trace, colour in zip(drawing.traces, colours, strict=True):
        if trace.get("visible") in (None, True):
            x, y = _axes_of(trace, placed)
            heat = trace.get("type") == "heatmap"
            drawn = draw_heatmap(trace, x, y) if heat else ""
            layers[heat] += drawn or draw_scatter(trace, x, y, drawing, colour)
    return layers[True] + layers[False]


def _axes_of(trace: Mapping[str, Any], placed: Arrangement) -> tuple[Axis, Axis]:
    return placed.axes[trace.get("xaxis", "x")], placed.axes[trace.get("yaxis", "y")]

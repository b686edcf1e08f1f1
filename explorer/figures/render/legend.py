"""The legend: an entry for each trace that has one, in rows or in a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.figures.render.markup import element, paint
from explorer.figures.render.paths import line_look
from explorer.figures.render.reading import Drawing
from explorer.figures.render.scatter import colours_of, each, mode_of
from explorer.figures.render.symbols import draw_symbol
from explorer.figures.render.text import ASCENT, LINE, draw_text, text_height, text_width, wrap_text

_KEY, _GAP, _ROW = 40.0, 12.0, 8.0
"""Pixels of a key beside its words, between two entries, and between two rows."""
_MARK = (2.0, 16.0)
"""Least and greatest size of a mark in a key."""


@dataclass(frozen=True)
class Legend:
    """The entries with their places from the upper left corner of a box."""

    entries: list[tuple[dict[str, Any], str, str, float, float]]
    """Trace, its standard colour, its words, x and y."""
    width: float
    height: float
    size: float
    """Of its words."""


def legend_of(drawing: Drawing, colours: Sequence[str], room: float) -> Legend | None:
    """The legend in at most `room` pixels of width; None where the figure has none."""
    listed = [
        (trace, colour)
        for trace, colour in zip(drawing.traces, colours, strict=True)
        if trace.get("type", "scatter") == "scatter"
        and trace.get("showlegend") is not False
        and trace.get("visible") is not False
    ]
    asked = drawing.layout.get("showlegend")
    wanted = len(listed) > 1 or any(trace.get("showlegend") for trace, _ in listed)
    if not listed or asked is False or not (asked or wanted):
        return None
    groups = [trace.get("legendgroup") or f"\0{n}" for n, (trace, _) in enumerate(listed)]
    rank = {group: place for place, group in reversed(list(enumerate(groups)))}
    order = sorted(range(len(listed)), key=lambda n: (rank[groups[n]], n))
    options = drawing.layout.get("legend", {})
    size = float(options.get("font", {}).get("size", drawing.font_size))
    upright = options.get("orientation", "v") == "v"
    entries = [listed[n] for n in order]
    grouped = any(trace.get("legendgroup") for trace, _ in entries)
    return _placed(entries, size, room, upright=upright, columns=not grouped)


def _placed(
    listed: Sequence[tuple[dict[str, Any], str]],
    size: float,
    room: float,
    *,
    upright: bool,
    columns: bool,
) -> Legend:
    names = [_name(trace, size, room - _KEY) for trace, _ in listed]
    widths = [_KEY + text_width(name, size) for name in names]
    # Entries of their own stand in columns once they need a second row.
    if columns and sum(widths) + _GAP * (len(widths) - 1) > room:
        widths = [max(widths)] * len(widths)
    x, y, across, tallest = 0.0, _ROW / 2, 0.0, 0.0
    entries = []
    for (trace, colour), name, width in zip(listed, names, widths, strict=True):
        if x and (upright or x + width > room):
            x, y, tallest = 0.0, y + tallest + (0 if upright else _ROW), 0.0
        entries.append((trace, colour, name, x, y))
        tallest = max(tallest, text_height(name, size))
        across = max(across, x + width)
        x += width + _GAP
    return Legend(entries, across, y + tallest + _ROW, size)


def _name(trace: dict[str, Any], size: float, room: float) -> str:
    """What an entry says, in several lines where the figure is too narrow for it."""
    name = str(trace.get("name") or "")
    return name if "<" in name else wrap_text(name, size, room)


def draw_legend(legend: Legend, left: float, top: float, ink: str) -> str:
    """The legend with its upper left corner at a pixel."""
    body = ""
    for trace, colour, name, x, y in legend.entries:
        middle = top + y + LINE * legend.size / 2
        body += _key(trace, left + x, middle, colour)
        baseline = top + y + legend.size * (ASCENT + (LINE - 1) / 2)
        words = draw_text(
            name,
            left + x + _KEY,
            baseline,
            size=legend.size,
            colour=ink,
            class_="legend-text",
        )
        body += words
    return element("g", body, class_="legend")


def _key(trace: dict[str, Any], left: float, middle: float, standard: str) -> str:
    colour, marks = colours_of(trace, standard)
    drawn, key = mode_of(trace), ""
    if trace.get("fill") not in (None, "none"):
        fill = paint(fill=trace.get("fillcolor") or colour)
        top = middle if "lines" in drawn and line_look(trace, colour) else middle - 5
        key += element("rect", x=left + 5, y=top, width=30.0, height=middle + 5 - top, **fill)
    if "lines" in drawn and (look := line_look(trace, colour)) is not None:
        key += element("path", d=f"M{left + 5:.2f},{middle:.2f}h30", **look)
    if "markers" in drawn:
        marker = trace.get("marker", {})
        rim = marker.get("line", {})
        first = {
            "symbol": each(marker.get("symbol"), 1, "circle")[0],
            "size": float(each(marker.get("size"), 1, 6)[0]),
            "colour": each(marks, 1, "#444")[0],
            "line": (each(rim.get("color"), 1, None)[0], float(each(rim.get("width"), 1, 0)[0])),
        }
        size = min(max(first["size"], _MARK[0]), _MARK[1])
        key += draw_symbol(
            first["symbol"], left + 20, middle, size, first["colour"], first["line"]
        ).replace('class="point"', 'class="key"')
    return key

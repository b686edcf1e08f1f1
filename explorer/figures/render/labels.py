"""The words along an axis: how much room they take, and how they are drawn."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from explorer.figures.render.axis import Axis
from explorer.figures.render.markup import element, paint
from explorer.figures.render.notes import draw_turned
from explorer.figures.render.reading import Drawing
from explorer.figures.render.text import ASCENT, LINE, draw_text, text_height, text_width
from explorer.figures.render.ticks import Tick, ticks_of

_GAP, _TICK = 3.0, 5.0
"""Pixels between axis and labels, and of a tick that stands out."""
_FINE = "#8C8C8C"
_ANGLES = (0.0, 30.0, 90.0)
"""Tried in turn until labels do not touch."""


@dataclass
class Labels:
    """Ticks with the size and angle of their texts, and the axis's title."""

    ticks: list[Tick]
    shown: bool
    size: float
    angle: float
    room: float
    """Pixels from the line of the axis to the end of the tick labels."""
    depth: float
    """Pixels from the line of the axis to the end of its title."""
    overhang: tuple[float, float]
    """The outer pixels of labels along the axis."""
    title: str
    title_size: float


def labels_of(axis: Axis, drawing: Drawing) -> Labels:
    """What stands beside an axis whose range and pixels are known."""
    spec = axis.spec
    visible = spec.get("visible") is not False
    ticks = ticks_of(axis) if visible else []
    shown = visible and spec.get("showticklabels") is not False
    size = float((spec.get("tickfont") or {}).get("size", drawing.font_size))
    angle = _angle(axis, ticks, size) if shown else 0.0
    room = _TICK if axis.outer_ticks and ticks else 0.0
    boxes = [_box(tick.text, size, angle) for tick in ticks]
    if shown and boxes:
        room += _GAP + max(box[1 if axis.letter == "x" else 0] for box in boxes)
    title = spec.get("title") or {}
    text = str(title.get("text") or "") if visible else ""
    title_size = float((title.get("font") or {}).get("size", 1.2 * drawing.font_size))
    depth = room + (text_height(text, title_size) + _GAP if text else 0.0)
    ends = (math.inf, -math.inf)
    if shown and boxes and axis.letter == "x":
        places = [axis.place(tick.at) for tick in ticks]
        halves = [box[0] / 2 for box in boxes]
        ends = (
            min(x - half for x, half in zip(places, halves, strict=True)),
            max(x + half for x, half in zip(places, halves, strict=True)),
        )
    return Labels(ticks, shown, size, angle, room, depth, ends, text, title_size)


def _box(text: str, size: float, angle: float) -> tuple[float, float]:
    """Width and height of a turned text."""
    width, height = text_width(text, size), text_height(text, size)
    turn = math.radians(angle)
    along, across = abs(math.cos(turn)), abs(math.sin(turn))
    return width * along + height * across, width * across + height * along


def _angle(axis: Axis, ticks: list[Tick], size: float) -> float:
    given = axis.spec.get("tickangle")
    if given not in (None, "auto"):
        return float(given)
    if axis.letter == "y" or len(ticks) < 2:
        return 0.0
    places = sorted((axis.place(tick.at), text_width(tick.text, size)) for tick in ticks)
    steps = [b[0] - a[0] for a, b in itertools.pairwise(places)]
    needs = [(a[1] + b[1]) / 2 + 4 for a, b in itertools.pairwise(places)]
    if all(step >= need for step, need in zip(steps, needs, strict=True)):
        return _ANGLES[0]
    height = LINE * size
    return _ANGLES[1] if min(steps) * math.sin(math.radians(30)) >= height else _ANGLES[2]


def draw_labels(axis: Axis, labels: Labels, line: float, drawing: Drawing) -> str:
    """Ticks, their texts and the title, beside the line of the axis."""
    outwards = 1 if axis.side in ("bottom", "right") else -1
    body = ""
    start = line
    if axis.outer_ticks and labels.ticks:
        start += outwards * _TICK
        places = [axis.place(tick.at) for tick in labels.ticks]
        path = "".join(
            f"M{p:.2f},{line:.2f}V{start:.2f}"
            if axis.letter == "x"
            else f"M{line:.2f},{p:.2f}H{start:.2f}"
            for p in places
        )
        body += element("path", d=path, **paint(fill=None, stroke=_FINE))
    if labels.shown:
        colour = (axis.spec.get("tickfont") or {}).get("color") or _ink(axis, drawing)
        for tick in labels.ticks:
            body += _tick(axis, tick, labels, start + outwards * _GAP, outwards, colour)
    if labels.title:
        body += _title(axis, labels, line, outwards, drawing)
    return element("g", body, class_=f"axis {axis.name}") if body else ""


def _ink(axis: Axis, drawing: Drawing) -> str:
    return str(axis.spec.get("color") or drawing.ink)


def _tick(axis: Axis, tick: Tick, labels: Labels, start: float, outwards: int, colour: str) -> str:
    at, size = axis.place(tick.at), labels.size
    look: dict[str, Any] = {"size": size, "colour": colour, "class_": "tick"}
    height = text_height(tick.text, size)
    first = size * (ASCENT + (LINE - 1) / 2)
    if axis.letter == "y":
        anchor = "end" if outwards < 0 else "start"
        return draw_text(tick.text, start, at - height / 2 + first, anchor=anchor, **look)
    if not labels.angle:
        top = start if outwards > 0 else start - height
        return draw_text(tick.text, at, top + first, anchor="middle", **look)
    # Turned texts end, or begin, at their tick.
    ends = (labels.angle < 0) == (outwards > 0)
    turn = math.radians(abs(labels.angle))
    shift = 0.35 * size * math.sin(turn) * (1 if labels.angle < 0 else -1)
    return draw_text(
        tick.text,
        at + shift,
        start + outwards * 0.35 * size * math.cos(turn) * 2,
        anchor="end" if ends else "start",
        angle=labels.angle,
        **look,
    )


def _title(axis: Axis, labels: Labels, line: float, outwards: int, drawing: Drawing) -> str:
    font = (axis.spec.get("title") or {}).get("font") or {}
    look: dict[str, Any] = {
        "size": labels.title_size,
        "colour": font.get("color") or _ink(axis, drawing),
    }
    middle = (axis.low + axis.high) / 2
    height = text_height(labels.title, labels.title_size)
    centre = line + outwards * (labels.room + _GAP + height / 2)
    look["class_"] = "axis-title"
    if axis.letter == "y":
        return draw_turned(labels.title, (centre, middle), -90.0, **look)
    baseline = centre - height / 2 + labels.title_size * (ASCENT + (LINE - 1) / 2)
    return draw_text(labels.title, middle, baseline, anchor="middle", **look)

"""Heatmaps, as a picture of whole cells, and the bar that explains their colours."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis
from explorer.figures.render.markup import channels, clipped, element
from explorer.figures.render.reading import Drawing, numbers
from explorer.figures.render.text import ASCENT, draw_text
from explorer.figures.render.ticks import bar_axis, ticks_of

_SHADES = 255
_FINE = 2
"""Picture elements a pixel at least, so that viewers which smooth pictures blur no
edge.
"""
_LABELS, _TITLE, _AIR = 20.0, 26.0, 4.0


@dataclass(frozen=True)
class ColourBar:
    """A bar that lies on its side above the plot area."""

    trace: Mapping[str, Any]

    @property
    def options(self) -> Mapping[str, Any]:
        """The trace's `colorbar`."""
        return self.trace.get("colorbar") or {}

    @property
    def thickness(self) -> float:
        """Pixels."""
        return float(self.options.get("thickness", 30))

    @property
    def height(self) -> float:
        """Pixels of bar, labels and title."""
        title = _TITLE if (self.options.get("title") or {}).get("text") else 0.0
        return self.thickness + _LABELS + title + 2 * _AIR


def colour_bar_of(trace: Mapping[str, Any]) -> ColourBar | None:
    """The bar of a heatmap, None where it has none.

    Raises NotImplementedError for a bar that does not lie above the plot area.
    """
    if trace.get("showscale") is False:
        return None
    bar = trace.get("colorbar") or {}
    place = (bar.get("orientation"), bar.get("y"), bar.get("yanchor"), bar.get("outlinewidth"))
    if place != ("h", 1.0, "bottom", 0):
        raise NotImplementedError("Only colour bars above the plot area, without rim, are drawn.")
    return ColourBar(trace)


def draw_heatmap(trace: Mapping[str, Any], x: Axis, y: Axis) -> str:
    """The cells; column k is centred at k, and so is row k."""
    z = numbers(trace["z"])
    rows, columns = z.shape
    corners = np.array([-0.5, columns - 0.5]), np.array([-0.5, rows - 0.5])
    (left, right), (top, bottom) = np.sort(x.pixels(corners[0])), np.sort(y.pixels(corners[1]))
    if x.pixels(corners[0])[0] > left:
        z = z[:, ::-1]
    if y.pixels(corners[1])[0] > top:
        z = z[::-1]
    low, high = _limits(trace, z)
    with np.errstate(invalid="ignore"):
        share = np.clip((z - low) / ((high - low) or 1.0), 0, 1)
        shade = np.where(np.isfinite(z), 1 + np.round(share * (_SHADES - 1)), 0).astype(np.uint8)
    fine = [
        max(1, math.ceil(_FINE * length / count))
        for length, count in ((bottom - top, rows), (right - left, columns))
    ]
    cells = shade.repeat(fine[0], axis=0).repeat(fine[1], axis=1)
    place = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    picture = element(
        "image",
        href=_data_uri(cells, _palette(trace)),
        preserveAspectRatio="none",
        image_rendering="optimizeSpeed",
        **{name: float(value) for name, value in place.items()},
    )
    (x0, x1), (y0, y1) = x.span, y.span
    return element("g", clipped(picture, x0, y0, x1 - x0, y1 - y0), class_="heatmap")


def _limits(trace: Mapping[str, Any], z: np.ndarray) -> tuple[float, float]:
    known = z[np.isfinite(z)]
    low, high = trace.get("zmin"), trace.get("zmax")
    return (
        float(known.min(initial=np.inf) if low is None else low),
        float(known.max(initial=-np.inf) if high is None else high),
    )


def _scale(trace: Mapping[str, Any]) -> list[tuple[float, tuple[float, float, float, float]]]:
    scale = trace.get("colorscale")
    if not isinstance(scale, Sequence) or isinstance(scale, str):
        raise NotImplementedError(f"The colour scale {scale!r} is not drawn: list its colours.")
    return [(float(at), channels(str(colour))) for at, colour in scale]


def _palette(trace: Mapping[str, Any]) -> np.ndarray:
    """(256, 4) bytes: red, green, blue, opacity. 0 is what has no value."""
    places, colours = zip(*_scale(trace), strict=True)
    table = np.array(colours) * [1, 1, 1, 255]
    shades = np.linspace(0, 1, _SHADES)
    mixed = [np.interp(shades, places, table[:, channel]) for channel in range(4)]
    return np.concatenate([np.zeros((1, 4)), np.stack(mixed, 1)]).round().astype(np.uint8)


def _data_uri(cells: np.ndarray, palette: np.ndarray) -> str:
    """A PNG with a palette. Rows that repeat the one above are sent as no change."""
    height, width = cells.shape
    same = np.concatenate([[False], (cells[1:] == cells[:-1]).all(axis=1)])
    lines = np.concatenate([2 * same[:, None], np.where(same[:, None], 0, cells)], axis=1)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette[:, :3].tobytes()),
        (b"tRNS", palette[:, 3].tobytes()),
        (b"IDAT", zlib.compress(lines.astype(np.uint8).tobytes(), 6)),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def draw_colour_bar(
    bar: ColourBar, drawing: Drawing, left: float, width: float, bottom: float
) -> str:
    """The bar in a plot area of this left end and width; `bottom` is the area's upper
    edge.
    """
    options, trace = bar.options, bar.trace
    length = float(options.get("len", 1)) * width
    at = left + float(options.get("x", 1.0)) * width
    start = at - {"left": 0.0, "center": 0.5, "right": 1.0}[options["xanchor"]] * length
    low, high = _limits(trace, numbers(trace["z"]))
    top = bottom - _AIR - _LABELS - bar.thickness
    shades = np.arange(1, _SHADES + 1, dtype=np.uint8)[None]
    body = element(
        "image",
        href=_data_uri(shades, _palette(trace)),
        preserveAspectRatio="none",
        x=start,
        y=top,
        width=length,
        height=bar.thickness,
    )
    axis = bar_axis(length, high, options, low)
    look: dict[str, Any] = {"size": drawing.font_size, "colour": drawing.ink, "anchor": "middle"}
    baseline = top + bar.thickness + 3 + drawing.font_size * (ASCENT + 0.1)
    for tick in ticks_of(axis):
        x = start + axis.place(tick.at)
        body += draw_text(tick.text, x, baseline, class_="tick", **look)
    if text := (options.get("title") or {}).get("text"):
        look["size"] = 1.2 * drawing.font_size
        body += draw_text(text, start + length / 2, top - 9, **look)
    return element("g", body, class_="colorbar")

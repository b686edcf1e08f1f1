"""Lines and fills of scatter traces: through points, with gaps, steps and dashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis
from explorer.figures.render.markup import channels, element, number, paint

_DASHES = {
    "dot": (1, 1),
    "dash": (3, 3),
    "longdash": (5, 5),
    "dashdot": (3, 1, 1, 1),
    "longdashdot": (5, 2, 1, 2),
}


def line_look(trace: Mapping[str, Any], colour: str) -> dict[str, object] | None:
    """Attributes of a trace's line; None where it has no width."""
    line = trace.get("line", {})
    width = float(line.get("width", 2))
    if not width:
        return None
    return {
        **paint(fill=None, stroke=colour),
        "stroke_width": number(width),
        "stroke_dasharray": dashes(line.get("dash"), width),
    }


def dashes(name: str | None, width: float) -> str | None:
    """The pattern of a named dash, None for a solid line.

    Raises NotImplementedError for a pattern of its own.
    """
    if name in (None, "solid"):
        return None
    if name not in _DASHES:
        raise NotImplementedError(f"The dash {name!r} is not drawn.")
    return ",".join(number(max(width, 3) * part) for part in _DASHES[name])


def _pieces(across: np.ndarray, up: np.ndarray, bridged: bool = False) -> Iterator[np.ndarray]:
    """Points of each stretch without a gap, (n, 2)."""
    points = np.stack([across, up], axis=1)
    known = np.isfinite(points).all(axis=1)
    if bridged:
        yield points[known]
        return
    ends = np.flatnonzero(np.diff(np.concatenate([[0], known.view(np.int8), [0]])))
    for start, stop in ends.reshape(-1, 2):
        yield points[start:stop]


def line_path(trace: Mapping[str, Any], across: np.ndarray, up: np.ndarray) -> str:
    """The line of a trace through points at these pixels; NaN leaves a gap.

    Raises NotImplementedError for a shape that is not drawn.
    """
    shape = trace.get("line", {}).get("shape", "linear")
    if shape not in ("linear", "hvh"):
        raise NotImplementedError(f"Lines of shape {shape!r} are not drawn.")
    pieces = _pieces(across, up, bool(trace.get("connectgaps")))
    return "".join(
        outline(_steps(points) if shape == "hvh" else points)
        for points in pieces
        if len(points) > 1
    )


def _steps(points: np.ndarray) -> np.ndarray:
    """Between two points first half the way across, then up, then on."""
    middle = (points[1:, 0] + points[:-1, 0]) / 2
    rise = np.stack(
        [np.stack([middle, points[:-1, 1]], 1), np.stack([middle, points[1:, 1]], 1)], axis=1
    )
    stepped: np.ndarray = np.concatenate([points[:1], rise.reshape(-1, 2), points[-1:]])
    return stepped


def outline(points: np.ndarray) -> str:
    """A path through (n, 2) pixels."""
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)


def draw_fill(
    trace: Mapping[str, Any], across: np.ndarray, up: np.ndarray, y: Axis, colour: str
) -> str:
    """What a trace shades; colour: that of its line.

    Raises NotImplementedError for a kind of fill that is not drawn.
    """
    kind = trace.get("fill") or "none"
    if kind == "none":
        return ""
    if kind not in ("toself", "tozeroy"):
        raise NotImplementedError(f"The fill {kind!r} is not drawn.")
    # A log axis has no zero: the fill reaches its lower end.
    foot = y.low if y.log else min(max(y.place(0.0), y.span[0]), y.span[1])
    stepped = trace.get("line", {}).get("shape") == "hvh"
    path = ""
    for points in _pieces(across, up):
        drawn = _steps(points) if stepped else points
        if kind == "tozeroy":
            ends = np.array([[drawn[-1, 0], foot], [drawn[0, 0], foot]])
            drawn = np.concatenate([drawn, ends])
        path += outline(drawn) + "Z"
    if not path:
        return ""
    red, green, blue, opacity = channels(colour)
    half = f"rgba({red:g},{green:g},{blue:g},{opacity / 2:g})"
    return element("path", d=path, class_="fill", **paint(fill=trace.get("fillcolor") or half))

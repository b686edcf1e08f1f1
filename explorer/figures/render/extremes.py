"""What axes must hold: the marks, lines and bars of traces, shapes and annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.figures.render.axis import Axis, Extreme
from explorer.figures.render.reading import Drawing, numbers
from explorer.figures.render.scatter import each, mode_of


def axes_of(drawing: Drawing) -> dict[str, Axis]:
    """The axes by name, with the extremes of what is drawn on them.

    Raises NotImplementedError for axes of categories or dates.
    """
    outer = {
        trace.get(f"{letter}axis", letter)
        for trace in drawing.traces
        for letter in "xy"
        if trace.get("type") == "heatmap"
    }
    axes = {name: Axis(name, spec, name in outer) for name, spec in drawing.axes.items()}
    for axis in axes.values():
        if axis.spec.get("type") not in (None, "-", "linear", "log"):
            raise NotImplementedError(f"Axes of type {axis.spec['type']!r} are not drawn.")
    for trace in drawing.traces:
        if trace.get("visible") in (None, True):
            x, y = (axes[trace.get(f"{letter}axis", letter)] for letter in "xy")
            (_add_heatmap if trace.get("type") == "heatmap" else _add_scatter)(trace, x, y)
    for shape in drawing.layout.get("shapes", ()):
        for letter in "xy":
            holder = axes.get(shape.get(f"{letter}ref") or letter)
            if holder is not None:
                ends = np.array([shape[f"{letter}0"], shape[f"{letter}1"]], float)
                holder.add(ends, pad=float((shape.get("line") or {}).get("width", 2)) / 2)
    for note in drawing.layout.get("annotations", ()):
        for letter in "xy":
            holder = axes.get(note.get(f"{letter}ref") or letter)
            if holder is not None:
                holder.extremes.append(Extreme(float(note[letter]), extra=True))
    return axes


def _add_heatmap(trace: Mapping[str, Any], x: Axis, y: Axis) -> None:
    rows, columns = numbers(trace["z"]).shape
    x.add(np.array([-0.5, columns - 0.5]))
    y.add(np.array([-0.5, rows - 0.5]))


def _add_scatter(trace: Mapping[str, Any], x: Axis, y: Axis) -> None:
    """As plotly: marks have room, lines without marks reach the sides."""
    across, up = numbers(trace.get("x")), numbers(trace.get("y"))
    # A point without a place on one axis asks for none on the other.
    known = np.isfinite(across) & np.isfinite(up)
    drawn, fill = mode_of(trace), trace.get("fill") or "none"
    sizes = each((trace.get("marker") or {}).get("size"), 1, 6.0)
    pad = max(max(map(float, sizes)) / 1.6, 3.0) if "markers" in drawn else 0.0
    closed = len(across) > 1 and across[0] == across[-1] and up[0] == up[-1]
    zero = fill == "tozeroy" and not closed
    bars = {
        letter: (trace.get(f"error_{letter}") or {}).get("array") is not None for letter in "xy"
    }
    tight = not bars["y"] and (fill == "tozeroy" or not drawn & {"markers", "text"})
    x.add(across[known], pad=0.0 if tight else pad, extra=not tight)
    y.add(up[known], pad=pad, extra=True, zero=zero)
    for axis, values in ((x, across), (y, up)):
        if bars[axis.letter]:
            error = trace[f"error_{axis.letter}"]
            above = numbers(error["array"])
            below = above if error.get("arrayminus") is None else numbers(error["arrayminus"])
            axis.add(np.concatenate([values - below, values + above]), extra=True)

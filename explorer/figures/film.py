"""A figure that plays: the same traces, moment after moment, in the browser."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from explorer.figures.theme import frame, safe

_ROOM = 200
"""Pixels beneath the panel for slider and buttons."""
_GREY = "rgba(140,140,140,0.18)"


@dataclass(frozen=True)
class Film:
    """What is drawn at each moment: as many traces, alike but for their values."""

    labels: tuple[str, ...]
    """Of the moments, on the slider."""
    frames: tuple[tuple[Mapping[str, Any], ...], ...]
    x: Mapping[str, Any]
    y: Mapping[str, Any]
    """The axes, whose ranges hold for all moments."""
    smooth: bool = True
    """Whether marks move from one moment to the next, or jump."""
    height: int = 420


def playing(film: Film, start: int) -> go.Figure:
    """The figure with a slider and buttons to play and stop it; nothing is asked of the
    server. start: the moment that it opens on.
    """
    names = [str(k) for k in range(len(film.labels))]
    moving = {"duration": 350 if film.smooth else 0, "easing": "cubic-in-out"}
    play = {"frame": {"duration": 900, "redraw": False}, "transition": moving}
    halt = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}
    still = {**halt, "transition": {"duration": 0}}
    button = {"method": "animate"}
    buttons = [
        {**button, "label": "Play", "args": [None, play]},
        {**button, "label": "Go on", "args": [None, {**play, "fromcurrent": True}]},
        {**button, "label": "Stop", "args": [[None], still]},
    ]
    steps = [
        {"label": safe(label), "method": "animate", "args": [[name], still]}
        for name, label in zip(names, film.labels, strict=True)
    ]
    look = {"bgcolor": _GREY, "bordercolor": _GREY, "pad": {"t": 44}, "yanchor": "top", "y": 0}
    layout = {
        "xaxis": dict(film.x),
        "yaxis": dict(film.y),
        "updatemenus": [
            {
                **look,
                "type": "buttons",
                "direction": "right",
                "showactive": False,
                "x": 0,
                "xanchor": "left",
                "buttons": buttons,
            }
        ],
        "sliders": [
            {
                **look,
                "pad": {"t": 84, "b": 40, "r": 24},
                "active": start,
                "steps": steps,
                "x": 0,
                "len": 1,
                "tickcolor": "#8C8C8C",
                "activebgcolor": "#0072B2",
                "currentvalue": {"xanchor": "left", "font": {"size": 16}},
                "font": {"size": 11},
            }
        ],
    }
    data = [copy.deepcopy(dict(trace)) for trace in film.frames[start]]
    frames = [
        go.Frame(name=name, data=[_values(trace) for trace in traces])
        for name, traces in zip(names, film.frames, strict=True)
    ]
    figure = go.Figure(data, layout, frames)
    return frame(figure, height=film.height + _ROOM).update_layout(margin={"b": _ROOM})


def side_by_side(film: Film, chosen: Sequence[int], columns: int = 3) -> go.Figure:
    """Some moments of a film as small panels on the same axes."""
    rows = -(-len(chosen) // columns)
    columns = min(columns, len(chosen))
    gap, tall = 0.05, 0.16 / max(rows, 1)
    width, height = (1 - gap * (columns - 1)) / columns, (1 - tall * (rows - 1)) / rows
    layout: dict[str, Any] = {"annotations": []}
    traces = []
    for n, moment in enumerate(chosen):
        row, column = divmod(n, columns)
        suffix = "" if n == 0 else str(n + 1)
        left, top = column * (width + gap), 1 - row * (height + tall)
        lowest, first = n + columns >= len(chosen), column == 0
        layout |= {
            f"xaxis{suffix}": _panel(film.x, f"y{suffix}", (left, left + width), lowest),
            f"yaxis{suffix}": _panel(film.y, f"x{suffix}", (max(0.0, top - height), top), first),
        }
        layout["annotations"].append(
            {
                "text": f"<b>{safe(film.labels[moment])}</b>",
                **{"xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "x": 0, "y": 1},
                **{"xanchor": "left", "yanchor": "bottom", "showarrow": False},
                "font": {"size": 12},
            }
        )
        for trace in film.frames[moment]:
            own = {**copy.deepcopy(dict(trace)), "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
            own["showlegend"] = n == 0 and bool(trace.get("showlegend"))
            if "text" in own.get("mode", ""):
                own["mode"] = "markers"
            traces.append(own)
    figure = frame(go.Figure(traces, layout), height=110 + rows * 210)
    return figure.update_layout(margin={"t": 60})


def _panel(
    axis: Mapping[str, Any], anchor: str, domain: tuple[float, float], outer: bool
) -> dict[str, Any]:
    """An axis of a small panel; only outer ones have ticks and a title."""
    bare = {} if outer else {"showticklabels": False, "title": {"text": ""}}
    return {**axis, "nticks": 4, "anchor": anchor, "domain": domain, **bare}


def _values(trace: Mapping[str, Any]) -> dict[str, Any]:
    """What of a trace changes from moment to moment."""
    moving = ("type", "x", "y", "customdata", "text")
    return {name: trace[name] for name in moving if name in trace}

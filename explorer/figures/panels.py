"""Stacked panels over one axis, handed to plotly as a whole: trace by trace takes
several times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from explorer.figures.theme import frame, safe


class Canvas:
    """Collects the scatter traces and titles of panels; `figure` makes the figure."""

    def __init__(self) -> None:
        self._traces: list[dict[str, Any]] = []
        self._titles: list[dict[str, Any]] = []
        self._legend: set[str] = set()

    def add_scatter(self, *, row: int = 1, **properties: Any) -> None:
        """A scatter trace in the panel of a row, counted from the top."""
        self._traces.append(
            {"type": "scatter", "xaxis": _axis("x", row), "yaxis": _axis("y", row), **properties}
        )

    def once(self, name: str) -> bool:
        """Whether a legend entry is new; it is not the next time."""
        return once(self._legend, name)

    def add_legend(self, name: str, *, mode: str = "markers", **properties: Any) -> None:
        """A legend entry of its own, unless it is there: that of a curve would look
        like the curve's first mark.
        """
        if self.once(name):
            self.add_scatter(
                x=[None],
                y=[None],
                name=name,
                mode=mode,
                showlegend=True,
                hoverinfo="skip",
                **properties,
            )

    def add_title(self, text: str, row: int) -> None:
        """The name of a panel, above its left end."""
        place = {
            "xref": f"{_axis('x', row)} domain",
            "yref": f"{_axis('y', row)} domain",
            "x": 0,
            "y": 1,
        }
        anchor = {"xanchor": "left", "yanchor": "bottom", "showarrow": False}
        self._titles.append({"text": f"<b>{safe(text)}</b>", **place, **anchor})

    def figure(
        self,
        heights: Sequence[float],
        *,
        x: Mapping[str, Any],
        y: Sequence[Mapping[str, Any]],
        gap: float,
        height: int,
        shapes: Sequence[Mapping[str, Any]] = (),
    ) -> go.Figure:
        """The figure: panels of these relative heights, `gap` apart, that share the
        horizontal axis `x`.

        y: one vertical axis a panel. gap is a share of the whole, less where half of it
        would be gaps; height in pixels.
        """
        gap = min(gap, 0.5 / max(len(heights) - 1, 1))
        room = (1 - gap * (len(heights) - 1)) / sum(heights)
        layout: dict[str, Any] = {"annotations": self._titles, "shapes": list(shapes)}
        top, last = 1.0, len(heights)
        for row, (share, axis) in enumerate(zip(heights, y, strict=True), 1):
            bottom = max(0.0, top - share * room)
            shared = {**x, "showticklabels": True} if row == last else _without_title(x)
            matches = {} if row == last else {"matches": _axis("x", last)}
            layout[_axis("xaxis", row)] = {**shared, "anchor": _axis("y", row), **matches}
            layout[_axis("yaxis", row)] = {
                **axis,
                "anchor": _axis("x", row),
                "domain": [bottom, top],
            }
            top = bottom - gap
        figure = frame(go.Figure(self._traces, layout), height=height)
        return figure.update_layout(margin={"t": 56}) if self._titles else figure


def once(seen: set[str], name: str) -> bool:
    """Whether a legend entry is new; it is not the next time."""
    new = name not in seen
    seen.add(name)
    return new


def _axis(name: str, row: int) -> str:
    return name if row == 1 else f"{name}{row}"


def _without_title(x: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in x.items() if key != "title"} | {"showticklabels": False}

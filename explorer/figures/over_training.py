"""One run over its training, as a film: experts by layer, overlap against human
ratings, the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from explorer.figures.domains import concepts_data, strongest
from explorer.figures.film import Film
from explorer.figures.theme import PALETTE, faded, safe

_WIDTHS = (1.0, 2.5, 5.0, 8.0)
"""Pixels of a link, by quarter of the greatest overlap of its moment."""
_PARTS = (("attention", "between", "square", "dot"), ("MLP", "within", "circle", "solid"))


def by_layer(table: pd.DataFrame, labels: Sequence[str]) -> Film:
    """Share of units that are experts by layer, attention and MLP apart.

    table: step, part, layer, share, experts; labels: of the steps in ascending order.
    """
    frames = []
    for _, moment in table.groupby("step", sort=True):
        traces: list[dict[str, Any]] = []
        for part, colour, symbol, dash in _PARTS:
            line = moment[moment["part"] == part]
            look = {"color": PALETTE[colour], "size": 9, "symbol": symbol}
            traces.append(
                {
                    "type": "scatter",
                    "x": line["layer"].tolist(),
                    "y": line["share"].tolist(),
                    "mode": "lines+markers",
                    "name": part,
                    "showlegend": True,
                    "line": {"color": PALETTE[colour], "width": 2, "dash": dash},
                    "marker": look,
                    "customdata": line[["experts"]].to_numpy().tolist(),
                    "hovertemplate": f"<b>layer %{{x}}</b>, {part}<br>%{{customdata[0]:.1f}} "
                    "experts, %{y:.2%} of its units<extra></extra>",
                }
            )
        frames.append(tuple(traces))
    top, last = float(table["share"].max()) or 1e-9, float(table["layer"].max())
    room = 0.04 * max(last, 1.0)
    x = {"title": {"text": "layer"}, "range": [-room, last + room]}
    y = {"title": {"text": "share of units"}, "range": [-0.03 * top, 1.08 * top]}
    return Film(tuple(labels), tuple(frames), x, {**y, "tickformat": ".1%"})


def against_people(table: pd.DataFrame, labels: Sequence[str], scale: str) -> Film:
    """Human score against overlap, one mark a word pair.

    table: step, word1, word2, score, overlap; labels: of the steps in ascending order.
    """
    frames = []
    for _, moment in table.groupby("step", sort=True):
        custom = [[safe(r.word1), safe(r.word2), r.score] for r in moment.itertuples()]
        trace = {
            "type": "scatter",
            "x": moment["score"].tolist(),
            "y": moment["overlap"].tolist(),
            "mode": "markers",
            "marker": {"color": faded(PALETTE["experts"], 0.7), "size": 7, "line": {"width": 0}},
            "showlegend": False,
            "customdata": custom,
            "hovertemplate": "<b>%{customdata[0]} – %{customdata[1]}</b><br>human "
            "%{customdata[2]:.4g}, overlap %{y:.3f}<extra></extra>",
        }
        frames.append((trace,))
    low, high = float(table["score"].min()), float(table["score"].max())
    room, top = 0.03 * ((high - low) or 1.0), float(table["overlap"].max()) or 1e-9
    x = {"title": {"text": f"human {safe(scale)}"}, "range": [low - room, high + room]}
    y = {"title": {"text": "overlap of expert sets"}, "range": [-0.03 * top, 1.04 * top]}
    return Film(tuple(labels), tuple(frames), x, y)


def network(
    matrices: Sequence[np.ndarray],
    words: Sequence[str],
    domains: Sequence[str | None],
    places: Mapping[str, tuple[float, float]],
    labels: Sequence[str],
    n_edges: int,
) -> Film:
    """The strongest links of every moment between concepts that stay where they are.

    matrices: (C, C) overlaps, one a moment.
    """
    data: Any = concepts_data(words, domains, places)
    at = np.array([node["wide"] for node in data["nodes"]]) * np.array([1.0, -1.0])
    marks = _concepts(data, at)
    frames = tuple((*_links(matrix, domains, at, n_edges), *marks) for matrix in matrices)
    (left, low), (right, high) = at.min(0) - 50, at.max(0) + 35
    x = {"visible": False, "range": [float(left), float(right + 15)]}
    y = {"visible": False, "range": [float(low - 15), float(high)]}
    return Film(tuple(labels), frames, x, y, smooth=False, height=560)


def _links(
    matrix: np.ndarray, domains: Sequence[str | None], at: np.ndarray, n_edges: int
) -> list[dict[str, Any]]:
    """A trace for each width, within and across domains."""
    edges = strongest(matrix, n_edges)
    greatest = max((matrix[edge] for edge in edges), default=1.0)
    traces = []
    for across, name, colour, dash in (
        (True, "across domains", "between", "dot"),
        (False, "within a domain", "within", "solid"),
    ):
        for k, width in enumerate(_WIDTHS):
            mine = [
                (i, j)
                for i, j in edges
                if (domains[i] is None or domains[i] != domains[j]) == across
                and min(int(matrix[i, j] / greatest * 4), 3) == k
            ]
            ends = [point for i, j in mine for point in (at[i], at[j], [None, None])]
            traces.append(
                {
                    "type": "scatter",
                    "x": [end[0] for end in ends] or [None],
                    "y": [end[1] for end in ends] or [None],
                    "mode": "lines",
                    "line": {"color": PALETTE[colour], "width": width, "dash": dash},
                    "opacity": 0.7,
                    "name": name,
                    "legendgroup": name,
                    "showlegend": k == 1,
                    "hoverinfo": "skip",
                }
            )
    return traces


def _concepts(data: Mapping[str, Any], at: np.ndarray) -> list[dict[str, Any]]:
    """Marks and words."""
    look = {"color": PALETTE["none"], "size": 9}
    return [
        {
            "type": "scatter",
            "x": at[:, 0].tolist(),
            "y": at[:, 1].tolist(),
            "text": [safe(node["label"]) for node in data["nodes"]],
            "mode": "markers+text",
            "textposition": "bottom center",
            "textfont": {"size": 12},
            "marker": look | {"color": [node["color"] for node in data["nodes"]]},
            "showlegend": False,
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]

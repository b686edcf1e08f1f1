"""Two runs side by side: alignment, and the overlap of every pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.intervals import error_bars
from explorer.figures.significance import p_text
from explorer.figures.theme import PALETTE, faded, frame, safe
from explorer.measure.alignment import ALPHA

MOST_PAIRS = 3000
"""Marks of a scatter; a browser draws more too slowly."""
_RELATIONS = (
    ("across", "of two domains", "between", "circle"),
    (None, "no domain known", "none", "square"),
    ("within", "of one domain", "within", "diamond"),
)
"""Relation of two concepts, its name, colour and mark, those drawn last on top."""


def alignments(table: pd.DataFrame, names: Sequence[str]) -> go.Figure:
    """ρ of both sides by representation, A as circles and B as squares, and to the
    right the difference, all with 95% intervals; open diamonds do not differ from 0.

    table: representation, rho_a, low_a, high_a, rho_b, low_b, high_b, delta, low, high,
    p_holm, n.
    """
    rows = list(table["representation"])
    traces = []
    for place, row in enumerate(table.to_dict("records")):
        colour = PALETTE[row["representation"]]
        for letter, name, symbol, shift in _marked(names):
            ends = [row[f"{part}_{letter}"] for part in ("rho", "low", "high")]
            told = f"{safe(name)}: {rows[place]}"
            traces.append(_interval(ends, place + shift, colour, symbol, told))
        ends = [row[part] for part in ("delta", "low", "high")]
        symbol = "diamond" if row["p_holm"] < ALPHA else "diamond-open"
        told = f"A − B: {rows[place]}, p {p_text(row['p_holm'])} (Holm), n = {row['n']} pairs"
        traces.append(_interval(ends, place, colour, symbol, told) | {"xaxis": "x2"})
    for letter, name, symbol, _ in _marked(names):
        grey = _look(PALETTE["none"], symbol)
        key = {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "marker": grey}
        traces.append({**key, "name": f"{letter.upper()} · {safe(name)}", "showlegend": True})
    if (table["p_holm"] >= ALPHA).any():
        told = "open: no difference from 0 (Holm)"
        grey = _look(PALETTE["none"], "diamond-open")
        traces.append({**key, "marker": grey, "name": told, "showlegend": True})
    zero = {"zeroline": True, "anchor": "y"}
    layout = {
        "xaxis": {**zero, "domain": [0.0, 0.56], "title": {"text": "alignment ρ"}},
        "xaxis2": {**zero, "domain": [0.62, 1.0], "title": {"text": "difference, A − B"}},
        "yaxis": {
            "tickvals": list(range(len(rows))),
            "ticktext": [row.replace(" ", "<br>") for row in rows],
            "range": [len(rows) - 0.5, -0.5],
            "zeroline": False,
        },
    }
    return frame(go.Figure(traces, layout), height=190 + 60 * len(rows))


def _marked(names: Sequence[str]) -> list[tuple[str, str, str, float]]:
    """Letter, name, mark and shift of each side."""
    marks = ("circle", "square")
    return list(zip("ab", names, marks, (-0.14, 0.14), strict=True))


def _look(colour: str, symbol: str) -> dict[str, Any]:
    return {"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2, "color": colour}}


def _interval(
    ends: Sequence[float], y: float, colour: str, symbol: str, told: str
) -> dict[str, Any]:
    """A mark with its interval along the horizontal axis. ends: value, low, high."""
    value, low, high = ends
    return {
        "type": "scatter",
        "x": [value],
        "y": [y],
        "error_x": error_bars(value, low, high, colour),
        "mode": "markers",
        "marker": _look(colour, symbol),
        "showlegend": False,
        "customdata": [[low, high]],
        "hovertemplate": f"<b>{told}</b><br>%{{x:.3f}} [%{{customdata[0]:.3f}}, "
        "%{customdata[1]:.3f}]<extra></extra>",
    }


def drawn_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table of pairs that a scatter draws: all where they are few, else
    those within a domain first, and of the others a sample with a fixed seed.
    """
    if len(table) <= MOST_PAIRS:
        return table
    order = np.random.default_rng(0).permutation(len(table))
    within = (table["domains"] == "within").to_numpy()
    first = np.concatenate([order[within[order]], order[~within[order]]])[:MOST_PAIRS]
    return table.iloc[np.sort(first)]


def overlaps(table: pd.DataFrame, *, ranks: bool = False) -> go.Figure:
    """Overlap of every pair of concepts in A (across) and in B (up).

    table: word1, word2, domains, overlap_a, overlap_b.
    """
    x, y = (table[c].rank() if ranks else table[c] for c in ("overlap_a", "overlap_b"))
    figure = go.Figure()
    for relation, name, colour, symbol in _RELATIONS:
        mine = table["domains"].isna() if relation is None else table["domains"] == relation
        rows = table[mine]
        if rows.empty:
            continue
        figure.add_scatter(
            x=x[mine],
            y=y[mine],
            mode="markers",
            name=name,
            showlegend=True,
            marker={
                "color": faded(PALETTE[colour], 0.8 if relation == "within" else 0.4),
                "size": 8 if relation == "within" else 5,
                "symbol": symbol,
                "line": {"width": 0},
            },
            unselected={"marker": {"opacity": 1}},
            customdata=np.array(
                [
                    [safe(r.word1), safe(r.word2), r.overlap_a, r.overlap_b]
                    for r in rows.itertuples()
                ],
                dtype=object,
            ),
            hovertemplate="<b>%{customdata[0]} – %{customdata[1]}</b><br>A %{customdata[2]:.3f}, "
            "B %{customdata[3]:.3f}<extra></extra>",
        )
    what = "overlap, rank" if ranks else "overlap"
    figure.update_xaxes(title_text=f"{what} in A")
    figure.update_yaxes(title_text=f"{what} in B")
    return frame(figure, height=460)

"""Filled marks differ from 0, open ones do not: the same sign in every figure of
correlations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from explorer.figures.panels import Canvas
from explorer.figures.theme import PALETTE
from explorer.measure.alignment import ALPHA


def symbols(base: str, p_values: Iterable[float]) -> list[str]:
    """Plotly's name of a mark for each corrected p: open where it is 0.05 or more; NaN
    leaves it filled.
    """
    return [f"{base}-open" if p >= ALPHA else base for p in p_values]


def legend_of_open(canvas: Canvas, *, of: str = "ρ") -> None:
    """What an open mark means."""
    mark = {"symbol": "circle-open", "size": 10, "color": PALETTE["chance"], "line": {"width": 2}}
    canvas.add_legend(f"open: {of} does not differ from 0 (Holm)", marker=mark)


def p_text(value: float) -> str:
    """ "< 0.001", "= 0.032" or "undefined"."""
    return "undefined" if math.isnan(value) else "< 0.001" if value < 0.001 else f"= {value:.3f}"

"""What figures with intervals share: error bars, and headings of blocks of rows."""

from __future__ import annotations

from typing import Any

from explorer.figures.theme import safe


def error_bars(
    value: Any, low: Any, high: Any, colour: str, *, thickness: float = 1.5, width: float = 4
) -> dict[str, Any]:
    """Plotly's error bars from low to high around values: numbers in lists of one, or
    columns.
    """
    if isinstance(value, float):
        above, below = [high - value], [value - low]
    else:
        above, below = high - value, value - low
    ends = {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
    return {**ends, "color": colour, "thickness": thickness, "width": width}


def block_heading(text: str, top: float) -> dict[str, object]:
    """The annotation above a block of rows, the first of which is at this height."""
    place = {"xref": "paper", "x": 0, "y": top + 0.42, "xanchor": "left", "yanchor": "bottom"}
    return {"text": f"<b>{safe(text)}</b>", "showarrow": False, **place}

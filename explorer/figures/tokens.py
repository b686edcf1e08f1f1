"""Sentences whose tokens are shaded by what a unit answers, as HTML that needs no
script.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures.theme import PALETTE, faded


@dataclass(frozen=True, eq=False)
class Shaded:
    """A sentence to shade. `label`: what stands before it."""

    text: str
    label: str
    spans: np.ndarray | None
    values: np.ndarray | None


STYLE = """
.tokens { font-size: 1rem; line-height: 1.9; margin: 0; padding: 0; list-style: none; }
.tokens li { margin: 0 0 .35rem 0; overflow-wrap: anywhere; }
.tokens .label { font-variant-numeric: tabular-nums; opacity: .7; margin-right: .6rem;
  font-size: .85rem; display: inline-block; min-width: 6.5rem; }
.tokens mark { color: inherit; border-radius: .2rem; padding: .1rem 0; position: relative;
  white-space: pre-wrap; }
.tokens mark:hover::after, .tokens mark:focus::after { content: attr(data-response);
  position: absolute; left: 0; top: -1.35rem; font-size: .75rem; line-height: 1;
  padding: .2rem .35rem; border-radius: .25rem; background: #1f2933; color: #ffffff;
  white-space: nowrap; z-index: 5; }
.tokens mark:focus { outline: 2px solid #0072B2; }
"""


def markup(rows: Sequence[Shaded], low: float, high: float) -> str:
    """A list of sentences; shading begins at `low` and is full at `high`. Everything
    from users' data is escaped.
    """
    items = "".join(f"<li>{_label(row.label)}{_sentence(row, low, high)}</li>" for row in rows)
    return f'<ul class="tokens">{items}</ul>'


def _label(text: str) -> str:
    return f'<span class="label">{html.escape(text)}</span>' if text else ""


def _sentence(row: Shaded, low: float, high: float) -> str:
    if row.spans is None or row.values is None:
        return html.escape(row.text)
    parts, at = [], 0
    greatest = int(np.argmax(row.values)) if len(row.values) else -1
    for place, ((start, end), value) in enumerate(zip(row.spans, row.values, strict=True)):
        start, end = max(int(start), at), max(int(end), at)
        parts.append(html.escape(row.text[at:start]))
        piece = row.text[start:end]
        at = end
        share = float(np.clip((value - low) / ((high - low) or 1.0), 0.0, 1.0))
        if not piece:
            continue
        shade = faded(PALETTE["within"], round(0.75 * share, 3))
        weight = ";font-weight:600" if place == greatest else ""
        focus = ' tabindex="0"' if place == greatest else ""
        parts.append(
            f'<mark style="background:{shade}{weight}"{focus} data-response="{value:.3g}">'
            f"{html.escape(piece)}</mark>"
        )
    parts.append(html.escape(row.text[at:]))
    return "".join(parts)

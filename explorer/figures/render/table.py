"""A table as SVG, for exhibits that are tables."""

from __future__ import annotations

import re

from explorer.figures.render.markup import element, escaped, number, paint
from explorer.figures.render.picture import document
from explorer.figures.render.text import ASCENT, LINE, draw_text, text_height, text_width, wrap_text
from explorer.figures.theme import BACKGROUND, INK, faded

_SIZE, _PAD, _EDGE, _WIDEST = 14.0, 12.0, 8.0, 420.0
"""Pixels: size of words, room between columns, around the table, width of a column."""
_NUMBER = re.compile(r"\s*(?:[<>=≈]\s*)?[-+−]?[\d,]*\.?\d+(?:e[-+]?\d+)?\s*%?\s*|\s*[–-]?\s*")


def table_svg(
    columns: list[str],
    rows: list[list[str]],
    *,
    dark: bool = False,
    title: str = "",
    alt: str = "",
) -> str:
    """Rows of plain text under their heads; columns of numbers are flush right, long
    texts take several lines.

    title and alt: name and description for screen readers, not drawn. Raises ValueError
    for a row that has another number of cells than there are columns.
    """
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"Every row needs {len(columns)} cells, one for each column.")
    cells = [[wrap_text(escaped(text), _SIZE, _WIDEST) for text in row] for row in [columns, *rows]]
    cells[0] = [f"<b>{cell}</b>" for cell in cells[0]]
    across = list(zip(*cells, strict=True))
    widths = [max(text_width(cell, _SIZE) for cell in column) for column in across]
    flush = [
        bool(rows) and all(_NUMBER.fullmatch(row[k]) for row in rows) for k in range(len(widths))
    ]
    lefts = [_EDGE + sum(widths[:k]) + 2 * _PAD * k + _PAD for k in range(len(widths))]
    width = 2 * _EDGE + sum(widths) + 2 * _PAD * len(widths)
    body, y = "", _EDGE
    for place, row in enumerate(cells):
        height = max((text_height(cell, _SIZE) for cell in row), default=LINE * _SIZE) + 10
        for cell, left, wide, right in zip(row, lefts, widths, flush, strict=True):
            body += draw_text(
                cell,
                left + wide if right else left,
                y + 5 + _SIZE * (ASCENT + (LINE - 1) / 2),
                size=_SIZE,
                colour=INK[dark],
                anchor="end" if right else "start",
                class_="head" if not place else "cell",
            )
        y += height
        rule = paint(fill=None, stroke=faded("#8C8C8C", 0.8 if not place else 0.3))
        path = f"M{number(_EDGE)},{number(y)}H{number(width - _EDGE)}"
        body += element("path", d=path, **rule)
    return document(body, width, y + _EDGE, paper=BACKGROUND[dark], title=title, alt=alt)

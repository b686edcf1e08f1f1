"""Figures and tables as pages that work without a network."""

from __future__ import annotations

import plotly.graph_objects as go
import plotly.io

from explorer.figures import theme
from explorer.figures.render.markup import escaped
from explorer.figures.render.picture import svg
from explorer.figures.render.text import FAMILY
from explorer.figures.render.typeface import font_face

_CONFIG = {"displaylogo": False, "responsive": True, "displayModeBar": True}


def html(
    figure: go.Figure,
    *,
    dark: bool = False,
    width: int = 960,
    height: int | None = None,
    title: str = "",
    alt: str = "",
) -> str:
    """The figure to point at and zoom, as part of a page; plotly.js is in it, and the
    SVG stands in where scripts do not run.

    The arguments and errors are those of `svg`.
    """
    still = svg(figure, dark=dark, width=width, height=height, title=title, alt=alt)
    drawn = go.Figure(figure).update_layout(template=theme.template(dark))
    if height is not None:
        drawn.update_layout(height=height)
    live = plotly.io.to_html(drawn, config=_CONFIG, include_plotlyjs=True, full_html=False)
    return (
        f'<noscript>{still}</noscript>\n<div role="img" aria-label="{escaped(alt or title)}">'
        f"{live}</div>"
    )


def page(body: str, *, title: str, dark: bool = False, width: int = 960) -> str:
    """A page that stands alone around a body of HTML, in the colours of the figures."""
    ink, ground = theme.INK[dark], theme.BACKGROUND[dark]
    style = font_face() + (
        f"body{{margin:1rem auto;padding:0 1rem;max-width:{width}px;background:{ground};"
        f"color:{ink};font:16px/1.5 {FAMILY}}}figure{{margin:0}}"
        "figcaption,.note{font-size:14px;opacity:.8}noscript svg{max-width:100%}"
        "table{border-collapse:collapse}th,td{padding:.25rem .75rem;text-align:left}"
        "tr{border-bottom:1px solid #8886}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{style}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )

"""A figure as a page of its own that works without a network."""

from __future__ import annotations

import plotly.graph_objects as go
import plotly.io

from explorer.figures import theme
from explorer.figures.render.markup import escaped
from explorer.figures.render.picture import svg

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
    """A page with the figure to point at and zoom; plotly.js is part of it, and the SVG
    stands in where scripts do not run.

    The arguments and errors are those of `svg`.
    """
    still = svg(figure, dark=dark, width=width, height=height, title=title, alt=alt)
    drawn = go.Figure(figure).update_layout(template=theme.template(dark))
    if height is not None:
        drawn.update_layout(height=height)
    live = plotly.io.to_html(drawn, config=_CONFIG, include_plotlyjs=True, full_html=False)
    style = (
        f"body{{margin:1rem auto;max-width:{width}px;background:{theme.BACKGROUND[dark]};"
        f"color:{theme.INK[dark]};font-family:{theme.FONT}}}noscript svg{{max-width:100%}}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title or alt)}</title><style>{style}</style></head>\n<body>"
        f'<noscript>{still}</noscript>\n<div role="img" aria-label="{escaped(alt or title)}">'
        f"{live}</div></body></html>\n"
    )

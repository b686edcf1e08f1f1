"""Figures as data that a script draws anew in a page of ours, to be pointed at and
zoomed.
"""

from __future__ import annotations

import functools
import json

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from explorer.figures import theme


@functools.cache
def script() -> str:
    """The library that draws, 5 MB of JavaScript, from this machine."""
    return str(get_plotlyjs())


def drawing(figure: go.Figure) -> str:
    """Traces and layout as JSON, without the colours of a page."""
    plain = go.Figure(figure)
    plain.layout.template = {}
    return str(plain.to_json())


def templates() -> str:
    """The layouts of light and of dark pages as JSON: {"light": …, "dark": …}."""
    made = {name: theme.template(name == "dark").to_plotly_json() for name in ("light", "dark")}
    return json.dumps(made, ensure_ascii=False)

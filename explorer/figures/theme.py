"""Colours, templates and labels shared by every figure: the same colour for the same
thing everywhere.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

PALETTE: dict[str, str] = {
    "experts": "#0072B2",
    "word embedding": "#009E73",
    "sentence embedding": "#E69F00",
    "human": "#CC79A7",
    "within": "#D55E00",
    "between": "#56B4E9",
    "chance": "#8C8C8C",
    "none": "#8C8C8C",
    "A": "#0072B2",
    "B": "#D55E00",
}
"""Thing → colour, after Okabe & Ito: told apart by colour-blind readers, visible on
light and dark.
"""

REPRESENTATIONS: tuple[str, ...] = ("experts", "word embedding", "sentence embedding")

DOMAIN_COLORS: tuple[str, ...] = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#8C0DF2",
    "#8C4026",
    "#A6BF73",
)
"""Okabe–Ito and three colours at least 16 ΔE from all others in normal, protan, deutan
and tritan vision.
"""

DOMAIN_SHAPES: tuple[str, ...] = (
    "dot",
    "square",
    "diamond",
    "triangle",
    "triangleDown",
    "hexagon",
    "star",
)
"""Second channel beside colour: seven shapes and ten colours pair up uniquely for
seventy domains.
"""

_BUNDLED = (
    "animal",
    "vehicle",
    "occupation",
    "sport",
    "color",
    "food",
    "clothing",
    "weather",
    "instrument",
    "building",
)
BACKGROUND = {False: "#ffffff", True: "#0e1117"}
INK = {False: "#1f2933", True: "#e8ecf1"}
FONT = '"Source Sans", "Source Sans Pro", system-ui, sans-serif'


def domain_styles(domains: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """Domain → (colour, shape). The bundled domains keep theirs in whatever company
    they appear.
    """
    found = {domain for domain in domains if domain}
    taken = {name: slot for slot, name in enumerate(_BUNDLED) if name in found}
    free = (slot for slot in range(len(_BUNDLED) + len(found)) if slot not in taken.values())
    slots = taken | {name: next(free) for name in sorted(found - set(taken))}
    return {
        name: (DOMAIN_COLORS[slot % len(DOMAIN_COLORS)], DOMAIN_SHAPES[slot % len(DOMAIN_SHAPES)])
        for name, slot in sorted(slots.items(), key=lambda item: item[1])
    }


def faded(colour: str, opacity: float) -> str:
    """A hex colour as rgba() of the given opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def halo(size: float, colour: str = PALETTE["chance"]) -> dict[str, Any]:
    """The mark behind what is chosen: no ring, since an open mark is a ρ that does not
    differ from 0.
    """
    return {"symbol": "circle", "size": size, "color": faded(colour, 0.35)}


def safe(text: object) -> str:
    """Text from users' data for a plotly label: plotly reads a subset of HTML."""
    return html.escape(str(text))


def template(dark: bool) -> go.layout.Template:
    """Layout defaults for light or dark pages; figures hold no colour that depends on
    the mode.
    """
    ink, paper = INK[dark], BACKGROUND[dark]
    line = faded("#8C8C8C", 0.35)
    axis = {
        "gridcolor": faded("#8C8C8C", 0.18),
        "linecolor": line,
        "zerolinecolor": line,
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": ink},
            "paper_bgcolor": paper,
            "plot_bgcolor": paper,
            "colorway": list(DOMAIN_COLORS),
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {
                "bgcolor": paper,
                "font": {"color": ink, "family": FONT},
                "bordercolor": line,
            },
        }
    )


def band(
    x: Iterable[object], low: Iterable[object], high: Iterable[object], colour: str
) -> dict[str, Any]:
    """Properties of a scatter trace that shades an interval around a curve; no legend
    entry, no hover.
    """
    x, low, high = list(x), list(low), list(high)
    return {
        "x": [*x, *x[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": faded(colour, 0.18),
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def frame(figure: go.Figure, *, height: int) -> go.Figure:
    """Margins, legend and hover common to all figures; the legend lies below, where a
    phone has room.
    """
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 36, "b": 8},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
        },
        hovermode="closest",
        dragmode=False,
    )

"""A tree of concepts, lying on its side so that its leaves meet the rows of a
matrix.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, domain_styles, safe
from explorer.measure.graph.linkage import Tree

SYMBOLS = {
    "dot": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle": "triangle-up",
    "triangleDown": "triangle-down",
    "hexagon": "hexagon",
    "star": "star",
}
"""Shape of a domain in the network → plotly's name of it."""
_AXIS = "x2"


def draw_tree(
    figure: go.Figure,
    tree: Tree,
    words: Sequence[str],
    domains: Sequence[str | None],
    *,
    share: tuple[float, float],
) -> None:
    """Add the tree in `share` of the figure's width, on its y axis: leaf k at k, the
    root at the left.

    A branch whose leaves all share a domain has its colour, others are grey. Leaves
    carry the mark of their domain.
    """
    heights = [link.height for link in tree.links()]
    top = max(heights, default=1.0)
    # Merges begin near 1 where overlaps are small: an axis from 0 would squeeze them,
    # so leaves stand just below.
    low = min(heights, default=0.0)
    floor = 0.0 if low < 0.5 * top else low - 0.15 * (top - low or top)
    _branches(figure, tree, domains, floor)
    _leaves(figure, tree, words, domains, floor)
    margin = 0.03 * (top - floor)
    title = {"text": "1 − overlap", "font": {"size": 11}}
    grid = {"showgrid": False, "zeroline": False, "nticks": 4, "tickfont": {"size": 10}}
    span = {"range": [top + margin, floor - 2 * margin], "domain": share, "anchor": "y"}
    figure.update_layout(xaxis2=grid | span | {"title": title})


def _branches(figure: go.Figure, tree: Tree, domains: Sequence[str | None], floor: float) -> None:
    styles = domain_styles(domains)
    by_colour: dict[str, tuple[list[float | None], list[float | None]]] = {}
    for link in tree.links():
        met = {domains[leaf] for leaf in link.leaves}
        only = met.pop() if len(met) == 1 else None
        x, y = by_colour.setdefault(styles[only][0] if only else PALETTE["none"], ([], []))
        (above, below), (end_above, end_below) = link.places, link.ends
        x += [max(end_above, floor), link.height, link.height, max(end_below, floor), None]
        y += [above, above, below, below, None]
    for colour, (x, y) in by_colour.items():
        line = {"color": colour, "width": 1.3}
        figure.add_scatter(
            x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, xaxis=_AXIS
        )


def _leaves(
    figure: go.Figure, tree: Tree, words: Sequence[str], domains: Sequence[str | None], floor: float
) -> None:
    styles = domain_styles(domains)
    size = 8 if len(tree.order) <= 60 else 6
    # Those without a domain come first, so that marks of domains lie above them.
    for domain in [None, *styles]:
        places = [place for place, leaf in enumerate(tree.order) if domains[leaf] == domain]
        if not places:
            continue
        colour, shape = styles[domain] if domain else (PALETTE["none"], "dot")
        name = safe(domain or "no domain")
        figure.add_scatter(
            x=[floor] * len(places),
            y=places,
            mode="markers",
            marker={"color": colour, "symbol": SYMBOLS[shape], "size": size if domain else 3},
            text=[safe(words[tree.order[place]]) for place in places],
            name=name,
            cliponaxis=False,
            hovertemplate=f"<b>%{{text}}</b><br>{name}<extra></extra>",
            xaxis=_AXIS,
        )

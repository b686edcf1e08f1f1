"""The curves of a figure over checkpoints: ρ of one representation of one model, and
held-out loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.figures.axes import StepAxis
from explorer.figures.intervals import error_bars
from explorer.figures.panels import Canvas
from explorer.figures.significance import p_text, symbols
from explorer.figures.theme import PALETTE, REPRESENTATIONS, band, safe

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "x")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True)
class Style:
    """How the curve of a family and representation looks: where marks tell models
    apart, by mark and dash.
    """

    colour: str
    symbol: str
    dash: str
    shift: float
    """To the right of its checkpoint, as a share of the axis, so that intervals do not
    cover each other.
    """
    name: str
    """Legend entry."""
    legend_colour: str


def style(representation: str, family: str, families: list[str], *, by_symbol: bool) -> Style:
    """The style of a curve; `by_symbol` where several models share a panel."""
    colour = PALETTE[representation]
    if not by_symbol:
        shift = (REPRESENTATIONS.index(representation) - 1) * 0.014
        return Style(colour, SYMBOLS[0], DASHES[0], shift, representation, colour)
    at = families.index(family)
    shift = (at - (len(families) - 1) / 2) * 0.012
    return Style(
        colour,
        SYMBOLS[at % len(SYMBOLS)],
        DASHES[at % len(DASHES)],
        shift,
        safe(family),
        PALETTE["chance"],
    )


def rho_curve(canvas: Canvas, line: pd.DataFrame, axis: StepAxis, row: int, look: Style) -> None:
    """ρ of one model and representation over its checkpoints, with a band, or with bars
    where they are few.

    line: as `over_checkpoints`, one family and representation. Its legend entry is a
    trace of its own, since a curve that begins with an open mark would have an open one
    in the legend.
    """
    x = [axis.place(step) + look.shift * axis.span for step in line["step"]]
    line = line.assign(x=x).sort_values("x")
    known = line[line["step"].notna()]
    trajectory = (known["step"] > 0).sum() >= 3
    if trajectory:
        _band(canvas, known, row, look)
    canvas.add_scatter(
        x=line["x"],
        y=line["rho"],
        mode="lines+markers",
        name=look.name,
        legendgroup=look.name,
        showlegend=False,
        line={
            "color": look.colour,
            "width": 2 if trajectory else 1,
            "dash": look.dash if trajectory else "dot",
        },
        marker={
            "color": look.colour,
            "size": 9,
            "symbol": symbols(look.symbol, _holm(line)),
            "line": {"width": 2, "color": look.colour},
        },
        # A click selects; by default that would dim all other points.
        unselected={"marker": {"opacity": 1}},
        error_y=None
        if trajectory
        else error_bars(line["rho"], line["low"], line["high"], look.colour, width=5),
        customdata=_custom(line),
        hovertemplate=(
            "<b>%{customdata[2]}</b><br>%{customdata[1]}: ρ = %{y:.3f} [%{customdata[3]:.3f}, "
            "%{customdata[4]:.3f}]"
            "<br>p %{customdata[5]}, Holm %{customdata[7]}, n = %{customdata[6]} "
            "pairs%{customdata[8]}<extra></extra>"
        ),
        row=row,
    )
    canvas.add_legend(
        look.name,
        mode="lines+markers",
        row=row,
        legendgroup=look.name,
        line={"color": look.legend_colour, "width": 2, "dash": look.dash},
        marker={"color": look.legend_colour, "size": 9, "symbol": look.symbol},
    )


def _band(canvas: Canvas, line: pd.DataFrame, row: int, look: Style) -> None:
    drawn = line.dropna(subset=["low", "high"])
    canvas.add_scatter(
        **band(drawn["x"], drawn["low"], drawn["high"], look.colour), legendgroup=look.name, row=row
    )


def _custom(line: pd.DataFrame) -> np.ndarray:
    shuffled = line["null_p"] if "null_p" in line else [np.nan] * len(line)
    rows = [
        [
            r.run,
            r.representation,
            safe(r.label),
            r.low,
            r.high,
            p_text(r.p),
            r.n,
            p_text(p),
            _shuffled(null),
        ]
        for r, p, null in zip(line.itertuples(), _holm(line), shuffled, strict=True)
    ]
    return np.array(rows, dtype=object)


def _shuffled(p: float) -> str:
    return "" if np.isnan(p) else f"<br>p of shuffled words {p_text(p)}"


def _holm(line: pd.DataFrame) -> list[float]:
    return list(line["p_holm"]) if "p_holm" in line else [np.nan] * len(line)


def loss_curves(
    canvas: Canvas,
    points: pd.DataFrame,
    axis: StepAxis,
    row: int,
    families: list[str],
    *,
    by_symbol: bool,
) -> None:
    """Held-out loss of every model over its checkpoints, in the marks and dashes that
    models have in a shared panel.
    """
    known = points.dropna(subset=["held_out_loss"]).drop_duplicates("run")
    for family, line in known.groupby("family", sort=False):
        at = families.index(str(family))
        line = line.assign(x=[axis.place(step) for step in line["step"]]).sort_values("x")
        canvas.add_scatter(
            x=line["x"],
            y=line["held_out_loss"],
            mode="lines+markers",
            name=f"held-out loss · {safe(family)}",
            # Where models are told apart by marks, the legend has these marks already.
            showlegend=not by_symbol,
            line={"color": PALETTE["chance"], "width": 2, "dash": DASHES[at % len(DASHES)]},
            marker={"color": PALETTE["chance"], "size": 7, "symbol": SYMBOLS[at % len(SYMBOLS)]},
            unselected={"marker": {"opacity": 1}},
            customdata=[[r.run, None, safe(r.label)] for r in line.itertuples()],
            hovertemplate="<b>%{customdata[2]}</b><br>held-out loss %{y:.3f}<extra></extra>",
            row=row,
        )

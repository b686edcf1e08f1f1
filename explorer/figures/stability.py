"""Overlap of expert sets over tau, within a concept and between concepts, and the sizes
of the sets.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.theme import PALETTE, band, faded, frame, safe

NAMES = {
    "within": "within concept, across folds",
    "between": "between concepts",
    "within by chance": "within, by chance",
    "between by chance": "between, by chance",
}
"""Kind of overlap → what the legend calls it; "by chance" is what random sets of these
sizes would have.
"""
_BELOW_BUTTONS = {"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 36}}
_DASHES = {"within by chance": "dash", "between by chance": "dot"}


def overlap_by_tau(
    curves: pd.DataFrame, *, title: str = "", sharing: str = "", mark: float | None = None
) -> go.Figure:
    """Jaccard overlap over tau with 95% bands.

    curves: tau, kind (a key of NAMES), mean, low, high, n; what chance gives has no
    interval. sharing: the sentence, drawn into the figure, on how many sentences two
    folds have in common. mark: tau to point out.
    """
    figure = go.Figure()
    for kind, name in NAMES.items():
        curve = curves[curves["kind"] == kind]
        if curve.empty:
            continue
        hover = f"{name}<br>τ = %{{x:.2f}}: %{{y:.3f}}"
        if kind in _DASHES:
            line = {"color": PALETTE["chance"], "width": 2, "dash": _DASHES[kind]}
            figure.add_scatter(
                x=curve["tau"],
                y=curve["mean"],
                name=name,
                mode="lines",
                line=line,
                hovertemplate=f"{hover}<extra></extra>",
            )
            continue
        figure.add_scatter(**band(curve["tau"], curve["low"], curve["high"], PALETTE[kind]))
        figure.add_scatter(
            x=curve["tau"],
            y=curve["mean"],
            name=name,
            mode="lines+markers",
            line={"color": PALETTE[kind], "width": 2},
            marker={"size": 7, "symbol": "circle" if kind == "within" else "square"},
            customdata=curve[["low", "high", "n"]],
            hovertemplate=hover
            + " [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<br>n = %{customdata[2]}"
            "<extra></extra>",
        )
    if mark is not None:
        figure.add_vline(
            x=mark, line={"color": faded(PALETTE["none"], 0.6), "width": 1, "dash": "dash"}
        )
    figure.update_xaxes(
        title_text="expertise threshold τ", dtick=0.1, tickformat=".1f", range=[0.485, 0.965]
    )
    figure.update_yaxes(title_text="overlap (Jaccard)", range=[-0.02, 1.02])
    return headed(frame(figure, height=430), title, sharing)


def set_sizes(sizes: pd.DataFrame, *, n_units: int, title: str = "") -> go.Figure:
    """Experts per concept over tau on a log axis: the median concept and the middle
    80%.

    sizes: tau, median, low, high, empty (share of expert sets without a unit). A log
    axis has no 0: sizes below 0.5 are drawn at 0.5.
    """
    colour = PALETTE["experts"]
    drawn = sizes.assign(**{c: sizes[c].clip(lower=0.5) for c in ("median", "low", "high")})
    figure = go.Figure()
    figure.add_scatter(**band(drawn["tau"], drawn["low"], drawn["high"], colour))
    figure.add_scatter(
        x=drawn["tau"],
        y=drawn["median"],
        mode="lines+markers",
        name="median concept; band: middle 80% of concepts",
        line={"color": colour, "width": 2},
        marker={"size": 7},
        showlegend=True,
        customdata=sizes[["median", "low", "high", "empty"]],
        hovertemplate=(
            "τ = %{x:.2f}: %{customdata[0]:,.4g} experts [%{customdata[1]:,.4g}, "
            "%{customdata[2]:,.4g}]"
            "<br>sets without expert: %{customdata[3]:.1%}<extra></extra>"
        ),
    )
    figure.update_xaxes(
        title_text="expertise threshold τ", dtick=0.1, tickformat=".1f", range=[0.485, 0.965]
    )
    figure.update_yaxes(
        title_text=f"experts per concept, of {n_units:,} units", type="log", **_log_ticks(drawn)
    )
    return headed(frame(figure, height=400), title, "")


def _log_ticks(drawn: pd.DataFrame) -> dict[str, object]:
    """Powers of ten, with 2 and 5 between them where few decades are shown: plotly's
    own choice is too dense.
    """
    low, high = (int(np.floor(np.log10(v))) for v in (drawn["low"].min(), drawn["high"].max()))
    values = [
        k * 10.0**e for e in range(low, high + 1) for k in ((1, 2, 5) if high - low < 3 else (1,))
    ]
    return {"tickvals": values, "ticktext": [f"{value:,g}" for value in values]}


def headed(figure: go.Figure, title: str, subtitle: str) -> go.Figure:
    """A title and a smaller line below it, clear of the mode bar; unchanged without
    either.
    """
    if not title and not subtitle:
        return figure
    text = {
        "text": safe(title),
        "font": {"size": 15},
        "subtitle": {"text": safe(subtitle), "font": {"size": 12}},
    }
    return figure.update_layout(
        title={**text, "x": 0, "xanchor": "left", "xref": "container", **_BELOW_BUTTONS},
        margin={"t": 96},
    )

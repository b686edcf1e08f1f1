"""How long the sentences of a probe set are, and how its type/token ratio falls as text
grows, by source.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from explorer.figures.stability_grid import SOURCE_COLOURS
from explorer.figures.theme import band, faded, frame, safe

FEW = 30
_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")


def source_styles(
    sources: Iterable[str], known: Iterable[str] = ()
) -> dict[str, tuple[str, str, str]]:
    """Source → (colour, dash, marker symbol).

    known: all names that the page of stability colours; those keep their colours,
    others take the next ones.
    """
    shown, names = sorted(set(sources)), sorted(set(known))
    names += [source for source in shown if source not in names]
    colours = dict(zip(names, itertools.cycle(SOURCE_COLOURS), strict=False))
    return {
        source: (colours[source], _DASHES[i % len(_DASHES)], _SYMBOLS[i % len(_SYMBOLS)])
        for i, source in enumerate(shown)
    }


def left_out(lengths: pd.DataFrame) -> list[str]:
    """Sources of fewer than FEW sentences beside larger ones: their shares are noise
    that hides the others.
    """
    sizes = lengths.groupby("source")["sentences"].sum()
    return [str(source) for source in sizes.index[sizes < FEW]] if (sizes >= FEW).any() else []


def sentence_lengths(lengths: pd.DataFrame, known: Iterable[str] = ()) -> go.Figure:
    """Share of a source's sentences by their number of words.

    lengths: source, words, sentences, share; the sources of `left_out` are not drawn.
    known: as in `source_styles`.
    """
    figure = go.Figure()
    lengths = lengths[~lengths["source"].isin(left_out(lengths))]
    styles = source_styles(lengths["source"], known)
    for source, part in lengths.groupby("source", sort=True):
        colour, dash, _ = styles[str(source)]
        # Lengths that do not occur are zeros of the distribution, not gaps in it.
        span = range(int(part["words"].min()) - 1, int(part["words"].max()) + 2)
        drawn = part.set_index("words")[["sentences", "share"]].reindex(span, fill_value=0)
        figure.add_scatter(
            x=drawn.index,
            y=drawn["share"],
            customdata=drawn["sentences"],
            name=safe(source),
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2, "shape": "hvh"},
            fill="tozeroy" if len(styles) == 1 else None,
            fillcolor=faded(colour, 0.15),
            showlegend=True,
            hovertemplate=f"{safe(source)}<br>%{{x}} words: %{{customdata:,}} sentences, "
            f"%{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(title_text="words in a sentence")
    figure.update_yaxes(
        title_text="share of the source's sentences", tickformat=".0%", rangemode="tozero"
    )
    return frame(figure, height=400)


def type_token_growth(growth: pd.DataFrame, known: Iterable[str] = ()) -> go.Figure:
    """Type/token ratio of a concept's first n sentences, mean over concepts with its
    95% band.

    growth: source, n, mean, low, high, concepts. The axis of n is logarithmic. known:
    as in `source_styles`.
    """
    figure = go.Figure()
    styles = source_styles(growth["source"], known)
    for source, part in growth.groupby("source", sort=True):
        colour, dash, symbol = styles[str(source)]
        figure.add_scatter(**band(part["n"], part["low"], part["high"], colour))
        figure.add_scatter(
            x=part["n"],
            y=part["mean"],
            name=safe(source),
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 7},
            customdata=part[["low", "high", "concepts"]],
            showlegend=True,
            hovertemplate=f"{safe(source)}<br>first %{{x:,}} sentences: %{{y:.3f}}"
            " [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<br>n = %{customdata[2]} "
            "concepts<extra></extra>",
        )
    shown: list[int] = []
    for n in sorted(set(growth["n"].tolist()), reverse=True):
        if not shown or n * 1.4 <= shown[-1]:
            shown.append(n)
    figure.update_xaxes(
        title_text="first sentences of a concept",
        type="log",
        tickvals=shown,
        ticktext=[f"{n:,}" for n in shown],
    )
    figure.update_yaxes(title_text="type/token ratio", range=[0, 1])
    return frame(figure, height=400)

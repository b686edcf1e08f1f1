"""The headline, its differences, and the numbers a run comes down to."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.core.text import NBSP, interval, rho, short_p, times, with_interval
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS, Need
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Row
from explorer.figures import overview as figures
from explorer.results.ceilings import Ceiling, ceiling_names, ceiling_of
from explorer.results.overview import (
    headline_differences,
    headline_points,
    key_numbers,
)
from explorer.results.rated import human_pairs
from explorer.results.view import View


def _n_pairs(view: View) -> int:
    return len(human_pairs(view.library, view.run.id, view.rated))


DEFINED = Need(
    "rated pairs enough for a correlation",
    lambda view: not headline_points(view)["rho"].isna().all(),
    lambda view: (
        f"Alignment cannot be told from the {_n_pairs(view):,} pairs of {view.rated.label} whose "
        "two words are concepts of this run. Choose other ratings, or extract more of the rated "
        "words."
    ),
)


def headline(view: View) -> Exhibit:
    """ρ of each representation, trained beside untrained."""
    points = headline_points(view)
    known = _ceiling(view)
    more = [f"human ceiling {known.rho:.2f}: {known.meaning}"] if known else []
    return Exhibit(
        name="headline",
        title="Alignment with people",
        figure=figures.headline(points, ceiling=(known.rho, known.name) if known else None),
        caption=_caption(view, points, *more),
        alt=_in_words(points),
        filename=f"alignment-{view.run.id}",
        source=points,
    )


def _ceiling(view: View) -> Ceiling | None:
    """The first that is known of the ratings."""
    first = next(iter(ceiling_names(view.library, view.run.id, view.rated)), "")
    return ceiling_of(view.library, view.run.id, view.rated, first)


def _caption(view: View, table: pd.DataFrame, *more: str) -> str:
    n, of = int(table["n"].max()), view.rated.label
    return provenance(view.pair, tau=view.experts, data=of, n=n, more=more)


def _in_words(points: pd.DataFrame) -> str:
    parts = [
        f"{r.representation}, {r.weights}: {rho(r.rho)} {interval(r.low, r.high)}"
        for r in points.itertuples()
    ]
    return (
        "Spearman correlation with human similarity and its 95% interval. " + "; ".join(parts) + "."
    )


def differences(view: View) -> Exhibit:
    """Whether the differences between the marks of the headline are real."""
    table = headline_differences(view)
    return Exhibit(
        name="headline-differences",
        title="Are the differences real?",
        table=Table(
            (
                Column("comparison", "Difference"),
                Column("delta", "Δρ [95% CI]"),
                Column("p_holm", "p", format="p"),
            ),
            table.assign(delta=[_with_interval(row) for row in table.itertuples()]),
            static=True,
        ),
        caption=_caption(
            view,
            table,
            "paired; " + INTERVALS,
            f"p is Holm-adjusted for the {len(table)} rows",
            _of_control(view),
        ),
        alt="Differences of alignment. "
        + "; ".join(
            f"{row.comparison}: {_with_interval(row)}, p {short_p(row.p_holm)}"
            for row in table.itertuples()
        )
        + ".",
        filename=f"alignment-differences-{view.run.id}",
        source=table,
    )


def _of_control(view: View) -> str:
    if view.control is not None:
        return (
            "the untrained control has the same architecture and read the same sentences: what it "
            "scores is not due to training"
        )
    if view.run.request.checkpoint.step == 0:
        return "this run is untrained: what it scores is not due to training"
    return (
        "no untrained control yet: extract the random initialisation of this run to see what "
        "remains without training"
    )


def _with_interval(row: Any) -> str:
    return f"{rho(row.delta)} {interval(row.low, row.high).replace(' ', NBSP)}"


def numbers(view: View) -> Exhibit:
    """The numbers that a run comes down to, each with what qualifies it."""
    table = key_numbers(view)
    rho_of_experts, ratio, pairs = table.itertuples()
    described = with_interval(rho_of_experts.low, rho_of_experts.high, rho_of_experts.p)
    n_concepts = len(view.run.request.concepts)
    rows = [
        (
            "Alignment of experts with people, ρ",
            rho(rho_of_experts.value),
            described or rho_of_experts.note,
        ),
        ("Overlap within ÷ across domains", times(ratio.value), _of_ratio(ratio)),
        (
            "Word pairs rated by people",
            f"{pairs.value:,.0f}",
            f"{view.rated.label}, both words among the {n_concepts} concepts",
        ),
    ]
    return Exhibit(
        name="key-numbers",
        title="Key numbers",
        table=Table(
            (Column("number", "Number"), Column("value", "Value"), Column("detail", "Detail")),
            pd.DataFrame(rows, columns=["number", "value", "detail"]),
            static=True,
        ),
        caption=_caption(view, headline_points(view)),
        alt=". ".join(f"{name}: {value} ({detail})" for name, value, detail in rows) + ".",
        filename=f"key-numbers-{view.run.id}",
        source=table,
    )


def _of_ratio(ratio: Any) -> str:
    if math.isnan(ratio.value):
        return "The concepts of this run have no domains."
    control = "" if math.isnan(ratio.control) else f" · untrained {times(ratio.control)}"
    return f"Ratio of mean overlaps, 95% CI {interval(ratio.low, ratio.high)}{control}"


ROWS = (
    Row(
        "key-numbers",
        "overview",
        "What a run comes down to: alignment of its experts, structure by domains, rated pairs.",
        numbers,
        (RATINGS,),
        overlaps=OVERLAPS,
    ),
    Row(
        "headline",
        "overview",
        "How well each representation agrees with people, and what is left without training.",
        headline,
        (RATINGS, DEFINED),
        overlaps=OVERLAPS,
    ),
    Row(
        "headline-differences",
        "overview",
        "Whether experts differ from the embeddings, and trained from untrained weights.",
        differences,
        (RATINGS,),
        overlaps=OVERLAPS,
    ),
)

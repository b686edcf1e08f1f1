"""Stability over set sizes and sources: what more sentences gain."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from explorer.core.text import percent
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import SWEEP, TWO_FOLDS, TWO_SIZES
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import set_growth
from explorer.figures import stability_grid as figures
from explorer.measure.stability_grid import GAIN, PAPER, SIZES
from explorer.results.stability_grid import (
    overlap_by_size,
    recommendations,
    sweep_curves,
    sweep_type_token,
)
from explorer.results.sweeps import Sweep, source_names
from explorer.results.view import View

GROWING = {"positive": "n_positive", "negative": "n_negative"}
"""Value of the option "growing" → field of a request."""
_OF = "concepts"


def growth(view: View, *, growing: str = "positive") -> Exhibit:
    """Overlap within concept against the size of one set, by source and size of the
    other.
    """
    sweep, along = sweep_of(view), GROWING[growing]
    points = overlap_by_size(view.library, sweep, view.tau, along)
    paper = abs(view.tau.value - PAPER.tau) < 1e-6
    more = ["95% intervals over concepts", _shared(points["shared"], along)]
    if paper:
        more.append("star or dotted line: arXiv 2502.15090, GPT-2, not ours")
    return Exhibit(
        name="set-growth",
        title="What more sentences gain",
        figure=set_growth.by_size(points, along=along, colours=_colours(view), paper=paper),
        caption=provenance(sweep.runs, tau=view.tau, n=len(sweep.words), of=_OF, more=more),
        alt=f"Overlap within concept at τ = {view.tau} against {SIZES[along]}: from "
        f"{points['mean'].min():.2f} to {points['mean'].max():.2f} over {len(points)} runs.",
        filename=f"stability-by-{along.replace('_', '-')}-{view.run.label}",
        source=points,
        lead=_reading(view, sweep, along),
    )


def recommended(view: View, *, growing: str = "positive") -> Exhibit:
    """Beyond which size nothing is gained, for every source and size of the
    other set.
    """
    sweep, along = sweep_of(view), GROWING[growing]
    other = _other(along)
    table = recommendations(view.library, sweep, view.tau, along)
    columns = (
        Column("source"),
        Column(other, SIZES[other], "integer"),
        Column("verdict"),
        Column("size", f"{SIZES[along]}, beyond which", "integer"),
        Column("gain", "gain of the last step", "number", 3, signed=True),
        Column("low", "95% from", "number", 3, signed=True),
        Column("high", "to", "number", 3, signed=True),
        Column("n", "concepts", "integer"),
        Column("shared_at_size", "sentences shared there", "percent"),
        Column("shared_at_largest", "at the largest", "percent"),
    )
    rule = (
        f"levels off: beyond this size no step gains {GAIN}, upper 95% end included; paired by "
        "concept"
    )
    verdicts = "; ".join(
        f"{r.source}, {SIZES[other]} {getattr(r, other):,}: {r.verdict}" for r in table.itertuples()
    )
    return Exhibit(
        name="recommendations",
        title=f"The same for every source and {SIZES[other]} ({len(table)})",
        table=Table(columns, table),
        caption=provenance(sweep.runs, tau=view.tau, n=len(sweep.words), of=_OF, more=[rule]),
        alt=f"What larger sets gain. {verdicts}.",
        filename=f"stability-recommendation-{along.replace('_', '-')}",
        source=table,
    )


def grid(view: View) -> Exhibit:
    """Overlap over τ for every size of both sets, sources by colour."""
    sweep = sweep_of(view)
    curves = sweep_curves(view.library, sweep)
    shares = overlap_by_size(view.library, sweep, view.tau, "n_positive")["shared"]
    sharing = _shared(shares, "n_positive") if len(shares) else "one fold"
    return Exhibit(
        name="stability-grid",
        title="Over set sizes and sources",
        figure=figures.grid(curves, colours=_colours(view), mark=view.tau.value),
        caption=provenance(
            sweep.runs,
            n=len(sweep.words),
            of=_OF,
            more=["95% intervals over concepts", sharing],
        ),
        alt=f"Overlap over τ in a grid of {len(sweep.sizes('n_positive'))} sizes of the positive "
        f"set by {len(sweep.sizes('n_negative'))} of the negative set, "
        f"{curves['source'].nunique()} sources by colour.",
        filename="stability-grid",
        source=curves,
    )


def type_token(view: View) -> Exhibit:
    """Distinct words ÷ words of each source, over equally many sentences."""
    sweep = sweep_of(view)
    table = sweep_type_token(view.library, sweep)
    each = int(table["sentences"].iloc[0]) if len(table) else 0
    columns = (
        Column("source"),
        Column("type_token", "type/token ratio", "number", 3),
        Column("low", "95% from", "number", 3),
        Column("high", "to", "number", 3),
    )
    ratios = "; ".join(f"{r.source} {r.type_token:.3f}" for r in table.itertuples())
    return Exhibit(
        name="type-token",
        title="How varied the words are",
        table=Table(columns, table),
        caption=provenance(
            sweep.runs,
            n=len(sweep.words),
            of=_OF,
            more=[f"{each:,} sentences a concept of every source", "mean over concepts"],
        ),
        alt=f"Type/token ratio: {ratios}.",
        filename="type-token-ratio",
        source=table,
    )


def sweep_of(view: View) -> Sweep:
    """The sweep of the view's run, which the rows need."""
    sweep = view.selection.sweep(view.run)
    assert sweep is not None, "the row needs a sweep"
    return sweep


def _reading(view: View, sweep: Sweep, along: str) -> str:
    """What the verdicts on the run's own source say, a sentence each."""
    table, other = recommendations(view.library, sweep, view.tau, along), _other(along)
    if table.empty:
        return (
            f"All runs of this sweep have the same {SIZES[along]}: nothing can be said of what "
            "more sentences gain."
        )
    source = source_names(view.library.runs())[view.run.request.probe_digest]
    size = getattr(view.run.request, other)
    mine = table[(table["source"] == source) & (table[other] == size)]
    return " ".join(
        f"{source}, {SIZES[other]} {size:,}, τ {view.tau}. {row.reading}"
        for row in mine.itertuples()
    )


def _other(along: str) -> str:
    return next(size for size in SIZES if size != along)


def _colours(view: View) -> Mapping[str, str]:
    return figures.source_colours(source_names(view.library.runs()).values())


def _shared(shares: pd.Series, along: str) -> str:
    side = "positive" if along == "n_positive" else "negative"
    return f"two folds share {percent(shares.min())} to {percent(shares.max())} of {side} sentences"


def _growing(view: View, _: Chosen) -> tuple[str, ...]:
    sweep = view.selection.sweep(view.run)
    if sweep is None:
        return ()
    several = tuple(name for name, size in GROWING.items() if len(sweep.sizes(size)) > 1)
    return several or ("positive",)


ROWS = (
    Row(
        "set-growth",
        "stability",
        "How overlap within a concept grows with the number of sentences.",
        growth,
        (SWEEP, TWO_FOLDS),
        (Option("growing", "Set that grows", _growing),),
    ),
    Row(
        "recommendations",
        "stability",
        "The size beyond which more sentences gain nothing, by source.",
        recommended,
        (SWEEP, TWO_FOLDS, TWO_SIZES),
        (Option("growing", "Set that grows", _growing, follows=True),),
    ),
    Row(
        "stability-grid",
        "stability",
        "Overlap over τ for every size of the positive and the negative set.",
        grid,
        (SWEEP,),
    ),
    Row(
        "type-token",
        "stability",
        "How varied the words of each source are, over equally many sentences.",
        type_token,
        (SWEEP,),
    ),
)

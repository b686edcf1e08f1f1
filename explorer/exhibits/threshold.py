"""Alignment of experts at every τ."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import AT_A_THRESHOLD, JACCARD
from explorer.core.text import rho
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Row
from explorer.figures import threshold as figures
from explorer.results.threshold import alignment_by_threshold
from explorer.results.view import View


def by_threshold(view: View) -> Exhibit:
    """ρ of the experts of a run and of its control against τ, with the share of empty
    sets.
    """
    measured = (
        alignment_by_threshold(view.library, run.id, view.rated, view.overlap) for run in view.pair
    )
    tables = [table.assign(label=run.label) for table, run in zip(measured, view.pair, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    values = ", ".join(f"τ {row.tau:.2f}: {rho(row.rho)}" for row in tables[0].itertuples())
    label = view.rated.label
    return Exhibit(
        name="threshold",
        title="Does it depend on the threshold?",
        lead=_of_empty_sets(tables[0]),
        figure=figures.by_threshold(table, tau=view.tau.value),
        caption=provenance(
            view.pair,
            data=label,
            n=int(table["n"].max()),
            more=[*_by(view), INTERVALS, f"dashed: τ {view.tau}"],
        ),
        alt=f"Alignment of experts with {label} against the threshold. {values}",
        filename=f"alignment-by-threshold-{label}",
        source=table,
    )


def _by(view: View) -> list[str]:
    return [] if view.overlap == JACCARD else [f"overlap {view.overlap.name}"]


def _of_empty_sets(table: pd.DataFrame) -> str:
    bare = table[table["empty"] > 0]
    if bare.empty:
        return "At every τ of the grid both words of every pair have experts."
    return (
        f"From τ {bare['tau'].iloc[0]:.2f} on some pairs have a word without any expert: "
        f"{table['empty'].iloc[-1]:.0%} of the pairs at τ {table['tau'].iloc[-1]:.2f}. Their "
        "overlap counts as 0."
    )


ROWS = (
    Row(
        "threshold",
        "alignment",
        "How much the alignment of experts owes to the choice of τ.",
        by_threshold,
        (RATINGS,),
        overlaps=AT_A_THRESHOLD,
    ),
)

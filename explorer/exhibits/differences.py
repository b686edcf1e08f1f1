"""What makes a difference to alignment: representation, training, size."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import OVERLAPS
from explorer.core.text import rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import differences as figures
from explorer.measure.alignment import ALPHA
from explorer.results.checkpoints import summed_up
from explorer.results.differences import (
    PREVIOUS,
    Comparison,
    comparisons_of_checkpoints,
    comparisons_of_representations,
    comparisons_of_sizes,
    comparisons_with_control,
    differences,
)
from explorer.results.view import View

THIS, EACH, CHECKPOINTS, SIZES = (
    "this and its control",
    "representations",
    "checkpoints",
    "sizes",
)
_COLUMNS = (
    Column("checkpoint", "Checkpoint", width=260),
    Column("comparison", "Difference of ρ"),
    Column("delta", "Δρ", format="number"),
    Column("low", "95% from", format="number"),
    Column("high", "to", format="number"),
    Column("p", "p", format="p"),
    Column("p_holm", "p (Holm)", format="p", help="Corrected for all rows of the same model."),
    Column("n", "pairs", format="integer"),
)


def of_alignment(view: View, *, compare: str = THIS, against: str = PREVIOUS) -> Exhibit:
    """Paired differences of ρ: a table of this run, or a figure over steps."""
    comparisons, runs = _compared(view, compare, against)
    table = differences(view.library, comparisons, view.rated)
    clear = int((table["p_holm"] < ALPHA).sum())
    count = f"{clear} of {len(table)} differ from 0 at 0.05"
    label = view.rated.label
    return Exhibit(
        name="differences",
        title="What makes a difference",
        figure=None if compare == THIS else figures.differences(table),
        table=Table(_COLUMNS, table),
        caption=provenance(
            summed_up(runs),
            tau=view.experts,
            data=label,
            n=int(table["n"].max()),
            more=["paired; " + INTERVALS, "Holm over the rows of each model", count],
        ),
        alt=f"Differences of alignment with {label}{_in_words(table, compare)} {count}.",
        filename=f"alignment-differences-{label}",
        source=table,
    )


def _in_words(table: pd.DataFrame, compare: str) -> str:
    if compare != THIS:
        return " over training steps."
    return (
        ". "
        + "; ".join(
            f"{row.checkpoint}, {row.comparison}: {rho(row.delta)}" for row in table.itertuples()
        )
        + "."
    )


def _compared(
    view: View, compare: str, against: str
) -> tuple[tuple[Comparison, ...], Sequence[RunInfo]]:
    """What is compared, and the runs it is between."""
    if compare == EACH:
        return comparisons_of_representations(view.runs, view.experts), view.runs
    if compare == CHECKPOINTS:
        line = view.selection.checkpoints(view.run)
        return comparisons_of_checkpoints(view, against), line
    if compare == SIZES:
        return comparisons_of_sizes(view), view.runs
    both = comparisons_of_representations(view.pair, view.experts)
    return both + comparisons_with_control(view, view.pair), view.pair


def _kinds(view: View, _: Chosen) -> tuple[str, ...]:
    offered = {
        THIS: True,
        EACH: len(view.runs) > len(view.pair),
        CHECKPOINTS: len(view.selection.checkpoints(view.run)) > 2,
        SIZES: bool(comparisons_of_sizes(view)),
    }
    return tuple(kind for kind, arises in offered.items() if arises)


def _others(view: View, chosen: Chosen) -> tuple[str, ...]:
    if chosen.get("compare") != CHECKPOINTS:
        return ()
    labels = (run.label for run in view.selection.checkpoints(view.run))
    return tuple(dict.fromkeys([PREVIOUS, *labels]))


ROWS = (
    Row(
        "differences",
        "alignment",
        "Differences of ρ between representations, checkpoints and sizes, each with its interval.",
        of_alignment,
        (RATINGS,),
        (
            Option("compare", "Compared", _kinds),
            Option("against", "With checkpoint", _others),
        ),
        overlaps=OVERLAPS,
    ),
)

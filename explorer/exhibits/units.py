"""Units: the list of all experts, and one unit with what it detects."""

from __future__ import annotations

from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.ladder import LADDER, with_mark
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import units as figures
from explorer.results import units as results
from explorer.results.experts import modules, names_of
from explorer.results.view import View

_LISTED = 2000
"""Rows of the list; the CSV holds all."""
_SERVES = ("1", "2", "5", "10", "20")


def table(view: View, *, kind: str = "", layer: str = "", serves: str = "1") -> Exhibit:
    """Units that are experts of a concept, those of many concepts first."""
    every = results.unit_table(view.library, view.run.id, view.tau)
    rows = every[every["concepts"] >= int(serves)]
    rows = rows[rows["kind"] == kind] if kind else rows
    rows = rows[rows["layer"] == int(layer)] if layer else rows
    rows = rows.assign(unit=names_of(rows))
    columns = (
        Column("layer", format="integer", width=60),
        Column("kind", "module", width=160),
        Column("index", format="integer", width=80),
        Column("concepts", format="integer", help="Of how many it is an expert, in a fold."),
        Column("ap", "greatest AP", "number", 3),
        Column("best", "of", help="The concept with the greatest AP."),
    )
    alone = int((every["concepts"] == 1).sum())
    more = [f"the first {_LISTED:,} listed"] if len(rows) > _LISTED else []
    return Exhibit(
        name="units",
        title="Units",
        lead=f"{len(every):,} of {view.run.n_units:,} units are experts of a concept, "
        f"{alone:,} of one alone.",
        table=Table(columns, rows.head(_LISTED).reset_index(drop=True), height=620),
        caption=provenance(view.run, tau=view.tau, n=len(rows), of="units", more=more),
        alt=f"{len(rows)} units of {view.run.label} that are experts at τ = {view.tau}.",
        filename=f"units-{view.run.label}",
        source=rows,
        target=("unit",),
    )


def concepts(view: View, *, unit: str) -> Exhibit:
    """The concepts that a unit detects, by AP over folds, with its rungs for each."""
    number = results.unit_number(view, unit)
    rows = with_mark(results.concepts_of_unit(view, number))
    n = len(rows)
    selective = "selective" if n == 1 else f"shared by {n}" if n else "an expert of none"
    first = ", ".join(f"{r.concept} {r.ap:.3f}" for r in rows.head(3).itertuples())
    columns = (
        Column("concept"),
        Column("domain"),
        LADDER,
        Column("ap", "AP", "number", 3),
        Column("low", "least", "number", 3),
        Column("high", "greatest", "number", 3),
        Column("folds", format="integer"),
    )
    return Exhibit(
        name="unit-concepts",
        title=f"What {unit} detects",
        lead=f"It is {selective}{f': {first}' if n else f' at τ {view.tau}'}.",
        figure=figures.by_concept(rows, results.ap_by_fold(view, number), tau=view.tau.value)
        if n
        else None,
        table=Table(columns, rows, height=420, beside=True),
        caption=provenance(view.pair, tau=view.tau, n=n, of="concepts"),
        alt=f"AP of unit {unit} by concept: {first or 'none above τ'}.",
        filename=f"unit-{unit.replace(':', '-')}",
        source=rows,
        target=("concept",),
        opens="concepts",
    )


def _kinds(view: View, _: Chosen) -> tuple[str, ...]:
    return ("", *dict.fromkeys(modules(view.library, view.run.id)["kind"]))


def _layers(view: View, _: Chosen) -> tuple[str, ...]:
    return ("", *dict.fromkeys(map(str, modules(view.library, view.run.id)["layer"])))


def _first(view: View, _: Chosen) -> tuple[str, ...]:
    every = results.unit_table(view.library, view.run.id, view.tau)
    if every.empty:
        return (f"{modules(view.library, view.run.id)['name'].iloc[0]}:0",)
    return tuple(names_of(every.head(1)))


UNIT = Option("unit", "Unit, as module:index", _first, follows=True, free=True)
ROWS = (
    Row(
        "units",
        "units",
        "Every unit that detects a concept, and how many it detects.",
        table,
        options=(
            Option("kind", "Module", _kinds, "Any module"),
            Option("layer", "Layer", _layers, "Any layer"),
            Option("serves", "Concepts, at least", _SERVES),
        ),
    ),
    Row(
        "unit-concepts",
        "units",
        "The concepts that one unit detects.",
        concepts,
        options=(UNIT,),
    ),
)

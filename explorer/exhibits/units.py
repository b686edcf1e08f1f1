"""Units: the list of all experts, and one unit with what it detects."""

from __future__ import annotations

import pandas as pd

from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.ladder import LADDER, with_mark
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import units as figures
from explorer.results import units as results
from explorer.results.experts import module_rows, modules, names_of, with_places
from explorer.results.view import View

_LISTED = 2000
"""Rows of the list; the CSV holds all."""
_SERVES = ("1", "2", "5", "10", "20")


def table(view: View, *, kind: str = "", layer: str = "", serves: str = "1") -> Exhibit:
    """Units that are experts of a concept, those of many concepts first."""
    library, run = view.library, view.run
    every = results.ranked_units(library, run.id, view.tau)
    places = modules(library, run.id)
    fits = (places["kind"] == kind) | (kind == "")
    fits &= (places["layer"].astype(str) == layer) | (layer == "")
    of = module_rows(places, every["unit"])
    rows = every[(every["concepts"] >= int(serves)) & fits.to_numpy()[of]]

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        table = results.in_words(library, run.id, rows)
        return table.assign(unit=names_of(table))

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
        table=Table(columns, named(rows.head(_LISTED)), height=620),
        caption=provenance(view.run, tau=view.tau, n=len(rows), of="units", more=more),
        alt=f"{len(rows)} units of {view.run.label} that are experts at τ = {view.tau}.",
        filename=f"units-{view.run.label}",
        source=lambda: named(rows),
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
    first = results.first_unit(view.library, view.run.id, view.tau) or 0
    return tuple(names_of(with_places(view.library, view.run.id, pd.DataFrame({"unit": [first]}))))


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

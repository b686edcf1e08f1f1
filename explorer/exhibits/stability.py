"""Stability: what of an expert set comes back, how large the sets are, concept by
concept.
"""

from __future__ import annotations

from collections.abc import Mapping

from explorer.core.records import RunInfo
from explorer.core.text import percent
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import TWIN
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Row
from explorer.figures import stability as figures
from explorer.results.stability import (
    concept_stability,
    overlap_curves,
    set_sizes,
    shared_sentences,
)
from explorer.results.view import View

_OVERLAP_OF = "concepts"


def overlap(view: View) -> Exhibit:
    """Overlap over τ within a concept and between concepts, against chance."""
    return _overlap(view, view.run, "stability")


def overlap_of_twin(view: View) -> Exhibit:
    """The same for the untrained twin."""
    twin = view.selection.twin(view.run)
    assert twin is not None, "the row needs a twin"
    return _overlap(view, twin, "stability-twin")


def sizes(view: View) -> Exhibit:
    """How many experts a concept has, over τ."""
    run, table = view.run, set_sizes(view.library, view.run.id)
    first, last = table.iloc[0], table.iloc[-1]
    return Exhibit(
        name="set-sizes",
        title="Experts per concept",
        figure=figures.set_sizes(table, n_units=run.n_units),
        caption=provenance(
            run, n=len(run.request.concepts), of=_OVERLAP_OF, more=["mean over folds"]
        ),
        alt=f"Experts per concept over τ, {run.label}: median {first['median']:,.0f} of "
        f"{run.n_units:,} at τ = {first['tau']:.2f}, {last['median']:,.0f} at "
        f"τ = {last['tau']:.2f}.",
        filename=f"experts-per-concept-{run.label}",
        source=table,
    )


def concepts(view: View) -> Exhibit:
    """Every concept with the overlap of its folds, least stable first."""
    table = concept_stability(view.library, view.run.id, view.tau)
    columns = (
        Column("concept"),
        Column("domain"),
        Column("overlap", "overlap across folds", "number", 2),
        Column("experts", format="number", digits=1),
    )
    least = ", ".join(table["concept"].head(3))
    return Exhibit(
        name="concept-stability",
        title=f"Concepts at τ = {view.tau}, least stable first",
        table=Table(columns, table, height=370),
        caption=provenance(view.run, tau=view.tau, n=len(table), of=_OVERLAP_OF),
        alt=f"Overlap across folds of {len(table)} concepts; the least stable are {least}.",
        filename=f"stability-by-concept-{view.run.label}",
        source=table,
    )


def sharing(view: View, run: RunInfo) -> str:
    """How many sentences two folds of a run have in common, as a sentence."""
    positive, negative = shared_sentences(view.library, run.id)
    if positive != positive:
        return "one fold: nothing to compare"
    return (
        f"two folds share {percent(positive)} of positive and {percent(negative)} of negative "
        "sentences"
    )


def _overlap(view: View, run: RunInfo, name: str) -> Exhibit:
    curves, shared = overlap_curves(view.library, run.id), sharing(view, run)
    at_tau = curves[(curves["tau"] - view.tau.value).abs() < 1e-6]
    means: Mapping[str, float] = at_tau.set_index("kind")["mean"]
    values = ", ".join(f"{figures.NAMES[kind]} {mean:.2f}" for kind, mean in means.items())
    return Exhibit(
        name=name,
        title=f"Overlap of expert sets, {run.label}",
        figure=figures.overlap_by_tau(curves, title=run.label, sharing=shared, mark=view.tau.value),
        caption=provenance(
            run,
            tau=view.tau,
            n=len(run.request.concepts),
            of=_OVERLAP_OF,
            more=[shared, "95% intervals over concepts"],
        ),
        alt=f"Overlap over τ for {run.label}. At τ = {view.tau}: {values}.",
        filename=f"stability-{run.label}",
        source=curves,
    )


ROWS = (
    Row(
        "stability",
        "stability",
        "Overlap of expert sets within a concept and between concepts over τ, against chance.",
        overlap,
    ),
    Row(
        "stability-twin",
        "stability",
        "The same overlap for the untrained twin: what the architecture alone repeats.",
        overlap_of_twin,
        (TWIN,),
    ),
    Row("set-sizes", "stability", "How many experts a concept has at each τ.", sizes),
    Row(
        "concept-stability",
        "stability",
        "Which concepts come back in other folds, and which do not.",
        concepts,
    ),
)

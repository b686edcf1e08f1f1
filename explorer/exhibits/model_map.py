"""The map of all runs."""

from __future__ import annotations

from explorer.core.similarity import OVERLAPS
from explorer.core.text import rho
from explorer.exhibits.compare import BOTH
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import Need
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Row
from explorer.figures import model_map as figures
from explorer.measure.compare import FEWEST_CONCEPTS
from explorer.results.checkpoints import summed_up
from explorer.results.compare import sides_of
from explorer.results.model_map import ModelMap, model_map
from explorer.results.view import View

_COLUMNS = (
    Column("label", "run or landmark"),
    Column("rho", "ρ with A", "number", help="Second-order similarity."),
    Column("alignment", "ρ with people", "number"),
    Column("x", "x", "number"),
    Column("y", "y", "number"),
)
_ROUGH = 0.2
"""Stress from which Kruskal (1964) calls a map poor."""


def runs_in_the_plane(view: View, **chosen: str) -> Exhibit:
    """Every run a point, near those that find the same pairs similar."""
    sides, drawn = sides_of(view, chosen), model_map(view)
    points = drawn.points
    runs = points[points["run"].notna()]
    others = runs[runs["run"] != view.run.id].dropna(subset=["rho"])
    told = "No other run shares enough concepts with A."
    if len(others):
        nearest = others.loc[others["rho"].idxmax()]
        told = (
            f"Of {len(others)} others, {nearest['label']} is most like A (ρ {rho(nearest['rho'])})."
        )
    known = [run for run in view.selection.runs if run.id in set(runs["run"])]
    return Exhibit(
        name="map",
        title="Map of models",
        lead=told,
        figure=figures.model_map(points, a=view.run.id, b=sides.b.run.id),
        table=Table(_COLUMNS, points, height=420),
        caption=provenance(
            summed_up(known),
            tau=view.experts,
            data=view.ratings.label if view.ratings else None,
            n=len(runs),
            of="runs",
            more=[
                "distance: 1 − Spearman ρ of the overlaps of all pairs of common concepts (at "
                f"most {drawn.n_words}), to human ratings over rated pairs",
                f"SMACOF, runs entered in the order they were made, stress {drawn.stress:.2f}",
            ],
        ),
        alt=f"Map of {len(runs)} runs by second-order similarity. {told}",
        filename="map-of-models",
        source=points,
        notes=_notes(drawn),
        target=("with",),
    )


def _notes(drawn: ModelMap) -> tuple[str, ...]:
    notes = []
    if drawn.stress > _ROUGH:
        notes.append(
            f"The stress is {drawn.stress:.2f}: two dimensions hold these distances only roughly. "
            "Which runs lie together can be trusted more than how far apart; the table has ρ."
        )
    if drawn.left_out:
        notes.append(
            f"Left out, for want of {FEWEST_CONCEPTS} concepts in common with others: "
            f"{', '.join(drawn.left_out[:10])}."
        )
    return tuple(notes)


_OTHERS = Need(
    "three runs",
    lambda view: len(view.selection.runs) > 2,
    "A map takes three finished runs. Extract other checkpoints or models with the same concepts.",
)
ROWS = (
    Row(
        "map",
        "compare",
        "All runs in the plane: near are those that find the same pairs of concepts similar.",
        runs_in_the_plane,
        (_OTHERS,),
        BOTH,
        overlaps=OVERLAPS,
    ),
)

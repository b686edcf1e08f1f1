"""What is near a concept, for the model and for people."""

from __future__ import annotations

from explorer.core.similarity import OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import CONCEPT, Row
from explorer.figures import neighbours as figures
from explorer.probes.datasets import DATASETS
from explorer.results import neighbours as results
from explorer.results.view import View

_GAP = Column(
    "gap",
    format="number",
    signed=True,
    help="Place among the rated pairs by the model − by people, 0 to 1 each.",
)
_COLUMNS = (
    Column("concept"),
    Column("domain"),
    Column("overlap", format="number", digits=3),
    Column("expected", "alike", "number", 3, "Mean of the pairs that share as many words."),
    Column("rung", "rungs", "integer", help="Passed of four, from the first."),
    Column("human", format="number", digits=1),
    _GAP,
)


def neighbours(view: View, *, concept: str) -> Exhibit:
    """All other concepts by overlap, with what people say and what words explain."""
    rows = results.neighbours(view, concept)
    first = ", ".join(f"{r.concept} {r.overlap:.3f}" for r in rows.head(3).itertuples())
    return Exhibit(
        name="neighbours",
        title=f"Nearest to “{concept}”",
        table=Table(_COLUMNS, rows, height=420),
        caption=provenance(view.pair, tau=view.experts, n=len(rows), of="concepts"),
        alt=f"Concepts nearest to {concept} ({view.experts}): {first}.",
        filename=f"neighbours-{concept}-{view.run.label}",
        source=rows,
        target=("concept",),
        opens="pairs",
        given={"other": concept},
    )


def rated(view: View, *, concept: str) -> Exhibit:
    """The rated pairs of a concept: human score against overlap."""
    rows = results.neighbours(view, concept).dropna(subset=["human"])
    label = view.rated.label
    far = rows.reindex(rows["gap"].abs().sort_values(ascending=False).index)
    told = "; ".join(
        f"{'nearer' if r.gap > 0 else 'farther'} than people say: {r.concept} ({_GAP.spell(r.gap)})"
        for r in far.head(2).itertuples()
    )
    if rows.empty:
        told = f"No pair of {label} joins “{concept}” with another concept of this run."
    low, high = DATASETS[view.rated.dataset].scale if view.rated.dataset in DATASETS else (0, 0)
    return Exhibit(
        name="neighbours-rated",
        title=f"“{concept}” by people and by the model",
        lead=f"{told[:1].upper()}{told[1:]}{'' if rows.empty else '.'}",
        figure=figures.rated_neighbours(
            rows, scale=f"{label} score" + (f" ({low:g}–{high:g})" if high else "")
        ),
        caption=provenance(view.run, tau=view.experts, data=label, n=len(rows)),
        alt=f"Human score against overlap of {len(rows)} rated pairs of {concept}. {told}",
        filename=f"rated-{concept}-{label}",
        source=rows,
        target=("concept",),
        opens="pairs",
        given={"other": concept},
    )


ROWS = (
    Row(
        "neighbours",
        "concepts",
        "The concepts that share most experts with one.",
        neighbours,
        options=(CONCEPT,),
        overlaps=OVERLAPS,
    ),
    Row(
        "neighbours-rated",
        "concepts",
        "Pairs with a concept that the model holds nearer or farther than people do.",
        rated,
        (RATINGS,),
        (CONCEPT,),
        overlaps=OVERLAPS,
    ),
)

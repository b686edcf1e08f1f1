"""What moved most between two runs: pairs and concepts."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.core.text import rho
from explorer.exhibits.compare import BOTH, between, caption, refuses
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.row import Option, Row
from explorer.measure.compare import FEWEST_CONCEPTS
from explorer.results.compare import Sides, sides_of
from explorer.results.compare_moved import moved_concepts, moved_pairs
from explorer.results.view import View

PAIRS, RATED, CONCEPTS = "pairs", "rated pairs", "concepts"
_MOST = 100
"""Rows of the table in each direction; its data have all."""
_OF_PAIRS = (
    Column("concept"),
    Column("other"),
    Column("moved", "A − B", "number", 2, "Rank among all pairs, 0 to 1: A minus B.", signed=True),
    Column("overlap_a", "overlap in A", "number", 3),
    Column("overlap_b", "overlap in B", "number", 3),
    Column("human", "human", "number", 1),
    Column("domains", "domains"),
    Column("apart", "folds apart", "check", help="Every fold of A on one side of every one of B."),
)
_OF_CONCEPTS = (
    Column("concept"),
    Column("domain"),
    Column("resemblance", "ρ, A with B", "number", 2, "Of its overlaps with all other concepts."),
    Column("folds", "ρ, fold with fold", "number", 2, "The same between two folds of one run."),
    Column("experts_a", "experts in A", "integer"),
    Column("experts_b", "experts in B", "integer"),
)


def moved(view: View, *, moved: str = PAIRS, **chosen: str) -> Exhibit:
    """The pairs or the concepts that moved most; a row opens its page."""
    sides = sides_of(view, chosen)
    if moved == CONCEPTS:
        return _concepts(view, sides)
    return _pairs(view, sides, rated=moved == RATED)


def _pairs(view: View, sides: Sides, *, rated: bool) -> Exhibit:
    rows = moved_pairs(view, sides)
    n = len(rows)
    if rated:
        rows = rows[rows["human"].notna()].reset_index(drop=True)
    judged = rows["apart"].notna().any()
    apart = [f"{int(rows['apart'].sum()):,} with folds apart"] if judged else []
    columns = [column for column in _OF_PAIRS if judged or column.name != "apart"]
    return Exhibit(
        name="compare-moved",
        title="Pairs that moved most",
        lead=_told(rows),
        table=Table(tuple(columns), _most(rows), height=420),
        caption=caption(
            sides,
            n=len(rows),
            of="rated pairs" if rated else "pairs of common concepts",
            data=view.ratings.label if view.ratings else None,
            more=[
                f"ranks among all {n:,} pairs, 0 to 1: A minus B",
                *apart,
                f"the table has up to {_MOST} each way",
            ],
        ),
        alt=f"Pairs whose rank of overlap differs most between {between(sides)}. {_told(rows)}",
        filename=f"compare-moved-{'rated-' * rated}pairs",
        source=rows,
        notes=() if judged else ("Whether folds lie apart cannot be said: no run has several.",),
        target=("concept", "other"),
        opens="pairs",
    )


def _most(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that moved most in each direction."""
    each = [rows[rows["moved"] > 0].head(_MOST), rows[rows["moved"] <= 0].head(_MOST)]
    return pd.concat(each).sort_index(ignore_index=True)


def _told(rows: pd.DataFrame) -> str:
    parts = []
    for side, part in (("A", rows[rows["moved"] > 0]), ("B", rows[rows["moved"] < 0])):
        named = ", ".join(f"{r.concept} – {r.other}" for r in part.head(3).itertuples())
        parts += [f"closer in {side}: {named}"] if named else []
    return f"Moved most, {'; '.join(parts)}." if parts else "No pair moved."


def _concepts(view: View, sides: Sides) -> Exhibit:
    rows = moved_concepts(view, sides)
    first = ", ".join(f"{r.concept} ({rho(r.resemblance)})" for r in rows.head(3).itertuples())
    return Exhibit(
        name="compare-moved",
        title="Concepts that moved most",
        lead=f"Least like themselves: {first}.",
        table=Table(_OF_CONCEPTS, rows, height=420),
        caption=caption(
            sides,
            n=len(rows),
            of="common concepts",
            more=["Spearman ρ of a concept’s overlaps with all others, A against B"],
        ),
        alt=f"How much concepts resemble themselves in {between(sides)}; least: {first}.",
        filename="compare-moved-concepts",
        source=rows,
        target=("concept",),
        opens="concepts",
    )


def _kinds(view: View, _: object) -> tuple[str, ...]:
    return (PAIRS, RATED, CONCEPTS) if view.ratings is not None else (PAIRS, CONCEPTS)


ROWS = (
    Row(
        "compare-moved",
        "compare",
        "The pairs and concepts whose overlaps differ most between two runs.",
        moved,
        options=(*BOTH, Option("moved", "What moved", _kinds)),
        refuses=refuses(FEWEST_CONCEPTS),
        overlaps=OVERLAPS,
    ),
)

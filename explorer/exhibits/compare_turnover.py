"""Turnover of units between two checkpoints of one training."""

from __future__ import annotations

import pandas as pd

from explorer.core.text import percent
from explorer.exhibits.compare import BOTH, between, caption
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.row import Chosen, Row
from explorer.figures import compare_turnover as figures
from explorer.results.compare import common, refusal, sides_of
from explorer.results.compare_turnover import by_kind, obstacle
from explorer.results.view import View

_BASIS = (
    "Only outputs that go through a nonlinearity one by one keep a fixed basis. What is written "
    "to the residual stream, and queries, keys and values, may turn as a whole while training "
    "goes on: few of their units may stay experts though nothing is forgotten."
)
_COLUMNS = (
    Column("kind", "module"),
    Column("experts", "experts in A", "number", 1),
    Column("stayed", "stayed", "percent"),
    Column("low", "95% from", "percent"),
    Column("high", "to", "percent"),
    Column("chance", "by chance", "percent"),
    Column("others", "of another concept", "percent"),
    Column("fixed", "feeds a nonlinearity", "check"),
)


def turnover(view: View, **chosen: str) -> Exhibit:
    """How many of A's experts of a concept are its experts in B, kind by kind."""
    sides = sides_of(view, chosen)
    rows = by_kind(view, sides)
    told = _told(rows)
    return Exhibit(
        name="compare-turnover",
        title="Which units stay experts",
        lead=told,
        figure=figures.by_kind(rows),
        table=Table(_COLUMNS, rows),
        caption=caption(
            sides,
            n=len(common(view.library, sides).words),
            of="common concepts",
            more=[
                "share of A’s experts of a concept that are its experts in B, fold by fold",
                "95% percentile bootstrap over concepts",
                "chance: as many units of the kind at random",
            ],
        ),
        alt=f"Turnover of experts between {between(sides)}. {told}",
        filename="compare-turnover",
        source=rows,
        notes=(_BASIS,),
    )


def _told(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["stayed"])
    if known.empty:
        return "A has no expert of a common concept, so none could stay."
    most, least = known.loc[known["stayed"].idxmax()], known.loc[known["stayed"].idxmin()]
    return (
        f"Most stay in {most['kind']}, {percent(most['stayed'])} (chance "
        f"{percent(most['chance'])}), fewest in {least['kind']}, {percent(least['stayed'])} "
        f"(chance {percent(least['chance'])})."
    )


def _refuses(view: View, chosen: Chosen) -> str | None:
    sentence = refusal(view, chosen, 1)
    return sentence or obstacle(view.library, sides_of(view, chosen))


ROWS = (
    Row(
        "compare-turnover",
        "compare",
        "How many experts of a concept stay its experts between two checkpoints of a training.",
        turnover,
        options=BOTH,
        refuses=_refuses,
    ),
)

"""Representation or shared context: alignment when shared words are held constant."""

from __future__ import annotations

from typing import Any

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.core.text import interval, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Row
from explorer.figures import partial as figures
from explorer.results.partial import SURFACE, partial_alignments
from explorer.results.view import View

_LEAD = (
    "Related concepts have sentences with the same words in them, so a model could seem aligned by "
    "the words it reads alone. Here the similarity of those words is held constant: what is left "
    "of ρ they do not explain. It is a strict control. Words in common are themselves a sign of "
    "meaning, and what a model owes them is lost."
)
_COLUMNS = (
    Column("label", "Checkpoint"),
    Column("representation", "Similarity"),
    Column("raw", "ρ [95% CI]"),
    Column("rest", "given shared words"),
    Column("partial_p", "p", format="p"),
    Column("p_holm", "p (Holm)", format="p"),
    Column("n", "pairs", format="integer"),
)


def raw_and_partial(view: View) -> Exhibit:
    """Raw ρ and ρ given the words that the sentences of two concepts share."""
    table = partial_alignments(view.library, view.pair, view.rated, view.experts)
    words: Any = next(table[table["representation"] == SURFACE].itertuples())
    alone = f"{SURFACE}: ρ = {rho(words.rho)} {interval(words.low, words.high)}"
    label = view.rated.label
    return Exhibit(
        name="partial",
        title="Representation or shared context?",
        lead=_LEAD,
        figure=figures.raw_and_partial(table, [run.label for run in view.pair]),
        table=Table(_COLUMNS, _read(table)),
        caption=provenance(
            view.pair,
            tau=view.experts,
            data=label,
            n=int(table["n"].max()),
            more=[
                "shared words: cosine of TF-IDF of each concept's sentences without its own word "
                "forms",
                alone,
                "partial Spearman correlation (Conover 1999, section 5.4)",
                INTERVALS,
                "Holm over the partial ρ of each run",
            ],
        ),
        alt=f"Raw and partial alignment with {label}. {_in_words(table)}; {alone}.",
        filename=f"alignment-partial-{label}",
        source=table,
        notes=tuple(table.loc[table["note"] != "", "note"].drop_duplicates()),
    )


def _read(table: pd.DataFrame) -> pd.DataFrame:
    raw = [f"{rho(r.rho)} {interval(r.low, r.high)}" for r in table.itertuples()]
    rest = [
        f"{rho(r.partial)} {interval(r.partial_low, r.partial_high)}" for r in table.itertuples()
    ]
    return table.assign(raw=raw, rest=rest)


def _in_words(table: pd.DataFrame) -> str:
    rows = table.dropna(subset="partial").itertuples()
    return "; ".join(
        f"{r.label}, {r.representation}: {rho(r.rho)} to {rho(r.partial)}" for r in rows
    )


ROWS = (
    Row(
        "partial",
        "alignment",
        "What is left of ρ when the words that the sentences of two concepts share are constant.",
        raw_and_partial,
        (RATINGS,),
        overlaps=OVERLAPS,
    ),
)

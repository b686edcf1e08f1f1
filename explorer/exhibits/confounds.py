"""What else could explain an alignment: each confound held constant, and all."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import EXPERTS, OVERLAPS
from explorer.core.text import interval, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Row
from explorer.figures import confounds as figures
from explorer.results.confounds import EVERYTHING, NOTHING, confounds
from explorer.results.view import View

_COLUMNS = (
    Column("label", "Checkpoint"),
    Column("representation", "Similarity"),
    Column("held", "Held constant"),
    Column("value", "ρ [95% CI]"),
    Column("p", "p", format="p"),
    Column("p_holm", "p (Holm)", format="p"),
    Column("n", "pairs", format="integer"),
)


def panel(view: View) -> Exhibit:
    """Partial ρ of each representation given each confound, and given all."""
    table = confounds(view)
    labels = dict(zip(table["weights"], table["label"], strict=True))
    label = view.rated.label
    values = [f"{rho(r.rho)} {interval(r.low, r.high)}" for r in table.itertuples()]
    return Exhibit(
        name="confounds",
        title="Is it frequency, spelling, or the number of experts?",
        lead=f"{_told(table)} Held constant together are the words that the sentences share, how "
        "frequent the two words are, their letters, and how many experts they have.",
        figure=figures.confounds(table, labels),
        table=Table(_COLUMNS, table.assign(value=values)),
        caption=provenance(
            view.pair,
            tau=view.experts,
            data=label,
            n=int(table["n"].max()),
            more=[
                "word frequency: in the sentences of the other concepts, sum and difference of "
                "the two logarithms",
                "spelling: shared letter trigrams",
                "sizes: sum and difference of the logarithms of the numbers of experts",
                "partial Spearman correlation (Conover 1999, section 5.4)",
                INTERVALS,
                "Holm over the rows of each run",
            ],
        ),
        alt=f"Alignment with {label}, confounds held constant. {_told(table)}",
        filename=f"alignment-confounds-{label}",
        source=table,
        notes=tuple(table.loc[table["note"] != "", "note"].drop_duplicates()),
    )


def _told(table: pd.DataFrame) -> str:
    mine = table[(table["weights"] == "run") & (table["representation"] == EXPERTS)]
    raw, rest = (mine[mine["held"] == held].iloc[0] for held in (NOTHING, EVERYTHING))
    return (
        f"Of ρ = {rho(raw['rho'])} of the experts {rho(rest['rho'])} "
        f"{interval(rest['low'], rest['high'])} is left when everything is held constant."
    )


ROWS = (
    Row(
        "confounds",
        "alignment",
        "What is left of ρ given shared words, word frequency, spelling and numbers of experts.",
        panel,
        (RATINGS,),
        overlaps=OVERLAPS,
    ),
)

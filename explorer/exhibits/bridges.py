"""Bridges: pairs of concepts of two domains that share more experts than expected."""

from __future__ import annotations

from explorer.core.similarity import JACCARD, OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import DOMAINS, Need
from explorer.exhibits.provenance import cut_at_chance, provenance
from explorer.exhibits.row import Row
from explorer.measure.alignment import ALPHA
from explorer.results.bridges import bridges
from explorer.results.view import View

_COLUMNS = (
    Column("rank", "rank", format="integer", width=52),
    Column("bridge"),
    Column("overlap", format="number", digits=3, width=72),
    Column("p_max", "p, max", "number", 3, "Corrected for all cross-domain pairs.", 64),
    Column(
        "p",
        "p, rank",
        "number",
        3,
        "Against all cross-domain pairs of the two concepts.",
        64,
    ),
    Column(
        "p_shuffled",
        "p, shuffled",
        "number",
        3,
        "What a pair has beyond its concepts’ sums, dealt to pairs at random.",
        80,
    ),
    Column("paper", "in the paper", "check", width=90),
    Column("domains"),
)
NULL = (
    "**p, rank** compares a pair with all cross-domain pairs of its two concepts. **p, shuffled** "
    "deals what every pair has beyond its concepts’ sums of cross-domain overlap to the pairs at "
    "random. **p, max** corrects that for having looked at all pairs: how often any pair would "
    "reach this overlap. **In the paper** marks examples that Fedzechkina et al. name: “driver” "
    "with “bus” and “vehicle”, and “racing” between sports and vehicles."
)


def strongest_bridges(view: View) -> Exhibit:
    """The strongest pairs across domains with their p, and the paper's examples."""
    table = bridges(view.library, view.run.id, view.experts)
    rows = table.assign(
        bridge=table["word1"] + " – " + table["word2"],
        domains=table["domain1"] + " – " + table["domain2"],
    )
    sure = int((table["p_max"] < ALPHA).sum())
    first = "; ".join(f"{r.bridge} {r.overlap:.3f}" for r in rows.head(3).itertuples())
    return Exhibit(
        name="bridges",
        title="Bridges between domains",
        table=Table(_COLUMNS, rows, height=420),
        caption=provenance(
            view.run,
            tau=view.experts,
            n=len(table),
            of="pairs",
            more=[
                *cut_at_chance(view.experts),
                f"{sure} with p, max below {ALPHA}",
                "2,000 shuffles, seed 0",
                "the paper’s examples at whatever rank",
            ],
        ),
        alt=f"The strongest of {len(table)} pairs of concepts of two domains: {first}.",
        filename=f"bridges-{view.run.label}",
        source=table,
    )


_BRIDGE = Need(
    "experts shared across domains",
    lambda view: not bridges(view.library, view.run.id, view.experts).empty,
    lambda view: (
        "No two concepts of different domains share an expert at this τ. Lower τ to see bridges."
        if view.overlap == JACCARD
        else f"No two concepts of different domains overlap ({view.experts})."
    ),
)
ROWS = (
    Row(
        "bridges",
        "domains",
        "Concepts of two domains that share experts, with what chance would give.",
        strongest_bridges,
        (DOMAINS, _BRIDGE),
        overlaps=OVERLAPS,
    ),
)

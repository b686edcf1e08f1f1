"""The networks of two runs in one layout."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.exhibits.compare import BOTH, between, caption, refuses
from explorer.exhibits.domains import EDGES
from explorer.exhibits.exhibit import Column, Exhibit, Network, Table
from explorer.exhibits.provenance import cut_at_chance, nothing_shared
from explorer.exhibits.row import SWITCH, Chosen, Option, Row
from explorer.figures import compare_network as figures
from explorer.results.compare import sides_of
from explorer.results.compare_network import Networks, has_both, networks
from explorer.results.view import View

CHANGES, OF_A, OF_B = "gained and lost", "A", "B"
_COLUMNS = (
    Column("word1", "concept"),
    Column("word2", "other"),
    Column("link"),
    Column("overlap_a", "overlap in A", "number", 3),
    Column("overlap_b", "overlap in B", "number", 3),
)


def network(
    view: View,
    *,
    network: str = CHANGES,
    edges: str = "80",
    all: str = SWITCH[0],
    **chosen: str,
) -> Exhibit:
    """The strongest links of both sides, every concept at one place."""
    sides = sides_of(view, chosen)
    shown = networks(view, sides, everything=all == SWITCH[1])
    rows = _links(shown, int(edges))
    wanted = {CHANGES: list(figures.LOOKS), OF_A: [figures.BOTH, figures.ONLY_A]}
    drawn = rows[rows["link"].isin(wanted.get(network, [figures.BOTH, figures.ONLY_B]))]
    counts = rows["link"].value_counts()
    told = ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in figures.LOOKS)
    place = {word: k for k, word in enumerate(shown.words)}
    width = {CHANGES: drawn[["overlap_a", "overlap_b"]].max(axis=1), OF_A: drawn["overlap_a"]}
    lines = zip(
        [place[word] for word in drawn["word1"]],
        [place[word] for word in drawn["word2"]],
        drawn["link"],
        width.get(network, drawn["overlap_b"]),
        strict=True,
    )
    return Exhibit(
        name="compare-network",
        title="Links gained and lost",
        lead=f"Of the {edges} strongest links of each: {told}.",
        network=Network(
            figures.network_data(list(lines), shown.words, shown.domains, shown.places)
        ),
        table=Table(_COLUMNS, drawn, height=420),
        caption=caption(
            sides,
            n=len(shown.words),
            of="common concepts",
            more=[
                *cut_at_chance(sides.a.experts),
                f"the {edges} strongest overlaps of each; {told}",
                "placed once, by the overlaps of both",
                "width: the greater overlap"
                if network == CHANGES
                else f"width: overlap in {network}",
            ],
        ),
        alt=f"Network of {len(shown.words)} concepts with the links of {between(sides)}: {told}.",
        filename=f"compare-network-{network.replace(' ', '-')}",
        source=drawn,
        notes=() if len(rows) else (nothing_shared(sides.a.experts),),
        target=("concept",),
        opens="concepts",
    )


def _links(shown: Networks, n_edges: int) -> pd.DataFrame:
    rows = [
        (shown.words[i], shown.words[j], kind, shown.a[i, j], shown.b[i, j])
        for i, j, kind in figures.links(shown.a, shown.b, n_edges)
    ]
    return pd.DataFrame(rows, columns=["word1", "word2", "link", "overlap_a", "overlap_b"])


def _everything(view: View, chosen: Chosen) -> tuple[str, ...]:
    return SWITCH if has_both(view, sides_of(view, chosen)) else ()


ROWS = (
    Row(
        "compare-network",
        "compare",
        "The strongest links of two runs in one layout: in both, only in the one, in the other.",
        network,
        options=(
            *BOTH,
            Option("network", "Network", (CHANGES, OF_A, OF_B)),
            Option(
                "edges", "Links of each", EDGES, "The strongest overlaps.", scale=True, default="80"
            ),
            Option("all", "Also concepts without a domain", _everything),
        ),
        refuses=refuses(2),
        overlaps=OVERLAPS,
    ),
)

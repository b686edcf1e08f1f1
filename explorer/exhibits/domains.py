"""Domains: the network of concepts, and what stands nearest to one of them."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Network, Table
from explorer.exhibits.provenance import cut_at_chance, nothing_shared, provenance
from explorer.exhibits.row import SWITCH, Chosen, Option, Row
from explorer.figures import domains as figures
from explorer.results.domains import (
    Concepts,
    concept_places,
    concepts_with_domains,
    last_checkpoint,
)
from explorer.results.reading import has_domains
from explorer.results.view import View

EDGES = tuple(map(str, (10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000)))
_ON = SWITCH[1]
_OVERLAP = Column("overlap", format="number", digits=3)


def network(
    view: View,
    *,
    edges: str = "80",
    places: str = SWITCH[0],
    all: str = SWITCH[0],
    concept: str = "",
) -> Exhibit:
    """The concepts with their strongest overlaps as links, domains in colour."""
    shown, every = shown_concepts(view, all)
    placed_by = last_checkpoint(view) if places == _ON else view.run
    at = concept_places(view.library, placed_by.id, view.experts, every)
    n_edges = int(edges)
    links = _links(shown, n_edges)
    same = (links["domain1"] == links["domain2"]) & links["domain1"].notna()
    within = int(same.sum())
    counts = f"{len(links)} links, {within} within a domain, {len(links) - within} across (dashed)"
    weakest = f"overlap ≥ {links['overlap'].min():.3f}" if len(links) else "no overlap"
    borrowed = [] if placed_by.id == view.run.id else [f"placed as in {placed_by.label}"]
    data = figures.network_data(
        shown.matrix, shown.words, shown.domains, at, n_edges=n_edges, selected=concept or None
    )
    return Exhibit(
        name="network",
        title="Concepts that share experts",
        network=Network(data),
        table=Table((*map(Column, ("word1", "domain1", "word2", "domain2")), _OVERLAP), links, 420),
        caption=provenance(
            view.run,
            tau=view.experts,
            n=len(shown.words),
            of="concepts",
            more=[*cut_at_chance(view.experts), counts, weakest, *borrowed],
        ),
        alt=f"Network of {len(shown.words)} concepts of {view.run.label} ({view.experts}): "
        f"{counts}.",
        filename=f"network-{view.run.label}",
        source=links,
        notes=() if len(links) else (nothing_shared(view.experts),),
        target=("concept",),
    )


def shown_concepts(view: View, everything: str) -> tuple[Concepts, bool]:
    """The concepts that a page shows, and whether those without a domain are among
    them.
    """
    every = everything == _ON or not has_domains(view.library, view.run.id)
    return concepts_with_domains(view.library, view.run.id, view.experts, everything=every), every


def _links(shown: Concepts, n_edges: int) -> pd.DataFrame:
    rows = [
        (
            *(shown.words[a], shown.domains[a], shown.words[b], shown.domains[b]),
            shown.matrix[a, b],
        )
        for a, b in figures.strongest(shown.matrix, n_edges)
    ]
    return pd.DataFrame(rows, columns=["word1", "domain1", "word2", "domain2", "overlap"])


def _everything(view: View, _: Chosen) -> tuple[str, ...]:
    return SWITCH if has_domains(view.library, view.run.id) else ()


def _words(view: View, chosen: Chosen) -> tuple[str, ...]:
    shown, _ = shown_concepts(view, chosen.get("all", SWITCH[0]))
    return tuple(sorted(shown.words))


EVERYTHING = Option("all", "Also concepts without a domain", _everything)
ROWS = (
    Row(
        "network",
        "domains",
        "Concepts that share experts are linked; links within a domain have its colour.",
        network,
        options=(
            Option(
                "edges", "Links shown", EDGES, "The strongest overlaps.", scale=True, default="80"
            ),
            EVERYTHING,
            Option(
                "places",
                "Places of the last checkpoint",
                SWITCH,
                "Every concept stays where the last, or the trained, checkpoint puts it.",
            ),
            Option(
                "concept",
                "Concept",
                lambda view, chosen: ("", *_words(view, chosen)),
                "Choose, or click in the network",
            ),
        ),
        overlaps=OVERLAPS,
    ),
)

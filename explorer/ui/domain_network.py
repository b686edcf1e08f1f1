"""Section of the page of domains: the network, where its concepts stand, and the
neighbours of one.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import domains as figures
from explorer.ui import domain_measures, library, shell
from explorer.ui.components.network import show_network
from explorer.ui.controls import bound, pick
from explorer.ui.domain_measures import DomainView

EDGES = (10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000)


def pick_edges() -> int:
    """How many links to draw at most."""
    pick.warn_of_bad("edges", [str(n) for n in EDGES], "80")
    return int(
        st.select_slider(
            "Links shown",
            EDGES,
            value=80,
            key="edges",
            bind="query-params",
            help="The strongest overlaps, at most so many.",
        )
    )


def pick_places(run: RunInfo) -> RunInfo:
    """The run whose overlaps place the concepts: the chosen one, or on request the last
    of its model.
    """
    same = bound.toggle(
        "places",
        "Places of the last checkpoint",
        "Every concept stays where the last, or the trained, checkpoint of this model puts it.",
    )
    return domain_measures.last_of(run, library.runs()) if same else run


def pick_concept(view: DomainView) -> str | None:
    """A concept to look at, by name or by a click in the network."""
    pick.warn_of_bad("concept", view.words, "none")
    if st.session_state.get("concept") not in (None, *view.words):
        st.session_state["concept"] = None
    return st.selectbox(
        "Concept",
        sorted(view.words),
        index=None,
        key="concept",
        bind="query-params",
        placeholder="Choose, or click in the network",
    )


def show(
    run: RunInfo,
    tau: float,
    view: DomainView,
    *,
    n_edges: int,
    placed_by: RunInfo,
    only: bool,
    concept: str | None,
) -> None:
    """The network with its links as CSV, and the nearest of the chosen concept."""
    places = domain_measures.positions(placed_by.id, tau, only)
    data = figures.network_data(
        view.matrix, view.words, view.domains, places, n_edges=n_edges, selected=concept
    )
    edges = pd.DataFrame(
        [
            (view.words[a], view.domains[a], view.words[b], view.domains[b], view.matrix[a, b])
            for a, b in figures.strongest(view.matrix, n_edges)
        ],
        columns=["word1", "domain1", "word2", "domain2", "overlap"],
    )
    if edges.empty:
        shell.notice("No two concepts share an expert at this τ; lower it to see links.")
    within = int(((edges["domain1"] == edges["domain2"]) & edges["domain1"].notna()).sum())
    counts = f"{len(edges)} links, {within} within a domain, {len(edges) - within} across (dashed)"
    weakest = f"overlap ≥ {edges['overlap'].min():.3f}" if len(edges) else "no overlap"
    borrowed = [] if placed_by.id == run.id else [f"placed as in {placed_by.label}"]
    show_network(
        data,
        key="network",
        alt=f"Network of {len(view.words)} concepts of {run.label} at τ = {tau:.2f}: {counts}.",
        filename=f"domains-{run.label}",
        on_concept=_select,
    )
    shell.figure_footer(
        key="network_footer",
        caption=text.provenance(
            run, tau=tau, n=len(view.words), of="concepts", more=[counts, weakest, *borrowed]
        ),
        data=edges,
        filename=f"network-{run.label}",
    )
    if concept:
        st.markdown(f"**Nearest to {text.plain(concept)}**")
        st.dataframe(
            domain_measures.neighbours(view, concept).head(10),
            hide_index=True,
            key="neighbours_table",
            column_config={"overlap": st.column_config.NumberColumn(format="%.3f")},
        )


def _select(word: str) -> None:
    st.session_state["concept"] = word

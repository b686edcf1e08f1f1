"""Sections of the page of domains: the overlap matrix with its tree, and the bridges
between domains.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures.heatmap import NAMED, domain_order, heatmap
from explorer.ui import domain_measures, shell
from explorer.ui.controls import bound
from explorer.ui.domain_measures import DomainView

TREE, DOMAIN = "dendrogram", "domain"
ORDERS = (TREE, DOMAIN)
_LINKAGE = (
    "average linkage of 1 − overlap (Sokal & Michener 1958), optimal leaf order "
    "(Bar-Joseph et al. 2001)"
)
_NULL = (
    "**p, rank** compares a pair with all cross-domain pairs of its two concepts. **p, shuffled** "
    "deals what every "
    "pair has beyond its concepts’ sums of cross-domain overlap to the pairs at random. **p, "
    "max** corrects that for "
    "having looked at all pairs: how often any pair would reach this overlap. **In the paper** "
    "marks examples that "
    "Fedzechkina et al. name: “driver” with “bus” and “vehicle”, and “racing” between sports and "
    "vehicles."
)


def show_heatmap(run: RunInfo, tau: float, view: DomainView, *, only: bool) -> None:
    """The overlap of every two concepts, ordered as chosen, with the tree where it
    gives the order.
    """
    st.subheader("Overlap of every two concepts", anchor=False)
    chosen = bound.choice("order", "Ordered by", ORDERS)
    tree = domain_measures.tree(run.id, tau, only) if chosen == TREE else None
    order = tree.order if tree else domain_order(view.domains)
    words = [view.words[i] for i in order]
    n = len(words)
    if tree:
        agreement = text.rho(tree.cophenetic)
        more = [_LINKAGE, f"cophenetic correlation {agreement} over {tree.n_pairs:,} pairs"]
    else:
        more = ["ordered by domain"]
    if n > NAMED:
        st.caption("Hover to read the names: more than " + f"{NAMED} do not fit beside the rows.")
    shell.show_figure(
        heatmap(view.matrix, view.words, view.domains, tree=tree),
        key="heatmap_figure",
        caption=text.provenance(run, tau=tau, n=n, of="concepts", more=["mean over folds", *more]),
        data=lambda: (
            pd.DataFrame(view.matrix[order][:, order], words, words)
            .rename_axis("concept")
            .reset_index()
        ),
        filename=f"overlap-{run.label}",
        alt=f"Overlap matrix of {n} concepts of {run.label}, "
        + (
            f"in the order of the dendrogram at its left: {', '.join(words)}."
            if tree
            else "ordered by domain."
        ),
    )


def show_bridges(run: RunInfo, tau: float) -> None:
    """The strongest pairs across domains with their p, and the paper's examples
    wherever they rank.
    """
    st.subheader("Bridges between domains", anchor=False)
    table = domain_measures.bridges(run.id, tau)
    if table.empty:
        shell.notice("No two concepts of different domains share an expert at this τ.")
        return
    named = pd.DataFrame(
        {
            "rank": table["rank"],
            "bridge": [f"{r.word1} – {r.word2}" for r in table.itertuples()],
            **{name: table[name] for name in ("overlap", "p_max", "p", "p_shuffled", "paper")},
            "domains": [f"{r.domain1} – {r.domain2}" for r in table.itertuples()],
        }
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        named,
        hide_index=True,
        height=420,
        key="bridges_table",
        column_config={
            "rank": number("", width=36),
            "overlap": number(format="%.3f", width=64),
            "p_max": number(
                "p, max", format="%.3f", width=60, help="Corrected for all cross-domain pairs."
            ),
            "p": number("p, rank", format="%.3f", width=60),
            "p_shuffled": number("p, shuffled", format="%.3f", width=76),
            "paper": st.column_config.CheckboxColumn("in the paper", width=80),
        },
    )
    sure = int((table["p_max"] < 0.05).sum())
    shell.figure_footer(
        key="bridges_footer",
        caption=text.provenance(
            run,
            tau=tau,
            n=len(table),
            of="pairs",
            more=[
                f"{sure} with p, max below 0.05",
                "2,000 shuffles, seed 0",
                "the paper’s examples at whatever rank",
            ],
        ),
        data=table,
        filename=f"bridges-{run.label}",
    )
    with st.expander("What the p values ask"):
        st.markdown(_NULL)

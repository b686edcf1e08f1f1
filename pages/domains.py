"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

import streamlit as st

from explorer.ui import (
    domain_matrix,
    domain_measures,
    domain_network,
    domain_recovery,
    library,
    shell,
)
from explorer.ui.controls import pick

LEAD = (
    "Concepts that share experts are linked. If a model keeps domains apart, links stay within "
    "colours."
)


def page() -> None:
    """Controls, network, measures beside the control's and over checkpoints, matrix
    with its tree, bridges.
    """
    shell.header("Domains", LEAD)
    if not library.runs():
        shell.empty_state(
            "No run yet",
            "Domains are read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    first, second, third = st.columns([5, 3, 3])
    with first:
        run = pick.pick_run()
    with second:
        tau = pick.pick_tau()
    with third:
        n_edges = domain_network.pick_edges()
    assert run is not None
    pick.warn_of_chance(run, tau)
    labelled = library.has_domains(run.id)
    if not labelled:
        shell.notice(
            "The concepts of this run have no domains to recover; the network shows all of them."
        )
    left, right = st.columns([5, 6], vertical_alignment="bottom")
    with right.container(horizontal=True, gap="medium"):
        pick.warn_of_bad("all", ("true", "false"), "off")
        everything = st.toggle(
            "Also concepts without a domain", key="all", bind="query-params", disabled=not labelled
        )
        placed_by = domain_network.pick_places(run)
    only = labelled and not everything
    view = domain_measures.domain_view(run.id, tau, with_domain_only=only)
    with left:
        concept = domain_network.pick_concept(view)
    with shell.guard():
        domain_network.show(
            run, tau, view, n_edges=n_edges, placed_by=placed_by, only=only, concept=concept
        )
    left, right = st.columns([11, 9], gap="medium")
    with left, shell.guard():
        domain_matrix.show_heatmap(run, tau, view, only=only)
    if labelled:
        with right, shell.guard():
            domain_matrix.show_bridges(run, tau)
        with shell.guard():
            domain_recovery.show_recovery(run, tau)
        with shell.guard():
            domain_recovery.show_steps(run, tau)


with shell.guard():
    page()

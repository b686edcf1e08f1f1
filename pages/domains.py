"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

import streamlit as st

from explorer.exhibits.bridges import NULL
from explorer.exhibits.needs import DOMAINS, TRAJECTORY
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Concepts that share experts are linked. If a model keeps domains apart, links stay within "
    "colours."
)


def page() -> None:
    """Controls, network, matrix with its tree, bridges, recovery of the domains."""
    shell.header("Domains", LEAD)
    view = controls.run_and_tau()
    if view is None:
        shell.empty_state(
            "No run yet",
            "Domains are read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    labelled = DOMAINS.met(view)
    if not labelled:
        shell.notice(
            "The concepts of this run have no domains to recover; the network shows all of them."
        )
    show("network", view, heading=False)
    if address.value("concept"):
        show("neighbours", view)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        show("heatmap", view)
    if not labelled:
        return
    with right:
        if show("bridges", view):
            with st.expander("What the p values ask"):
                st.markdown(NULL)
    show("recovery", view)
    show("recovery-tau", view)
    if TRAJECTORY.met(view):
        show("recovery-steps", view)


with shell.guard():
    page()

"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

import streamlit as st

from explorer.exhibits.bridges import NULL
from explorer.exhibits.needs import DOMAINS, TRAJECTORY
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Concepts that share experts are linked. If a model keeps domains apart, links stay within "
    "colours."
)


def page() -> None:
    """Controls, then one section: network, matrix with its tree, bridges, recovery."""
    shell.header("Domains", LEAD)
    view = controls.run_and_tau(overlaps=True)
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
    sections = [name for name in SECTIONS if labelled or name in ("Network", "Matrix")]
    if not TRAJECTORY.met(view) and "Over training" in sections:
        sections.remove("Over training")
    SECTIONS[address.choice("section", "Section", sections)](view)


def _network(view: View) -> None:
    show("network", view, heading=False)
    if address.value("concept"):
        show("neighbours", view)


def _matrix(view: View) -> None:
    show("heatmap", view, heading=False)


def _bridges(view: View) -> None:
    if show("bridges", view, heading=False):
        with st.expander("What the p values ask"):
            st.markdown(NULL)


def _recovery(view: View) -> None:
    show("recovery", view, heading=False)


def _over_tau(view: View) -> None:
    show("recovery-tau", view, heading=False)


def _over_training(view: View) -> None:
    show("recovery-steps", view, heading=False)


SECTIONS = {
    "Network": _network,
    "Matrix": _matrix,
    "Bridges": _bridges,
    "Recovery": _recovery,
    "Over τ": _over_tau,
    "Over training": _over_training,
}


with shell.guard():
    page()

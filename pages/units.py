"""Units: all that detect a concept, and one at a time with what it detects."""

from __future__ import annotations

import streamlit as st

from explorer.exhibits.ladder import TEXT
from explorer.results.units import unit_number
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "A unit is one output of a linear layer. Some detect one concept, some many; which ones, how "
    "well, and how sure is it?"
)


def page() -> None:
    """Controls, then the list of units, or one of them."""
    shell.header("Units", LEAD)
    view = controls.run_and_tau()
    if view is None:
        shell.empty_state(
            "No run yet",
            "Units are read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    unit = address.typed(
        "unit", "Unit", "module:index, such as model.layers.4.mlp.up_proj:28; empty for all"
    )
    if not unit:
        show("units", view, heading=False)
    else:
        _one(view, unit)
    with st.expander("What the ladder of evidence asks"):
        st.markdown(TEXT)


def _one(view: View, unit: str) -> None:
    unit_number(view, unit)
    st.button("All units", icon=":material/list:", shortcut="up", on_click=_all)
    show("unit-concepts", view)


def _all() -> None:
    st.session_state["unit"] = ""


with shell.guard():
    page()

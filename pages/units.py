"""Units: all that detect a concept, and one at a time with what it detects."""

from __future__ import annotations

import streamlit as st

from explorer.exhibits.ladder import TEXT
from explorer.results.responses import units_with_evidence, words_with_evidence
from explorer.results.units import concepts_of_unit, unit_number
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.forms import evidence
from explorer.ui.show import show

LEAD = (
    "A unit is one output of a linear layer. Some detect one concept, some many; which ones, how "
    "well, and what exactly do they answer to?"
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
    number = unit_number(view, unit)
    st.button("All units", icon=":material/list:", shortcut="up", on_click=_all)
    show("unit-concepts", view)
    _responses(view, number)


def _responses(view: View, unit: int) -> None:
    """What the unit answers to the sentences of a concept, where it was collected."""
    collected = set(words_with_evidence(view))
    detected = concepts_of_unit(view, unit)["concept"].tolist()
    known = [
        word
        for word in [*detected, *sorted(collected - set(detected))]
        if word in collected and unit in set(units_with_evidence(view, word)["unit"])
    ]
    st.subheader("What it answers, sentence by sentence", anchor=False)
    if not known:
        evidence.offer(view, detected[:1])
        return
    left, middle, right = st.columns([2, 1, 3])
    with left:
        address.pick("of", "Sentences of", known)
    with middle:
        folds = [str(fold + 1) for fold in range(view.run.request.folds)]
        address.pick("fold", "Fold", folds)
    with right:
        address.typed("range", "Responses from, to", "0.5,2.0, or drag over the figure")
    left, right = st.columns(2, gap="medium")
    with left:
        show("unit-histogram", view)
    with right:
        show("unit-precision", view)
    show("unit-tokens", view)


def _all() -> None:
    st.session_state["unit"] = ""


with shell.guard():
    page()

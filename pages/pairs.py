"""Pairs: two concepts, and what stands behind their overlap."""

from __future__ import annotations

import streamlit as st

from explorer.core.text import plain
from explorer.exhibits.ladder import TEXT
from explorer.exhibits.needs import RATINGS, TRAINING
from explorer.results.reading import words_of
from explorer.results.view import View
from explorer.ui import navigation, shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Two concepts that share experts are similar to the model. How much of it is more than chance, "
    "is learned, and goes beyond the words that their sentences share?"
)


def page() -> None:
    """Controls, then one pair, or the rated pairs to choose from."""
    shell.header("Pairs", LEAD)
    view = controls.whole(overlaps=True)
    if view is None:
        shell.empty_state(
            "No run yet",
            "Pairs are read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    words = words_of(view.library, view.run.id)
    first, second = st.columns(2)
    with first:
        concept = address.find(
            "concept", "Concept", words, nothing="none", placeholder="Type to find a concept"
        )
    with second:
        other = address.find(
            "other",
            "Other concept",
            tuple(word for word in words if word != concept),
            nothing="none",
            placeholder="Type to find another",
        )
    if concept and other:
        _one(view, concept, other)
    elif RATINGS.met(view):
        st.markdown("Choose two concepts above, or a pair that people rated: click its mark.")
        show("pairs", view)
    with st.expander("What the ladder of evidence asks"):
        st.markdown(TEXT)


def _one(view: View, concept: str, other: str) -> None:
    with st.container(horizontal=True):
        for word in (concept, other):
            st.button(
                plain(word),
                icon=":material/category:",
                on_click=navigation.open_next,
                args=("concepts", {**view.address, "concept": word}),
            )
    show("pair-ladder", view)
    left, right = st.columns(2, gap="medium")
    with left:
        show("pair-tau", view)
    with right:
        show("pair-layers", view)
    if TRAINING.met(view):
        show("pair-steps", view)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show("pair-units", view)
    with right:
        show("pair-words", view)


with shell.guard():
    page()

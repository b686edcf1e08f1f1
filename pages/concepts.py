"""Concepts: all of them, and one at a time with what stands behind it."""

from __future__ import annotations

import streamlit as st

from explorer.core.text import plain
from explorer.exhibits.ladder import TEXT
from explorer.exhibits.needs import RATINGS, TRAINING
from explorer.results.reading import words_of
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "What a model knows of a concept: the units that detect it, where they are, what is near it, "
    "and how far up the ladder of evidence each claim stands."
)


def page() -> None:
    """Controls, then the list of concepts, or one of them."""
    shell.header("Concepts", LEAD)
    view = controls.whole(overlaps=True)
    if view is None:
        shell.empty_state(
            "No run yet",
            "Concepts are read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    words = words_of(view.library, view.run.id)
    concept = address.find(
        "concept", "Concept", words, nothing="all concepts", placeholder="All; type to find one"
    )
    if concept is None:
        show("concepts", view, heading=False)
    else:
        _turn(words, concept)
        _one(view)
    with st.expander("What the ladder of evidence asks"):
        st.markdown(TEXT)


def _one(view: View) -> None:
    show("concept-ladder", view)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show("where-concept", view)
    with right:
        show("neighbours", view)
    if TRAINING.met(view):
        show("biography", view)
    show("concept-experts", view)
    if RATINGS.met(view):
        show("neighbours-rated", view)
    show("concept-sentences", view, folded=True)


def _turn(words: tuple[str, ...], concept: str) -> None:
    """To the previous and the next concept, by button or key, and back to the list."""
    at = words.index(concept)
    with st.container(horizontal=True, gap="small"):
        for label, key, to, icon in (
            (words[at - 1], "left", words[at - 1], ":material/chevron_left:"),
            ("All concepts", "up", None, ":material/list:"),
            (words[(at + 1) % len(words)], "right", words[(at + 1) % len(words)], None),
        ):
            st.button(
                plain(label),
                key=f"turn_{key}",
                icon=icon or ":material/chevron_right:",
                icon_position="left" if icon else "right",
                shortcut=key,
                on_click=_go,
                args=(to,),
            )


def _go(concept: str | None) -> None:
    st.session_state["concept"] = concept


with shell.guard():
    page()

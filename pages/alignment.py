"""Alignment: Spearman ρ with human similarity over checkpoints, what makes it differ,
what could undo it, and the word pairs behind each point.
"""

from __future__ import annotations

import streamlit as st

from explorer.exhibits.needs import RATINGS
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import view as controls
from explorer.ui.library import library
from explorer.ui.show import show

LEAD = (
    "Spearman correlation between model similarity and human similarity of word pairs, for three "
    "representations: overlap of expert sets, word embeddings, and mean sentence embeddings."
)


def page() -> None:
    """Controls, then ρ over checkpoints, differences, what could undo it, word
    pairs.
    """
    shell.header("Alignment", LEAD)
    view = _view()
    if view is None:
        shell.empty_state(
            "No run yet",
            "Alignment is measured from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    if sentence := RATINGS.lacking(view):
        shell.empty_state(
            "No rated pair is covered", sentence, "extract", action="Extract with other concepts"
        )
        return
    controls.warn_of_chance(view)
    show("alignment", view, heading=False)
    show("differences", view)
    show("partial", view)
    show("threshold", view)
    show("pairs", view)
    show("coverage", view, folded=True)


def _view() -> View | None:
    if not library().runs():
        return None
    with st.container(key="controls"):
        first, second, third = st.columns([5, 2, 3])
        with first:
            run = controls.run("Run, compared with its other checkpoints")
        if run is None:
            return None
        with second:
            ratings = controls.ratings(run)
        with third:
            return View(library(), run, ratings, controls.tau())


with shell.guard():
    page()

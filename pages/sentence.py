"""Try a sentence: which concepts' experts answer to which of its tokens."""

from __future__ import annotations

import streamlit as st

from explorer.core import access
from explorer.core.errors import InputError
from explorer.core.sentence import LONGEST
from explorer.core.text import plain
from explorer.exhibits.sentence import compared, token_labels
from explorer.jobs.asking import at_hand
from explorer.results import sentence as results
from explorer.results.view import View
from explorer.ui import login, shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.forms import sentence as form
from explorer.ui.show import show

LEAD = (
    "Type a sentence. Which concepts does the model detect in it, and at which token? The experts "
    "of each concept are compared with what they answer to sentences without it."
)


def page() -> None:
    """Controls and the sentence, then what was read of it."""
    shell.header("Try a sentence", LEAD)
    view = controls.run_and_tau()
    if view is None:
        shell.empty_state(
            "No run yet",
            "A sentence is read with the model and the experts of a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    text = _typed(view)
    if not text:
        return
    form.wait()
    if results.reading(view, text) is None:
        shell.notice("This sentence was not read by this run at this τ yet.")
        return
    address.choice("token", "At token", token_labels(view, text))
    show("sentence-tokens", view)
    show("sentence-concepts", view)
    _elsewhere(view, text)


def _typed(view: View) -> str:
    """The sentence; the last one that was read where the address names none, "" where
    none was and none can be.
    """
    read = results.sentences_read(view)
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    with left:
        text = address.typed(
            "text",
            "Sentence",
            next(iter(read), "The cat slept by the door."),
            most=LONGEST,
        )
    refused = access.refusal() is not None
    with right:
        pressed = not refused and st.button(
            "Read", type="primary", icon=":material/play_arrow:", width="stretch"
        )
    closed = login.closed()
    text = text or next(iter(read), "")
    if pressed:
        form.ask(view, text, [view.run])
    if not text and not closed:
        raise InputError("There is no sentence yet.", "Type one and press Read.")
    return text


def _elsewhere(view: View, text: str) -> None:
    """The same sentence at the other checkpoints whose model is at hand."""
    others = [run for run in compared(view) if run.id != view.run.id]
    unread = [run for run in others if results.reading(view, text, run) is None]
    if len(unread) < len(others):
        show("sentence-checkpoints", view)
    near = [run for run in unread if at_hand(run)]
    if (
        near
        and access.refusal() is None
        and st.button(
            f"Read it at {len(near)} other checkpoint{'s' * (len(near) > 1)}",
            icon=":material/timeline:",
        )
    ):
        form.ask(view, text, near)
        st.rerun()
    if far := [run.label for run in unread if run not in near]:
        st.caption(f"Not on this machine: {plain(', '.join(far))}.")


with shell.guard():
    page()

"""Collecting what units answer, from the page that wants to show it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.core.text import duration, plain
from explorer.jobs import queue
from explorer.jobs.kinds.evidence import EVIDENCE, Evidence
from explorer.results.view import View
from explorer.ui import login, navigation, shell

_ASKED = "_evidence_asked"


def offer(view: View, words: Sequence[str]) -> None:
    """Say that the responses of concepts were not collected, what that costs, and offer
    to.
    """
    if not words:
        shell.notice("It detects no concept at this τ, so there are no sentences to look at.")
        return
    request = Evidence(view.run.id, tuple(words))
    job = queue.get(EVIDENCE.identity(request))
    if job is not None and job.active:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Collecting responses** · {plain(job.message or 'waiting')}")
            navigation.link("extract", "Watch", params={"job": job.id})
        return
    named = ", ".join(f"“{word}”" for word in words)
    with st.container(border=True):
        st.markdown(
            f"The run keeps how well a unit tells {plain(named)} from others, not what it answers "
            "to single sentences. The model has to read them once more."
        )
        if login.closed("evidence"):
            return
        asked = st.session_state.get(_ASKED) == request
        if not asked and st.button("See what it takes", icon=":material/schedule:"):
            st.session_state[_ASKED], asked = request, True
        if asked:
            with shell.guard():
                _start(request)


def _start(request: Evidence) -> None:
    """The cost, for which a hub may have to be asked, and the button."""
    cost = EVIDENCE.cost(request)
    st.caption(f"About {duration(cost.seconds)} on this machine: {plain(cost.note)}.")
    if st.button("Collect the responses", type="primary", icon=":material/play_arrow:"):
        queue.submit(EVIDENCE, request)
        st.rerun()

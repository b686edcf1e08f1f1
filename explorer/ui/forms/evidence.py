"""Collecting what units answer, from the page that wants to show it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.text import duration, plain
from explorer.jobs import queue
from explorer.jobs.kinds.evidence import EVIDENCE, Evidence
from explorer.results.view import View
from explorer.ui import navigation, shell


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
        try:
            cost = EVIDENCE.cost(request)
        except ExplorerError as error:
            shell.problem(error)
            return
        if cost is not None:
            st.caption(f"About {duration(cost.seconds)} on this machine: {plain(cost.note)}.")
        if st.button("Collect the responses", type="primary", icon=":material/play_arrow:"):
            with shell.guard():
                job = queue.submit(EVIDENCE, request)
                st.rerun()

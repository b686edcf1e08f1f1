"""Having a typed sentence read, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.records import RunInfo
from explorer.core.sentence import Question
from explorer.core.text import plain
from explorer.jobs import asking
from explorer.results import sentence as results
from explorer.results.view import View
from explorer.ui import shell

_ASKED = "_sentences_asked"
_SOON_S, _POLL_S = 2.0, 0.04


def ask(view: View, text: str, runs: Sequence[RunInfo]) -> None:
    """Have a sentence read by some runs and wait a moment for it."""
    with shell.guard():
        questions = [results.question(view, text, run) for run in runs]
        asking.ask(questions)
        st.session_state[_ASKED] = questions
        until = time.monotonic() + _SOON_S
        while time.monotonic() < until and _waiting():
            time.sleep(_POLL_S)


def wait() -> None:
    """While what was asked for waits, what the reader does."""
    if _waiting():
        _watch()


@st.fragment(run_every=0.5)
def _watch() -> None:
    with shell.guard():
        waiting = _waiting()
        if not waiting:
            st.rerun(scope="app")
        message = asking.progress(waiting[0])
        more = f" · {len(waiting) - 1} more after it" if len(waiting) > 1 else ""
        st.info(f"{plain(message or 'A moment')} …{more}", icon=":material/progress_activity:")


def _waiting() -> list[Question]:
    """What was asked for in this session and has no answer yet."""
    asked = st.session_state.get(_ASKED, [])
    try:
        waiting = [question for question in asked if asking.progress(question) is not None]
    except ExplorerError:
        st.session_state[_ASKED] = []
        raise
    st.session_state[_ASKED] = waiting
    return waiting

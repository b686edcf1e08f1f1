"""“Add to report”, beside the data of every exhibit."""

from __future__ import annotations

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.text import plain
from explorer.reports import drafts
from explorer.reports.report import Shown, Source

_CURRENT = "_report_draft"


def current() -> str:
    """The draft that exhibits are added to: the one looked at last."""
    return str(st.session_state.get(_CURRENT) or next(iter(drafts.names()), drafts.FIRST))


def look_at(name: str) -> None:
    """Make a draft the one that exhibits are added to."""
    st.session_state[_CURRENT] = name


def button(source: Source, key: str) -> None:
    """The control that appends an exhibit, as it is shown, to the current draft."""
    refused = access.refusal()
    st.button(
        "Add to report",
        key=f"{key}_add",
        on_click=_add,
        args=(source,),
        type="tertiary",
        icon=":material/post_add:",
        help=plain(str(refused))
        if refused
        else "Collect it, with its run, threshold and options, on the Report page.",
        disabled=refused is not None,
    )


def _add(source: Source) -> None:
    name = current()
    try:
        number = drafts.add(name, Shown(source))
    except ExplorerError as error:
        st.toast(plain(error), icon=":material/error:", duration="long")
        return
    look_at(name)
    count = "1 exhibit" if number == 1 else f"{number} exhibits"
    st.toast(f"Added to the report **{plain(name)}**, now {count}.", icon=":material/post_add:")

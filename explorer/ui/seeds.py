"""Values that one page leaves for the controls of the next.

A parameter of an address that a control of this page is bound to cannot be handed on in
the next page's address: Streamlit drops it. So it waits here until its control is
drawn; every other parameter goes by the address.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

CARRIED = ("tau", "human", "overlap")
"""What every page shares: it stays as it was chosen last."""
_SEEDS, _LAST, _PAGE = "_seeds", "_last_values", "_page"


def leave(values: Mapping[str, str]) -> None:
    """Leave values for the controls of the page that is drawn next."""
    st.session_state[_SEEDS] = dict(values)


def arrive(page: str) -> None:
    """Note which page is drawn: a page that was not drawn before this run takes over
    what pages share, unless its address says otherwise.
    """
    if st.session_state.get(_PAGE, page) != page:
        last = st.session_state.get(_LAST, {})
        shared = {name: value for name, value in last.items() if name not in st.query_params}
        st.session_state[_SEEDS] = shared | st.session_state.get(_SEEDS, {})
    st.session_state[_PAGE] = page


def current() -> str:
    """The path of the page that is drawn; "" for the first."""
    return str(st.session_state.get(_PAGE, ""))


def take(name: str) -> str | None:
    """What was left for a control, once; None where nothing was."""
    value = st.session_state.get(_SEEDS, {}).pop(name, None)
    return None if value is None else str(value)


def keep(name: str, value: str) -> None:
    """Remember what a control says that pages share."""
    if name in CARRIED:
        st.session_state.setdefault(_LAST, {})[name] = value

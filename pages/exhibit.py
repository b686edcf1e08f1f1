"""An exhibit by itself, for the frame of another page."""

from __future__ import annotations

import streamlit as st

from explorer.core.errors import InputError
from explorer.exhibits.registry import row_of, showable
from explorer.reports.report import ADDRESS
from explorer.results.view import view_of
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.library import library
from explorer.ui.sharing import CAPTION, CONTROLS, PAGE
from explorer.ui.show import show

_STYLE = f"""
{shell.AROUND} {{ display: none !important; }}
[data-testid="stMainBlockContainer"] {{ padding: 1rem !important; }}
"""


def page() -> None:
    """The exhibit that the address names, of the view that it names."""
    st.html(f"<style>{_STYLE}</style>")
    name = address.given(PAGE)
    if name is None:
        raise InputError(
            "The address names no exhibit.",
            "“Share” below any figure writes one: /exhibit?exhibit=headline.",
        )
    row = row_of(name)
    view = view_of(library(), **{key: address.given(key) for key in ADDRESS})
    caption, controls = address.given(CAPTION) != "false", address.given(CONTROLS) == "true"
    given = {} if controls else showable(row, view, _chosen([o.name for o in row.options]))
    show(name, view, given=given, caption=caption, controls=controls)


def _chosen(names: list[str]) -> dict[str, str]:
    values = {name: address.given(name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


with shell.guard():
    page()

"""The pages there are: the one table that navigation, links and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer.core.settings import PROJECT
from explorer.ui import seeds


@dataclass(frozen=True)
class PageInfo:
    """A page of the dashboard; `name` is its file and, but for the first, its URL
    path.
    """

    name: str
    title: str
    icon: str
    listed: bool = True
    """Whether the navigation lists it."""

    @property
    def path(self) -> Path:
        """Its script."""
        return PROJECT / "pages" / f"{self.name}.py"


PAGES: dict[str, PageInfo] = {
    page.name: page
    for page in (
        PageInfo("overview", "Overview", ":material/dashboard:"),
        PageInfo("alignment", "Alignment", ":material/show_chart:"),
        PageInfo("stability", "Stability", ":material/layers:"),
        PageInfo("domains", "Domains", ":material/hub:"),
        PageInfo("where", "Where", ":material/account_tree:"),
        PageInfo("concepts", "Concepts", ":material/category:"),
        PageInfo("units", "Units", ":material/memory:"),
        PageInfo("pairs", "Pairs", ":material/compare_arrows:"),
        PageInfo("sentence", "Try a sentence", ":material/edit_note:"),
        PageInfo("compare", "Compare", ":material/difference:"),
        PageInfo("report", "Report", ":material/article:"),
        PageInfo("probe_sets", "Probe sets", ":material/library_books:"),
        PageInfo("extract", "Extract", ":material/play_circle:"),
        PageInfo("exhibit", "Exhibit", ":material/image:", listed=False),
    )
}
LISTED = {name: page for name, page in PAGES.items() if page.listed}
HOME = "overview"
_NEXT = "_next_page"
UNBOUND = ("run", "with")
"""Parameters of addresses that no control is bound to."""


def build() -> dict[str, st.Page]:
    """A fresh `st.Page` of every page."""
    return {
        page.name: st.Page(
            page.path,
            title=page.title,
            icon=page.icon,
            default=page.name == HOME,
            url_path="" if page.name == HOME else page.name,
            visibility="visible" if page.listed else "hidden",
        )
        for page in PAGES.values()
    }


def link(
    page: str,
    label: str | None = None,
    *,
    params: Mapping[str, str] | None = None,
    icon: str | None = None,
) -> None:
    """A link to a page of `PAGES`, with the query parameters that make the view."""
    info = PAGES[page]
    st.page_link(
        info.path,
        label=label or info.title,
        icon=icon or info.icon,
        query_params=dict(params or {}),
    )


def open_next(page: str, params: Mapping[str, str]) -> None:
    """Open a page of `PAGES` when the script runs next; for callbacks, which cannot
    open one themselves.
    """
    st.session_state[_NEXT] = (page, dict(params))


def follow() -> None:
    """Go where `open_next` said, if it did."""
    if (chosen := st.session_state.pop(_NEXT, None)) is not None:
        page, params = chosen
        # A control of the page that is left keeps its parameter; its value waits.
        held = {name for name in params if name in st.session_state and name not in UNBOUND}
        seeds.leave({name: params[name] for name in held})
        given = {name: value for name, value in params.items() if name not in held}
        st.switch_page(PAGES[page].path, query_params=given)

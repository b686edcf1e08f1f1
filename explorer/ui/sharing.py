"""“Share”, beside the data of every exhibit: a link, a frame for other pages,
BibTeX.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.core.text import plain
from explorer.exhibits import Exhibit
from explorer.exhibits.row import SWITCH
from explorer.reports.citing import PAPER, TOOL, figure_citation
from explorer.reports.report import Source
from explorer.ui import seeds

PAGE = "exhibit"
"""The page that shows an exhibit by itself."""
CAPTION, CONTROLS = "caption", "controls"
"""Its switches."""
_OWN_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
_SPARE = 160
"""Pixels of a frame for title and caption."""
_USUAL = 480


def button(exhibit: Exhibit, source: Source, key: str) -> None:
    """The control that opens what can be handed on."""
    if st.button(
        "Share",
        key=f"{key}_share",
        type="tertiary",
        icon=":material/share:",
        help="A link to this view, a frame for other pages, and how to cite it.",
    ):
        _show(exhibit, source)


@st.dialog("Share", width="large")
def _show(exhibit: Exhibit, source: Source) -> None:
    st.markdown(f"**{plain(exhibit.title)}**")
    address = _address()
    home = root(address, st.get_option("server.baseUrlPath") or "")
    page = f"{home}/{seeds.current()}"
    here = {name: value for name, value in st.query_params.items() if name != "present"}
    chosen = {**source.address, **source.options}
    st.caption("Link to this view of the page")
    st.code(_with(page, {**here, **chosen}), language=None, wrap_lines=True)
    st.caption("Frame for another page, such as a blog or a wiki; it asks this server")
    with st.container(horizontal=True):
        caption = st.toggle("With its caption", value=True, key="share_caption")
        controls = st.toggle("With its controls", value=False, key="share_controls")
    switches = {CAPTION: SWITCH[caption], CONTROLS: SWITCH[controls]}
    alone = f"{home}/{PAGE}"
    framed = _with(alone, {PAGE: source.exhibit, **chosen, **switches, "embed": "true"})
    st.code(_frame(framed, exhibit), language="html", wrap_lines=True)
    st.caption("To cite")
    host = urlsplit(address).hostname
    seen_by_others = host and host not in _OWN_HOSTS
    link = _with(alone, {PAGE: source.exhibit, **chosen}) if seen_by_others else ""
    cited = "\n\n".join([figure_citation(exhibit, source, link), TOOL, PAPER])
    st.code(cited, language="bibtex", wrap_lines=True)


def root(address: str, base: str) -> str:
    """The address of the dashboard, from any of its pages and the path that it is
    served below.
    """
    below = base.strip("/")
    parts = urlsplit(address)._replace(path=f"/{below}" if below else "", query="", fragment="")
    return parts.geturl()


def _address() -> str:
    """The address as the browser has it. `st.context.url` takes the name of a page from
    its end, be it that of the host or of the path below which we are served.
    """
    context = get_script_run_ctx(suppress_warning=True)
    told = context.context_info if context else None
    return str(told.url) if told and told.url else st.context.url or ""


def _frame(address: str, exhibit: Exhibit) -> str:
    height = exhibit.figure.layout.height if exhibit.figure is not None else None
    return (
        f'<iframe src="{html.escape(address)}" title="{html.escape(exhibit.title)}" '
        f'width="100%" height="{round(height or _USUAL) + _SPARE}" style="border: 0"></iframe>'
    )


def _with(base: str, query: Mapping[str, str]) -> str:
    return f"{base}?{urlencode(query)}" if query else base

"""What surrounds the content of every page: headings, figures with their footers,
errors, empty states.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator, Mapping

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.text import plain
from explorer.ui import navigation

_LOG = logging.getLogger("explorer")


_STYLE = """
.updatemenu-item-rect, .slider-grip-rect:hover { fill: rgba(140, 140, 140, 0.25) !important; }
.st-key-story p { font-size: 1.2rem; line-height: 1.5; }
.updatemenu-button:focus-visible, .slider-group:focus-visible { outline: 2px solid #0072B2; }
"""
_CONTRAST = """
[data-testid="stCaptionContainer"] { opacity: 0.75 !important; }
[data-testid="stBaseButton-primary"]:not(:disabled) :is(p, span),
[data-testid="stMultiSelect"] [data-baseweb="tag"] span,
[data-testid="stMultiSelect"] span[title] { color: light-dark(#ffffff, #0e1117); }
"""
"""Text on a ground that the theme leaves too little contrast with (WCAG 2.2, 1.4.3: 4.5
to 1). The browser knows its scheme before it has told the server.
"""


AROUND = (
    '[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"]'
)
"""What a page that stands alone does without."""


def style() -> None:
    """What the theme cannot say: pale text can be read, a film's controls are seen,
    what a page comes down to stands out.
    """
    st.html(f"<style>{_STYLE}{_CONTRAST}</style>")


def header(title: str, lead: str) -> None:
    """The page's heading and the one sentence that says what it shows."""
    st.title(title, anchor=False)
    st.markdown(lead)


def dark() -> bool:
    """Whether the browser shows the dark theme, as far as it has told."""
    return st.context.theme.type == "dark"


@contextlib.contextmanager
def guard() -> Iterator[None]:
    """Show a problem as a sentence in place of the content that it prevents; never a
    traceback.
    """
    try:
        yield
    except ExplorerError as error:
        problem(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence of a page
        unexpected(error)


def problem(error: ExplorerError) -> None:
    """A problem the user can act on."""
    hint = f"\n\n{plain(error.hint)}" if error.hint else ""
    st.error(f"**{plain(error.what)}**{hint}", icon=":material/error:")


def unexpected(error: BaseException) -> bool:
    """A fault of ours: logged in full under a reference, which is all the page shows.
    Returns True.
    """
    reference = secrets.token_hex(4)
    _LOG.error("Reference %s", reference, exc_info=error)
    st.error(
        "**Something went wrong on our side.**\n\nThe rest of the page still works and nothing "
        "stored was touched. "
        f"Details are in the server's log under reference `{reference}` "
        f"({plain(type(error).__name__)}).",
        icon=":material/bug_report:",
    )
    return True


def notice(text: str) -> None:
    """Something the user should know but need not act on."""
    st.info(text, icon=":material/info:")


def warn(text: str) -> None:
    """Something that may go wrong."""
    st.warning(text, icon=":material/warning:")


def empty_state(
    title: str,
    text: str,
    action_page: str | None = None,
    *,
    action: str | None = None,
    params: Mapping[str, str] | None = None,
) -> None:
    """What a page shows in place of content that is not there yet, and where to get
    it.
    """
    with st.container(border=True, key="empty-state"):
        st.subheader(title, anchor=False)
        st.markdown(text)
        if action_page is not None:
            navigation.link(action_page, action, params=params)

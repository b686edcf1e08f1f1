"""What surrounds the content of every page: headings, figures with their footers,
errors, empty states.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.text import plain
from explorer.figures import theme
from explorer.ui import navigation

if TYPE_CHECKING:
    import plotly.graph_objects as go

FORMAT_KEY = "figure_format"
FORMATS = ("SVG", "PNG")
_LOG = logging.getLogger("explorer")
_BUTTONS_LEFT_OUT = [
    "select2d",
    "lasso2d",
    "zoomIn2d",
    "zoomOut2d",
    "autoScale2d",
    "toggleSpikelines",
]


_STYLE = """<style>
@media (max-width: 640px) { [class*="st-key-footer-"] { flex-wrap: wrap !important; } }
</style>"""


def style() -> None:
    """What the theme cannot say: the footers of figures break into two lines on a
    phone.
    """
    st.html(_STYLE)


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


def show_figure(
    fig: go.Figure,
    *,
    key: str,
    caption: str,
    data: pd.DataFrame | Callable[[], pd.DataFrame],
    filename: str,
    alt: str,
) -> None:
    """A figure with what it owes: alt text, SVG or PNG from its mode bar, caption, data
    as CSV.

    `filename` has no suffix. `data` is what the figure draws, or a function that
    returns it.
    """
    with st.container(gap="xxsmall", key=f"figure-{key}"):
        fig.update_layout(template=theme.template(dark()))
        st.plotly_chart(fig, key=key, config=figure_config(filename), alt=alt, width="stretch")
        figure_footer(key=key, caption=caption, data=data, filename=filename)


def figure_config(filename: str) -> dict[str, object]:
    """Plotly's configuration: a mode bar that is always there, and exports in the
    chosen format.
    """
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtonsToRemove": _BUTTONS_LEFT_OUT,
        "toImageButtonOptions": {
            "format": str(st.session_state.get(FORMAT_KEY) or FORMATS[0]).lower(),
            "filename": filename,
            "scale": 2,
        },
    }


def figure_footer(
    *, key: str, caption: str, data: pd.DataFrame | Callable[[], pd.DataFrame], filename: str
) -> None:
    """The provenance caption of a figure and its data as CSV; for figures that plotly
    does not draw.
    """
    with st.container(
        horizontal=True, vertical_alignment="top", gap="small", wrap=False, key=f"footer-{key}"
    ):
        st.caption(plain(caption))
        st.download_button(
            "Data as CSV",
            data=lambda: csv(data() if callable(data) else data),
            file_name=f"{filename}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def csv(table: pd.DataFrame) -> bytes:
    """A table as UTF-8 CSV."""
    return bytes(table.to_csv(index=False), "utf-8")


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

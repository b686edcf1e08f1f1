"""What a figure offers beside its picture: exports from its mode bar, caption, data."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from explorer.core.text import plain
from explorer.exhibits.export import csv_text

FORMAT_KEY = "figure_format"
FORMATS = ("SVG", "PNG")
_BUTTONS_LEFT_OUT = [
    "select2d",
    "lasso2d",
    "zoomIn2d",
    "zoomOut2d",
    "autoScale2d",
    "toggleSpikelines",
]


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
    *,
    key: str,
    caption: str,
    data: pd.DataFrame | Callable[[], pd.DataFrame],
    filename: str,
    beside: Callable[[], None] = lambda: None,
) -> None:
    """The provenance caption of a figure, if any, and its data as CSV; for figures that
    plotly does not draw.

    beside: draws what else stands with them.
    """
    if caption:
        st.caption(plain(caption))
    with st.container(horizontal=True, gap="small", key=f"footer-{key}"):
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
        beside()


def csv(table: pd.DataFrame) -> bytes:
    """A table as UTF-8 CSV."""
    return csv_text(table).encode()

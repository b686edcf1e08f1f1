"""Figures whose points can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from explorer.figures import theme
from explorer.ui import shell

if TYPE_CHECKING:
    import plotly.graph_objects as go


def show_clickable(
    fig: go.Figure,
    *,
    key: str,
    caption: str,
    data: pd.DataFrame | Callable[[], pd.DataFrame],
    filename: str,
    alt: str,
    on_point: Callable[[Sequence[Any]], None],
) -> None:
    """As `shell.show_figure`; `on_point` gets the customdata of a clicked point."""

    def clicked() -> None:
        for point in st.session_state[key].selection.points[:1]:
            if custom := point.get("customdata"):
                on_point(custom)

    with st.container(gap="xxsmall", key=f"figure-{key}"):
        fig.update_layout(template=theme.template(shell.dark()))
        st.plotly_chart(
            fig,
            key=key,
            config=shell.figure_config(filename),
            alt=alt,
            width="stretch",
            on_select=clicked,
            selection_mode="points",
        )
        shell.figure_footer(key=key, caption=caption, data=data, filename=filename)

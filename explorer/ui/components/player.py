"""Keys for figures that play: plotly draws slider and buttons for a pointer only."""

from __future__ import annotations

import functools
from importlib import resources

import streamlit as st


def keys_for(key: str, label: str) -> None:
    """Give slider and buttons of the figure of this key to the keyboard: arrows, Home
    and End move the slider, Enter presses a button.
    """
    mount = st.components.v2.component("expert_explorer_player", html="<i></i>", js=_script())
    mount(key=f"{key}_keys", data={"key": key, "label": label}, height=1)


@functools.cache
def _script() -> str:
    """The component's module."""
    return resources.files("explorer.ui.components").joinpath("player.js").read_text("utf-8")

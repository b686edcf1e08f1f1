"""The network of concepts as a component: clicks come back to Python, the zoom
stays.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import resources
from typing import Any

import streamlit as st

_HTML = """
<div class="network">
  <div class="canvas"></div>
  <div class="bar"></div>
</div>
"""


def show_network(
    data: dict[str, object], *, key: str, alt: str, filename: str, on_concept: Callable[[str], None]
) -> None:
    """Draw `explorer.figures.domains.network_data`; `on_concept` gets the word of a
    clicked node.
    """

    def clicked() -> None:
        state: Any = st.session_state.get(key)
        if word := getattr(state, "concept", None):
            on_concept(str(word))

    # Registered at each run: a component is forgotten when the server forgets the
    # session that made it.
    mount = st.components.v2.component(
        "expert_explorer_network", html=_HTML, css=_style(), js=_script()
    )
    mount(key=key, data=data | {"alt": alt, "filename": filename}, on_concept_change=clicked)


@functools.cache
def _script() -> str:
    """The component's module: the vis-network that pyvis ships, then our drawing
    code.
    """
    library = (
        resources.files("pyvis")
        .joinpath("lib", "vis-9.1.2", "vis-network.min.js")
        .read_text("utf-8")
    )
    ours = resources.files("explorer.ui.components").joinpath("network.js").read_text("utf-8")
    return f"{library}\n{ours}"


@functools.cache
def _style() -> str:
    """The component's style sheet."""
    return resources.files("explorer.ui.components").joinpath("network.css").read_text("utf-8")

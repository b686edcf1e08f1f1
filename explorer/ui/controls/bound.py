"""Small controls bound to the URL, each saying so when the address asks for what is not
there.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.ui.controls import pick as controls


def choice(key: str, label: str, options: Sequence[str], help_text: str | None = None) -> str:
    """One of a few options, the first by default."""
    controls.warn_of_bad(key, options, options[0])
    # Pills wrap on a phone where a segmented control is cut off.
    return str(
        st.pills(
            label,
            options,
            default=options[0],
            required=True,
            key=key,
            bind="query-params",
            wrap=True,
            help=help_text,
        )
    )


def pick(key: str, label: str, options: Sequence[str], help_text: str | None = None) -> str:
    """One of many options, the first by default."""
    controls.warn_of_bad(key, options, options[0])
    return str(st.selectbox(label, options, key=key, bind="query-params", help=help_text))


def toggle(key: str, label: str, help_text: str | None = None) -> bool:
    """Off by default."""
    controls.warn_of_bad(key, ("true", "false"), "off")
    return st.toggle(label, key=key, bind="query-params", help=help_text)

"""Sentences with shaded tokens on a page."""

from __future__ import annotations

import html

import streamlit as st

from explorer.exhibits.exhibit import Tokens
from explorer.figures.tokens import STYLE, markup


def show_tokens(shown: Tokens, alt: str) -> None:
    """Draw the sentences; the value of the strongest token of each is told on focus."""
    drawn = markup(shown.rows, shown.low, shown.high)
    st.html(
        f'<style>{STYLE}</style><div role="group" aria-label="{html.escape(alt)}">{drawn}</div>'
    )

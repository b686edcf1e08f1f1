"""A page for a projector: no controls, large type, an exhibit a screen, arrow keys."""

from __future__ import annotations

import base64
import functools
import html
from importlib import resources

import streamlit as st

from explorer.exhibits import Exhibit
from explorer.exhibits.export import svg
from explorer.ui import shell
from explorer.ui.controls import address

PRESENT = "present"
"""The parameter of an address that asks for it."""
_WIDTH = 840
"""Of a picture before it is enlarged, in pixels: the narrower, the larger its type; a
tall one is drawn as wide as a screen.
"""
_STYLE = """
[class*="st-key-footer-"] { display: none !important; }
[data-testid="stMain"] { scroll-snap-type: y mandatory; }
[data-testid="stMainBlockContainer"] { padding: 0 4vw !important; max-width: none !important; }
[data-testid="stMain"] [data-testid="stVerticalBlock"]
  > *:not(:has([class*="st-key-figure-"], .st-key-slides)):not([class*="st-key-figure-"] *)
  :not([class*="st-key-figure-"]):not(.st-key-slides):not(.st-key-slides *)
  { display: none !important; }
[data-testid="stHorizontalBlock"]:has([class*="st-key-figure-"]) { display: block !important; }
[data-testid="stColumn"]:has([class*="st-key-figure-"]) { width: 100% !important; }
[data-testid="stColumn"]:not(:has([class*="st-key-figure-"])) { display: none !important; }
[class*="st-key-figure-"] { min-height: 100vh; justify-content: center;
  scroll-snap-align: start; padding: 2.2rem 0 1rem; }
[class*="st-key-figure-"] h3 { font-size: 2.2rem; }
[class*="st-key-figure-"] td, [class*="st-key-figure-"] th { font-size: 1.35rem !important; }
[class*="st-key-slide-"] img { width: 100%; height: calc(100vh - 13rem); object-fit: contain; }
.st-key-slides { position: fixed; right: 1rem; top: 0.6rem; width: auto !important; z-index: 9;
  opacity: 0.55; }
.st-key-slides:focus-within, .st-key-slides:hover { opacity: 1; }
"""


def presenting() -> bool:
    """Whether the address asks for the view of a projector."""
    return address.given(PRESENT) in ("1", "true")


def offer() -> None:
    """The button of the sidebar that turns the page into slides."""
    st.button(
        "Present this page",
        icon=":material/slideshow:",
        type="tertiary",
        on_click=address.put,
        args=(PRESENT, "1"),
        help="An exhibit a screen, without controls; arrow keys go on, Esc leaves.",
    )


def slides() -> None:
    """Show the exhibits of the page one a screen, to be walked through by keys."""
    st.html(f"<style>{shell.AROUND} {{ display: none !important; }}{_STYLE}</style>")
    with st.container(key="slides"):
        st.button(
            "Leave (Esc)",
            key="leave-slides",
            type="tertiary",
            on_click=address.put,
            args=(PRESENT, None),
        )
        st.components.v2.component("expert_explorer_slides", html="<i></i>", js=_script())(
            key="slides_keys", height=1
        )


def picture(exhibit: Exhibit, key: str) -> None:
    """A figure or network that fills the screen, whatever its size."""
    with st.container(key=f"slide-{key}"):
        height = exhibit.figure.layout.height if exhibit.figure is not None else None
        drawn = svg(exhibit, dark=shell.dark(), width=max(_WIDTH, round(2 * (height or 0))))
        # Streamlit takes an SVG out of a page; within an image nothing in it runs.
        source = base64.b64encode(drawn.encode()).decode()
        alt = html.escape(exhibit.alt, quote=True)
        st.html(f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}">')


@functools.cache
def _script() -> str:
    """The component's module."""
    return resources.files("explorer.ui.components").joinpath("slides.js").read_text("utf-8")

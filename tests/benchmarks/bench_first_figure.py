"""Seconds from opening a page to its first figure on the screen, in a Chromium that is
already running.

Each opening is cold: a new browser context, no cached files, no compiled code. Two
floors are measured in the same rounds: a Streamlit page with a heading alone, and one
with a single small Plotly figure, on a server set up as ours. The last row starts a
server for each opening, navigates when the server first answers, and counts from that
answer.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import streamlit as st

from tests.benchmarks import report
from tests.browser.conftest import opening_cache, serve
from tests.support.visitor import FIGURE, Visitor, chromium

APP = """
import contextlib
import streamlit as st
from explorer.ui import server

@contextlib.asynccontextmanager
async def lifespan(_):
    server.send_at_once()
    yield

app = st.App("page.py", lifespan=lifespan)
"""
HEADING = "import streamlit as st\nst.title('Empty')\n"
PLOT = (
    "import plotly.graph_objects as go\nst.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[2, "
    "1], mode='markers')))\n"
)
FLOORS = {
    "a heading (floor)": (HEADING, "h1"),
    "one small Plotly figure (floor)": (HEADING + PLOT, FIGURE),
}
OVERVIEW, FRESH = "Overview of the bundled study", "the same, from the first answer of a new server"
VISITED = (False, True)
"""As a visitor opens it, and with DevTools attached, as Playwright and browser tests
do.
"""


@contextlib.contextmanager
def serving_all(folder: Path) -> Iterator[dict[str, tuple[str, str]]]:
    """Name of what is opened → its address and the selector of what must be seen; all
    servers have been visited.
    """
    with contextlib.ExitStack() as running:
        pages = {}
        for k, (name, (script, selector)) in enumerate(FLOORS.items()):
            floor = folder / str(k)
            floor.mkdir()
            (floor / "app.py").write_text(APP, "utf-8")
            (floor / "page.py").write_text(script, "utf-8")
            pages[name] = (running.enter_context(serve(floor, floor)).url, selector)
        pages[OVERVIEW] = (
            running.enter_context(serve(opening_cache(folder / "cache"))).url,
            FIGURE,
        )
        yield pages


def measure(
    visitor: Visitor, pages: dict[str, tuple[str, str]], inspected: bool, number: int
) -> dict[str, float]:
    """Seconds to what must be seen, for each row of the table."""
    found = {
        name: visitor.open(url, selector, inspected=inspected).after
        for name, (url, selector) in pages.items()
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(opening_cache(Path(folder) / str(number))) as server,
    ):
        found[FRESH] = visitor.open(server.url, FIGURE, inspected=inspected).at - server.up_at
    return found


def main() -> None:
    """Print one table."""
    options = report.options(__doc__, runs=7).parse_args()
    binary = chromium()
    if binary is None:
        raise SystemExit("No Chromium on PATH: run `bash tests/install_browser.sh`.")
    rounds: dict[bool, list[dict[str, float]]] = {inspected: [] for inspected in VISITED}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_all(Path(folder)) as pages,
        Visitor(binary) as visitor,
    ):
        for url, selector in pages.values():
            visitor.open(url, selector)
        before, versions = os.getloadavg()[0], f"Streamlit {st.__version__}, {visitor.version}"
        for number in range(1 if options.quick else options.runs):
            for inspected in VISITED:
                rounds[inspected].append(measure(visitor, pages, inspected, number))
    notes = (
        "Seconds from the start of the navigation to the frame that shows it: median "
        "(lowest–highest).",
        f"{len(rounds[False])} cold openings each, in turn; load average {before:.1f} before, "
        f"{os.getloadavg()[0]:.1f} after; {versions}.",
    )
    rows = [
        [
            name,
            *(report.spread([found[name] for found in rounds[inspected]]) for inspected in VISITED),
        ]
        for name in (*FLOORS, OVERVIEW, FRESH)
    ]
    report.show(
        "first_figure",
        notes,
        ("page", "visitor's browser", "DevTools attached"),
        rows,
        options.save,
    )


if __name__ == "__main__":
    main()

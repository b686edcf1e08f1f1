"""Whether memory grows with the number of sessions that a server has had: resident
memory after every 50 of 400, and after the last has left.

The server is a fresh one on the bundled study. Sessions are websockets that speak
Streamlit's protocol, ten open at a time; each opens another page of the navigation and
reads it whole. Every page is visited before the first figure is taken, since what a
page measures is remembered for all.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil
import streamlit as st

from explorer.ui.navigation import HOME, LISTED
from tests.benchmarks import report
from tests.browser.conftest import Server, opening_cache, serve
from tests.support.sessions import open_session

SESSIONS, STEP, AT_A_TIME, AFTER_S = 400, 50, 10, 180.0
PAGES = ["" if name == HOME else name for name in LISTED]


def measure(server: Server, sessions: int, after_s: float) -> list[list[str]]:
    """A row a step: sessions so far, resident memory in MB, open files."""
    process = psutil.Process(server.process.pid)

    def row(told: str) -> list[str]:
        return [told, f"{process.memory_info().rss / 1e6:.0f}", str(process.num_fds())]

    rows = [row("none")]
    for page in PAGES:
        open_session(server.url, time.monotonic(), page=page)[0].close()
    rows.append(row("each page once"))
    batch = []
    for n in range(1, sessions + 1):
        batch.append(open_session(server.url, time.monotonic(), page=PAGES[n % len(PAGES)])[0])
        if len(batch) == AT_A_TIME or n == sessions:
            if n % STEP == 0 or n == sessions:
                rows.append(row(f"{n}"))
            while batch:
                batch.pop().close()
    time.sleep(after_s)
    return [*rows, row(f"{sessions}, {after_s:.0f} s after the last has left")]


def main() -> None:
    """Print one table."""
    options = report.options(__doc__, runs=1).parse_args()
    sessions, after_s = (15, 2.0) if options.quick else (SESSIONS, AFTER_S)
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as place, serve(opening_cache(Path(place, "c"))) as server:
        rows = measure(server, sessions, after_s)
    load.append(os.getloadavg()[0])
    notes = (
        f"Resident memory of the server (MB) and its open files; {AT_A_TIME} sessions open at a "
        f"time, over {len(PAGES)} pages in turn.",
        f"Load average {' → '.join(f'{one:.1f}' for one in load)}; Streamlit {st.__version__}.",
    )
    report.show("memory", notes, ("sessions so far", "MB", "open files"), rows, options.save)


if __name__ == "__main__":
    main()

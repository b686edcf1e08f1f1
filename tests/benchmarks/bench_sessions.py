"""Fifty visitors at once, two hundred in turn: seconds to the page, and what the server
holds before, at the peak, and three minutes after the last has left.

The server is a fresh one on the bundled study; visitors are websockets that speak
Streamlit's protocol. With `--before COMMIT …` the same is done by those versions, in
worktrees of their own, before and in the same minutes. With `--runs N` only the
visitors at once are measured, N times, the versions in turn.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import psutil
import streamlit as st

from tests.benchmarks import report
from tests.browser.conftest import Server, opening_cache, serve
from tests.support.sessions import open_at_once, open_session

AT_ONCE, IN_TURN, AFTER_S = 50, 200, 180.0


class Gauge:
    """Open files and resident memory of a server, and their peaks in a `with` block."""

    def __init__(self, server: Server) -> None:
        self._process = psutil.Process(server.process.pid)
        self.files, self.memory = 0, 0

    def now(self) -> tuple[int, int]:
        """Open files and bytes of resident memory."""
        return self._process.num_fds(), self._process.memory_info().rss

    def __enter__(self) -> Gauge:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            files, memory = self.now()
            self.files, self.memory = max(self.files, files), max(self.memory, memory)


@contextlib.contextmanager
def version(commit: str | None, scratch: Path) -> Iterator[Path]:
    """The folder of a version: this one, or a worktree of a commit."""
    if commit is None:
        yield report.PROJECT
        return
    folder = scratch / commit
    git = ["git", "-C", str(report.PROJECT), "worktree"]
    subprocess.run([*git, "add", "--detach", "-q", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def measure(folder: Path, cache: Path, n: int, turns: int, after_s: float) -> list[list[str]]:
    """Two rows: sessions at once, then sessions in turn on the same server."""
    with serve(cache, folder) as server:
        gauge = Gauge(server)
        before = gauge.now()
        with gauge:
            sockets, visits = open_at_once(server.url, n)
        for socket in sockets:
            socket.close()
        whole = np.array([visit.whole for visit in visits])
        figure = np.array([visit.figure for visit in visits])
        times = [f"{np.percentile(whole, q):.1f}" for q in (50, 95)]
        peak, files = gauge.memory, gauge.files
        time.sleep(after_s)
        rest = gauge.now()
        rows = [[f"{n} at once", *times, f"{np.nanmin(figure):.1f}", *_held(
            before, (files, peak), rest)]]  # fmt: skip
        took = []
        with gauge:
            for _ in range(turns):
                socket, visit = open_session(server.url, time.monotonic())
                socket.close()
                took.append(visit.whole)
        peak, files = gauge.memory, gauge.files
        time.sleep(after_s)
        times = [f"{np.percentile(took, q):.1f}" for q in (50, 95)]
        held = _held(rest, (files, peak), gauge.now())
        return [*rows, [f"{turns} in turn", *times, f"{min(took):.1f}", *held]]


def measure_at_once(folder: Path, cache: Path, n: int, took: dict[str, list[float]]) -> None:
    """Add the times of sessions at once, by a fresh server, to those of its version."""
    with serve(cache, folder) as server:
        process = psutil.Process(server.process.pid)
        before = process.cpu_times()
        sockets, visits = open_at_once(server.url, n)
        after = process.cpu_times()
        for socket in sockets:
            socket.close()
    whole = [visit.whole for visit in visits]
    for name, value in (
        ("p50", np.percentile(whole, 50)),
        ("p95", np.percentile(whole, 95)),
        ("first", np.nanmin([visit.figure for visit in visits])),
        ("cpu", after.user + after.system - before.user - before.system),
    ):
        took.setdefault(name, []).append(float(value))


def at_once(versions: Sequence[str | None], n: int, runs: int, place: Path, save: bool) -> None:
    """Print the table of sessions at once, the versions in turn."""
    load = [os.getloadavg()[0]]
    took: dict[str | None, dict[str, list[float]]] = {commit: {} for commit in versions}
    with contextlib.ExitStack() as stack:
        folders = {commit: stack.enter_context(version(commit, place)) for commit in versions}
        caches = {c: opening_cache(place / f"cache-{c}", folder) for c, folder in folders.items()}
        for _ in range(runs):
            for commit in versions:
                measure_at_once(folders[commit], caches[commit], n, took[commit])
                load.append(os.getloadavg()[0])
    rows = [
        [commit or "this version", *(report.spread(values, 1) for values in times.values())]
        for commit, times in took.items()
    ]
    notes = (
        f"{n} sessions at once on a fresh server, {runs} rounds, the versions in turn: medians "
        "and ranges, seconds.",
        "“First”: the earliest figure; “CPU”: what the server computed for all of them.",
        f"Load average {min(load):.1f} to {max(load):.1f}; Streamlit {st.__version__}.",
    )
    report.show("sessions_at_once", notes, ["version", "p50", "p95", "first", "CPU"], rows, save)


def _held(*moments: tuple[int, int]) -> tuple[str, str]:
    files, memory = zip(*moments, strict=True)
    return " → ".join(map(str, files)), " → ".join(f"{rss / 1e6:.0f}" for rss in memory)


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=1)
    parser.add_argument(
        "--before", metavar="COMMIT", nargs="+", default=[], help="versions to measure first"
    )
    options = parser.parse_args()
    n, turns, after_s = (5, 5, 2.0) if options.quick else (AT_ONCE, IN_TURN, AFTER_S)
    load = [os.getloadavg()[0]]
    rows = []
    versions = [*options.before, None]
    with tempfile.TemporaryDirectory() as place:
        if options.runs > 1:
            at_once(versions, n, options.runs, Path(place), options.save)
            return
        for commit in versions:
            with version(commit, Path(place)) as folder:
                cache = opening_cache(Path(place) / f"cache-{commit}", folder)
                found = measure(folder, cache, n, turns, after_s)
            rows += [[commit or "this version", *row] for row in found]
            load.append(os.getloadavg()[0])
    notes = (
        "Seconds from opening the connection to the end of the page's script; “first”: to the "
        "earliest figure at once, to the fastest page in turn.",
        "Open files and resident memory (MB) of the server: before → peak → "
        f"{after_s:.0f} s after the last has left.",
        f"Load average {' → '.join(f'{one:.1f}' for one in load)}; Streamlit {st.__version__}.",
    )
    columns = ("version", "sessions", "p50", "p95", "first", "open files", "memory")
    report.show("sessions", notes, columns, rows, options.save)


if __name__ == "__main__":
    main()

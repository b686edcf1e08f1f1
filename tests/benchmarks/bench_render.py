"""What a figure costs as a file: our own writer against kaleido and its browser.

Cold: a new process, from its imports to the file of the first figure. Warm: the same
figure again, in a process that has drawn before; kaleido's browser stays open.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import report
from tests.support.visitor import chromium

NAME = "render"
FIGURES = ("alignment.over_checkpoints", "stability_grid.grid", "heatmap.heatmap of many")
WAYS = {
    "our SVG": "nothing",
    "our PNG, scale 2": "resvg_py 3 MB, fontpkg-source-sans-3 1 MB",
    "kaleido SVG": "kaleido 2 MB, Chrome about 280 MB",
    "kaleido PNG, scale 2": "kaleido 2 MB, Chrome about 280 MB",
}
"""Way → what it needs besides plotly, on disk."""
WARM = 5
PATIENCE = 60
"""Seconds after which a process that draws six small figures is taken to hang."""


def point(way: str, figure: str) -> dict[str, float]:
    """Seconds from the imports to the first file and to the next ones, and its
    bytes.
    """
    # The sample is made before the clock starts: it is not part of drawing.
    from tests.figures.render.samples import FIGURES as SAMPLES

    sample = SAMPLES[figure]()
    signal.alarm(PATIENCE)
    started = time.perf_counter()
    draw = _kaleido(way) if way.startswith("kaleido") else _ours(way)
    written = draw(sample)
    cold, warm = time.perf_counter() - started, []
    for _ in range(WARM):
        began = time.perf_counter()
        draw(sample)
        warm.append(time.perf_counter() - began)
    if way.startswith("kaleido"):
        import kaleido

        kaleido.stop_sync_server()
    return {"cold": cold, "warm": median(warm), "bytes": float(len(written))}


def _ours(way: str) -> Callable[..., bytes]:
    from explorer.figures import render

    if "PNG" in way:
        return lambda figure: render.png(render.svg(figure), scale=2)
    return lambda figure: render.svg(figure).encode()


def _kaleido(way: str) -> Callable[..., bytes]:
    import kaleido

    kind = "png" if "PNG" in way else "svg"
    kaleido.start_sync_server(path=chromium(), silence_warnings=True)
    options = {"format": kind, "width": 960, "scale": 2 if kind == "png" else 1}
    return lambda figure: bytes(kaleido.calc_fig_sync(figure, opts=options))


def _measured(way: str, figure: str) -> dict[str, float] | None:
    """One process; None where it was ended because it hung, or failed."""
    try:
        return report.fresh_process(__file__, way=way, figure=figure)
    except SystemExit:
        return None


def _rival() -> str | None:
    """Version of kaleido where it can run, None elsewhere."""
    try:
        version = importlib.metadata.version("kaleido")
    except importlib.metadata.PackageNotFoundError:
        return None
    return version if chromium() else None


def main() -> None:
    """Print one table; with `--point`, measure one way and one figure."""
    parser = report.options(__doc__, runs=5)
    parser.add_argument("--point", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.point:
        print(json.dumps(point(**options.point)))
        return
    rival, runs = _rival(), 1 if options.quick else options.runs
    rows, hung = [], 0
    for figure in FIGURES:
        for way, needs in WAYS.items():
            if way.startswith("kaleido") and rival is None:
                continue
            measured = [m for _ in range(runs) if (m := _measured(way, figure)) is not None]
            hung += runs - len(measured)
            if measured:
                seconds = [report.spread([m[k] for m in measured], 3) for k in ("cold", "warm")]
                size = f"{measured[0]['bytes'] / 1000:.0f} kB"
                rows.append([figure, way, *seconds, size, needs])
    notes = (
        f"Seconds: median (lowest–highest) of {runs} processes, each of which draws {WARM + 1} "
        f"times; load average {os.getloadavg()[0]:.1f}.",
        f"kaleido {rival}, {Path(chromium() or '').name}; processes that hung: {hung}."
        if rival
        else "Without kaleido, or without a Chromium.",
    )
    columns = ("figure", "way", "cold", "warm", "bytes", "needs besides plotly")
    report.show(NAME, notes, columns, rows, options.save)


if __name__ == "__main__":
    main()

"""What the check of a run file costs when it is first seen: the bundled files one after
the other, as the server looks at them, and a synthetic one of the paper's size.

The first file of a process also pays for the schema, made once.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.settings import PROJECT
from explorer.store.connect import homes, memory
from explorer.store.run.info import MOST_MEMORY, inspect
from tests.benchmarks import report
from tests.support import paper_scale


def timed(files: list[Path], runs: int) -> dict[str, list[float]]:
    """Name of a file → milliseconds of each time."""
    took: dict[str, list[float]] = {path.stem: [] for path in files}
    con = memory(*homes(files), most=MOST_MEMORY)
    for _ in range(runs):
        for path in files:
            began = time.perf_counter()
            inspect(path, con)
            took[path.stem].append(1000 * (time.perf_counter() - began))
    con.close()
    return took


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=9)
    parser.add_argument("--folder", help="where the run of the paper's size is kept")
    options = parser.parse_args()
    bundled = sorted((PROJECT / "cache" / "runs").glob("*.duckdb"))
    took = timed(bundled, options.runs)
    slowest = max(took, key=lambda name: median(took[name]))
    every = [value for values in took.values() for value in values]
    rows = [
        (f"the slowest of the {len(took)} bundled, {slowest}", report.spread(took[slowest], 0)),
        (f"all {len(took)} bundled", report.spread(every, 0)),
    ]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.folder or scratch)
        n, hidden = (60, 64) if options.quick else (paper_scale.N_CONCEPTS, paper_scale.HIDDEN)
        path = paper_scale.write(folder / "runs", 143000, n_concepts=n, hidden=hidden)
        ((_, large),) = timed([path], options.runs).items()
        rows.append(
            (f"{n} concepts, {9 * paper_scale.LAYERS * hidden:,} units", report.spread(large, 0))
        )
    notes = ["Milliseconds for a file, medians and ranges."]
    report.show("run_check", notes, ["file", "check"], rows, options.save)


if __name__ == "__main__":
    main()

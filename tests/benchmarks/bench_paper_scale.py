"""What exhibits cost the server on runs of the paper's size: 639 concepts and 1,658,880
units, half a percent of them experts (synthetic runs, written by the real writer).

Each exhibit is made in a process of its own, prepared as the server is: the first time
reads what it needs from the run files, the later ones find it remembered.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import report
from tests.support import paper_scale

STEPS = (0, *(2**k for k in range(10)), *(1000 * k for k in (1, 2, 4, 9, 18, 36, 72, 108, 143)))
"""Twenty checkpoints of the paper's kind; with the untrained twin 21 runs."""
AGAIN = 3
PARTS = {
    "alignment": {},
    "pairs": {},
    "network": {},
    "heatmap": {},
    "concepts": {},
    "concept-ladder": {"concept": "word5"},
    "concept-experts": {"concept": "word5"},
    "where-concept": {"concept": "word5"},
    "neighbours": {"concept": "word5"},
    "biography": {"concept": "word5"},
    "units": {},
    "unit-concepts": {},
    "pair-ladder": {"concept": "word5", "other": "word15"},
    "pair-tau": {"concept": "word5", "other": "word15"},
    "where-layers": {},
    "where-density": {},
    "key-numbers": {},
    "headline": {},
    "headline-training": {},
    "differences": {"compare": "checkpoints"},
    "threshold": {},
    "where-training": {},
    "where-claims": {},
    "pair-steps": {"concept": "word5", "other": "word15"},
    "recovery": {},
    "recovery-steps": {},
    "bridges": {},
    "stability": {},
    "compare-similarity": {},
    "map": {},
    "over-training": {},
}


def timed(part: str) -> dict[str, float]:
    """Milliseconds of the first and of later times, and megabytes of the process."""
    from explorer.exhibits import exhibit
    from explorer.probes.inflection import inflected
    from explorer.results.library import open_library
    from explorer.results.view import view_of
    from explorer.ui.server import share_cores

    share_cores()
    inflected("word")
    last = paper_scale.request(STEPS[-1], int(os.environ["PAPER_CONCEPTS"]))
    view = view_of(open_library(), run=last.id)
    took = []
    for _ in range(1 + AGAIN):
        began = time.perf_counter()
        exhibit(part, view, **PARTS[part])
        took.append(1000 * (time.perf_counter() - began))
    memory = psutil.Process().memory_info().rss / 1e6
    return {"first": took[0], "again": median(took[1:]), "memory": memory}


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=1)
    parser.add_argument("--point", help="make one exhibit")
    parser.add_argument("--folder", help="where the runs are kept; made anew when left out")
    options = parser.parse_args()
    if options.point:
        print(json.dumps(timed(json.loads(options.point)["part"])))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.folder or scratch)
        n, hidden = (60, 64) if options.quick else (paper_scale.N_CONCEPTS, paper_scale.HIDDEN)
        for step in (None, *STEPS):
            path = paper_scale.write(folder / "runs", step, n_concepts=n, hidden=hidden)
            print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB", file=sys.stderr, flush=True)
        os.environ["EXPERT_EXPLORER_CACHE"] = str(folder)
        os.environ["PAPER_CONCEPTS"] = str(n)
        rows = []
        for part in PARTS:
            runs = [report.fresh_process(__file__, part=part) for _ in range(options.runs)]
            values = [median([run[key] for run in runs]) for key in ("first", "again", "memory")]
            rows.append((part, *(f"{value:,.0f}" for value in values)))
            print(rows[-1], file=sys.stderr, flush=True)
    notes = [
        f"{n} concepts, {paper_scale.LAYERS} layers of width {hidden}, "
        f"{1 + len(STEPS)} runs; server time in milliseconds."
    ]
    report.show("paper_scale", notes, ["exhibit", "first", "again", "MB"], rows, options.save)


if __name__ == "__main__":
    main()

"""The estimate shown before a run against what the run took: by rule of thumb, and
measured on this machine.

Each run is the real pipeline on real sentences of the bundled probe set, in a cache of
its own that is thrown away, in a process of its own as the dashboard starts one; the
clock stops when that has ended.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import RunRequest
from explorer.jobs.cost import speeds
from explorer.jobs.cost.estimate import estimate
from explorer.jobs.kind import Context
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.probes import probe_set
from explorer.probes.probe_set import BUNDLED
from tests.benchmarks import report

CASES = (
    (
        "SmolLM2-135M, 10 concepts, 20/100, one fold",
        10,
        {"n_positive": 20, "n_negative": 100, "folds": 1},
    ),
    ("the same, 100/100, four folds", 10, {"n_positive": 100, "n_negative": 100, "folds": 4}),
    ("40 concepts, 50/250, one fold", 40, {"n_positive": 50, "n_negative": 250, "folds": 1}),
    (
        "40 concepts, 50/250, one fold, bfloat16",
        40,
        {"n_positive": 50, "n_negative": 250, "dtype": "bfloat16"},
    ),
)


def request_of(concepts: int, sizes: dict[str, object]) -> RunRequest:
    """The built-in model on the first concepts of the bundled probe set."""
    info = probe_set.load(BUNDLED).info
    fixed = {"folds": 1, **sizes}
    return RunRequest(
        Checkpoint("built-in"), BUNDLED, info.digest, info.concepts[:concepts], **fixed
    )  # type: ignore[arg-type]


def measure(request: RunRequest) -> tuple[float, float, float]:
    """Seconds by rule of thumb, seconds by measurement, and seconds taken."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPERT_EXPLORER_CACHE"] = folder
        by_rule = estimate(request).seconds
        speeds.measure(request)
        measured = estimate(request).seconds
        began = time.perf_counter()
        report.fresh_process(__file__, request=request.to_json())
        return by_rule, measured, time.perf_counter() - began


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=1)
    parser.add_argument("--point", help="carry out one request")
    options = parser.parse_args()
    if options.point:
        request = RunRequest.from_json(json.loads(options.point)["request"])
        EXTRACTION.run(Pass((request,), ()), Context())
        print(json.dumps({}))
        return
    rows, ratios = [], []
    for name, concepts, sizes in CASES[: 1 if options.quick else None]:
        runs = [measure(request_of(concepts, dict(sizes))) for _ in range(options.runs)]
        by_rule, measured, taken = (median(column) for column in zip(*runs, strict=True))
        ratios.append(taken / measured)
        cells = (f"{taken:.0f} s", f"{by_rule:.0f} s", f"{taken / by_rule:.2f}")
        rows.append((name, *cells, f"{measured:.0f} s", f"{taken / measured:.2f}"))
    notes = [
        f"Measured estimates: the runs took {min(ratios):.2f} to {max(ratios):.2f} times as long "
        "as told."
    ]
    columns = ["run", "taken", "rule of thumb", "taken ÷ rule", "measured", "taken ÷ measured"]
    report.show("estimate", notes, columns, rows, options.save)


if __name__ == "__main__":
    main()

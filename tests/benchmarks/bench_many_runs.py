"""What a page costs the server when the cache holds very many runs: choosing one, and
the form of a study of 60 runs that are all missing.

The cache is made of copies of one small real file under other identities. Both are
drawn by Streamlit without a browser, in a process of their own; the first time reads
the index of the cache, the later ones are what each click costs.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import report
from tests.support.many_runs import many_runs

COUNTS = (21, 150, 429)
AGAIN = 5
STUDY = """
title = "60 runs that are missing"
probe_sets = ["bundled"]
concepts = "all"
n_positive = [20, 30, 40, 50, 60, 70, 80, 90, 100, 110]
n_negative = [100, 200, 300, 400, 450, 500]
folds = 1
models = [{ model = "built-in" }]
"""


def choosing() -> None:
    """The control that every page of results has."""
    from explorer.ui.controls.view import run

    run()


def form(study: str) -> None:
    """What the Extract page shows of a study."""
    from explorer.studies.study import parse
    from explorer.ui.forms.study import show

    show(parse("mine", study))


def timed(part: str) -> dict[str, float]:
    """Milliseconds of the first drawing and the median of the later ones."""
    from streamlit.testing.v1 import AppTest

    script: Any = {"choosing": choosing, "form": form}[part]
    given = {"study": STUDY} if part == "form" else {}
    page = AppTest.from_function(script, default_timeout=120, kwargs=given)
    took = []
    for _ in range(1 + AGAIN):
        began = time.perf_counter()
        page.run()
        took.append(1000 * (time.perf_counter() - began))
        assert not page.exception, page.exception
    return {"first": took[0], "again": median(took[1:])}


def main() -> None:
    """Print one table."""
    parser = report.options(__doc__, runs=3)
    parser.add_argument("--point", help="draw one part")
    options = parser.parse_args()
    if options.point:
        print(json.dumps(timed(json.loads(options.point)["part"])))
        return
    rows = []
    for count in COUNTS[: 1 if options.quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            many_runs(Path(folder, "runs"), count)
            os.environ["EXPERT_EXPLORER_CACHE"] = folder
            report.fresh_process(__file__, part="choosing")  # writes the index
            cells: list[str] = []
            for part in ("choosing", "form"):
                runs = [report.fresh_process(__file__, part=part) for _ in range(options.runs)]
                cells += [report.spread([run[x] for run in runs], 0) for x in ("first", "again")]
            rows.append((f"{count} runs", *cells))
    columns = ["in the cache", "choosing, first", "again", "study form, first", "again"]
    notes = ["Milliseconds of server time, medians and ranges."]
    report.show("many_runs", notes, columns, rows, options.save)


if __name__ == "__main__":
    main()

"""The numbers of the bundled study stay what they are, and each of its exhibits can be
made.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from explorer.core import settings
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.row import Row
from explorer.results.overview import headline_points, key_numbers
from explorer.results.view import View, parse_view
from explorer.store.library import Library

pytestmark = pytest.mark.slow

RHO = {
    ("trained", "experts"): 0.5869036796419402,
    ("trained", "word embedding"): 0.33730500295997956,
    ("trained", "sentence embedding"): 0.5460941574819845,
    ("untrained", "experts"): -0.005518913490284015,
    ("untrained", "word embedding"): -0.034467086230944854,
    ("untrained", "sentence embedding"): 0.21952165975371085,
}
RATIO, RATIO_OF_CONTROL = 17.401892253784926, 2.3041599534567943


@pytest.fixture(scope="module")
def view() -> View:
    library = Library(settings.PROJECT / "cache" / "runs")
    view, _ = parse_view(library, {"run": "8137c33b01463f2a", "human": "MEN test"})
    assert view is not None
    return view


def test_the_headline_has_not_moved(view: View) -> None:
    points = headline_points(view).set_index(["weights", "representation"])
    assert points["rho"].to_dict() == pytest.approx(RHO, rel=1e-12)
    assert set(points["n"]) == {302}
    ratio = key_numbers(view).set_index("number").loc["overlap within ÷ across domains"]
    assert (ratio["value"], ratio["control"]) == pytest.approx((RATIO, RATIO_OF_CONTROL), rel=1e-12)


@pytest.mark.parametrize("row", EXHIBITS.values(), ids=lambda row: row.name)
def test_each_exhibit_can_be_made_or_says_what_it_needs(row: Row, view: View) -> None:
    if row.lacking(view) is None:
        assert exhibit(row.name, view).name == row.name


EVERY_ROW = """
import sys
from explorer.exhibits import EXHIBITS, exhibit
from explorer.results.library import open_library
from explorer.results.view import View, parse_view
library = open_library()
views = [parse_view(library, {"run": run.id})[0] for run in library.runs()]
views.sort(key=lambda view: view.run.id != "8137c33b01463f2a")
for row in EXHIBITS.values():
    fitting = next((view for view in views if row.lacking(view) is None), None)
    if fitting is not None:
        shown = exhibit(row.name, fitting)
        print(row.name, len(shown.data))
print(sorted({"streamlit", "torch", "transformers"} & set(sys.modules)))
"""


@pytest.mark.slow
def test_every_exhibit_of_the_study_is_made_with_neither_streamlit_nor_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERY_ROW],
        cwd=settings.PROJECT,
        env={**os.environ, "EXPERT_EXPLORER_CACHE": str(settings.PROJECT / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    *made, heavy = done.stdout.splitlines()
    assert heavy == "[]"
    names = [line.split()[0] for line in made]
    # These compare runs of a sweep of set sizes, or need odd-one-out judgements, which
    # the bundled study has not.
    sweeps = {"set-growth", "recommendations", "stability-grid", "type-token"}
    assert set(names) == set(EXHIBITS) - sweeps - {"triplets"}

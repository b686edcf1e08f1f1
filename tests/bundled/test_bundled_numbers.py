"""The numbers of the bundled study stay what they are, and each of its exhibits can be
made.
"""

from __future__ import annotations

import pytest

from explorer.core import settings
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.row import Row
from explorer.results.overview import headline_points, key_numbers
from explorer.results.view import View, parse_view
from explorer.store.library import Library

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

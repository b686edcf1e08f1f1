"""Exhibits of the pages stability and domains: complete where they can be, told where
not.
"""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.core.tau import Tau
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.row import Row
from explorer.results.view import View
from tests.exhibits.test_alignment import STEPS, assert_complete, bare, opened
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.sweep import cell, cell_request

__all__ = ["bare"]

ROWS = [row for row in EXHIBITS.values() if row.page in ("stability", "domains")]
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A trained run with its twin, a trajectory, and a sweep of set sizes."""
    folder = tmp_path_factory.mktemp("runs")
    small_run(folder, concepts=(*CONCEPTS, "sun"))
    small_run(folder, concepts=(*CONCEPTS, "sun"), random_init=0)
    for step, quality in STEPS.items():
        small_run(folder, concepts=(*CONCEPTS, "sun"), revision=f"step{step}", quality=quality)
    return opened(folder, run=small_run(folder, concepts=(*CONCEPTS, "sun")).stem)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Three sizes of the positive set."""
    folder = tmp_path_factory.mktemp("sweep")
    paths = [cell(folder, cell_request(n_positive=n)) for n in (10, 20, 40)]
    return opened(folder, run=paths[-1].stem)


def view_of(row: Row, study: View, swept: View) -> View:
    return study if row.lacking(study) is None else swept


@EACH_ROW
def test_each_is_complete_on_a_study(row: Row, study: View, swept: View) -> None:
    view = view_of(row, study, swept)
    assert row.lacking(view) is None
    assert_complete(exhibit(row.name, view), row, view)


@EACH_ROW
def test_each_is_complete_on_a_lonely_run_or_says_what_it_needs(row: Row, bare: View) -> None:
    if sentence := row.lacking(bare):
        assert sentence.endswith(".")
        with pytest.raises(InputError, match="cannot be shown"):
            exhibit(row.name, bare)
        return
    assert_complete(exhibit(row.name, bare), row, bare)


@EACH_ROW
def test_every_option_can_be_chosen(row: Row, study: View, swept: View) -> None:
    view = view_of(row, study, swept)
    for option in row.options:
        for value in option.offered(view, {})[:4]:
            assert_complete(exhibit(row.name, view, **{option.name: value}), row, view)


@EACH_ROW
def test_each_can_be_made_where_no_two_concepts_share_an_expert(row: Row, study: View) -> None:
    twin = study.selection.twin(study.run)
    assert twin is not None
    empty = View(study.library, twin, None, Tau.of(0.95))
    if row.lacking(empty) is None:
        assert_complete(exhibit(row.name, empty), row, empty)


def test_concepts_without_a_domain_come_on_request(study: View) -> None:
    for name in ("network", "heatmap"):
        assert "n = 12 concepts" in exhibit(name, study).caption
        assert "n = 13 concepts" in exhibit(name, study, all="true").caption


def test_a_step_of_the_recovery_leads_to_its_run(study: View) -> None:
    shown = exhibit("recovery-steps", study)
    assert shown.target == ("run",)
    assert shown.figure is not None
    marked = [t.customdata for t in shown.figure.data if t.customdata is not None]
    assert {str(point[0]) for custom in marked for point in custom} <= {r.id for r in study.runs}


def test_the_links_of_the_network_are_its_data(study: View) -> None:
    shown = exhibit("network", study, edges="10", concept="cat")
    assert shown.network is not None
    assert len(shown.data) == len(shown.network.data["edges"]) == 10
    assert shown.network.data["selected"] == "cat"
    assert "10 links" in shown.caption


def test_an_unknown_concept_is_refused_with_those_there_are(study: View) -> None:
    with pytest.raises(InputError, match="zebra"):
        exhibit("neighbours", study, concept="zebra")


def test_cells_of_a_sweep_are_all_in_the_grid(swept: View) -> None:
    assert set(exhibit("stability-grid", swept).data["n_positive"]) == {10, 20, 40}


def test_what_more_sentences_gain_is_read_out(swept: View) -> None:
    lead = exhibit("set-growth", swept).lead
    assert lead.startswith("Chat-A, N⁻ 40, τ 0.50. ")
    assert "which by itself raises overlap." in lead

"""Every exhibit with every way to compare expert sets: shown and told, or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.core.errors import InputError
from explorer.core.similarity import BEYOND_CHANCE, JACCARD, OVERLAPS, Overlap, parse_overlap
from explorer.core.tau import Tau
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.row import Row
from explorer.results.view import View
from tests.exhibits.test_alignment import STEPS, assert_complete, opened
from tests.support.fixtures import small_run

SIMILAR = [row for row in EXHIBITS.values() if len(row.overlaps) > 1]
OTHERS = [row for row in EXHIBITS.values() if row.overlaps == (JACCARD,)]
EACH_OVERLAP = pytest.mark.parametrize("overlap", OVERLAPS, ids=lambda overlap: overlap.name)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A trained run with its twin, and a trajectory."""
    folder = tmp_path_factory.mktemp("runs")
    trained = small_run(folder)
    small_run(folder, random_init=0)
    for step, quality in STEPS.items():
        small_run(folder, revision=f"step{step}", quality=quality)
    return opened(folder, run=trained.stem, human="fixture test")


def test_every_page_with_a_choice_of_overlap_has_exhibits_that_follow_it() -> None:
    pages = {row.page for row in SIMILAR}
    assert pages == {"overview", "alignment", "concepts", "pairs", "domains", "compare"}


@EACH_OVERLAP
@pytest.mark.parametrize("row", SIMILAR, ids=lambda row: row.name)
def test_what_follows_the_choice_says_so(row: Row, overlap: Overlap, study: View) -> None:
    view = replace(study, overlap=overlap)
    if overlap not in row.overlaps:
        with pytest.raises(InputError, match="knows the overlap “Jaccard”, “beyond chance” only"):
            exhibit(row.name, view)
        return
    if row.lacking(view):
        return
    shown = exhibit(row.name, view)
    assert_complete_or_of_a_pair(shown, row, view)
    told = f"{shown.caption} {shown.lead}"
    of_experts_alone = {"over-training", "over-training-panels"}
    if overlap.corrected and row.name not in of_experts_alone:
        assert "beyond chance" in told
    if overlap.top and row.name not in of_experts_alone:
        assert f"{overlap.top} units of highest AP" in told or overlap.name in told


def assert_complete_or_of_a_pair(shown, row: Row, view: View) -> None:  # type: ignore[no-untyped-def]
    if row.page == "pairs":
        assert shown.caption
        assert len(shown.data)
    else:
        assert_complete(shown, row, view)


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row.name)
def test_what_shows_expert_sets_themselves_refuses_another_overlap(row: Row, study: View) -> None:
    with pytest.raises(InputError, match="leave “overlap” out"):
        exhibit(row.name, replace(study, overlap=BEYOND_CHANCE))
    assert row.seen(replace(study, overlap=BEYOND_CHANCE)) == study


def test_sets_that_are_smaller_than_asked_are_told_once_a_run(study: View) -> None:
    view = replace(study, overlap=parse_overlap("top 200"))
    notes = exhibit("pairs", view).notes
    assert len(notes) == 2
    assert all("their sets are smaller" in note for note in notes)
    assert "random init" in notes[1]
    assert exhibit("pairs", study).notes == ()


def test_alignment_says_how_many_experts_concepts_have(study: View) -> None:
    lead = exhibit("alignment", study).lead
    assert study.control is not None
    for run in study.pair:
        assert f"A concept of {run.label} has " in lead
    top = exhibit("alignment", replace(study, overlap=parse_overlap("top 50"))).lead
    assert "50 experts in the median" in top


def test_where_nothing_overlaps_the_sentence_fits_the_choice(study: View) -> None:
    twin = study.selection.twin(study.run)
    assert twin is not None
    empty = replace(study, run=twin, tau=Tau.of(0.95))
    assert "lower it to see links" in exhibit("network", empty).notes[0]
    corrected = replace(empty, overlap=BEYOND_CHANCE)
    told = exhibit("network", corrected).notes[0]
    assert told.startswith("No two concepts overlap more than chance gives (τ 0.95")
    assert "no two concepts overlap more than chance" in exhibit("recovery-tau", corrected).notes[0]
    sentence = EXHIBITS["bridges"].lacking(corrected)
    assert sentence is not None
    assert "Lower τ" not in sentence


def test_a_ratio_of_overlaps_beyond_chance_is_of_what_is_not_below_it(study: View) -> None:
    shown = exhibit("recovery", replace(study, overlap=BEYOND_CHANCE))
    assert "overlap below chance counts as none" in shown.caption
    assert "counts as none" not in exhibit("recovery", study).caption

"""Which checkpoints, sizes and representations are compared, and that it is the paired
measure.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import REPRESENTATIONS, Experts
from explorer.core.tau import LOWEST
from explorer.measure.alignment import compare, holm
from explorer.results.alignment import alignment_of
from explorer.results.differences import (
    comparisons_of_checkpoints,
    comparisons_of_sizes,
    comparisons_with_control,
    difference_of,
    differences,
)
from explorer.results.reading import rated_pairs
from explorer.results.view import View
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, DATASET, small_run

pytestmark = pytest.mark.slow

TEST = Ratings(DATASET, "test")
OF = Experts(LOWEST)


def two_models(folder: Path) -> Library:
    """Two models of three checkpoints each, which share two steps, and a random
    init.
    """
    for model, steps in (("fixture/small", (0, 8, 64)), ("fixture/large", (0, 64, 512))):
        for step in steps:
            quality = min(1.0, step / 64)
            small_run(folder, model=model, revision=f"step{step}", quality=quality)
    small_run(folder, random_init=0)
    return Library(folder)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return two_models(tmp_path_factory.mktemp("runs"))


def at(library: Library, label: str) -> RunInfo:
    return next(run for run in library.runs() if run.label == label)


def view_of(library: Library, label: str) -> View:
    return View(library, at(library, label), TEST)


def test_differences_of_alignments_are_those_of_the_pairs(library: Library) -> None:
    a, b = at(library, "large · step512"), at(library, "large · step0")
    pairs = [rated_pairs(library, run.id, TEST, OF) for run in (a, b)]
    a_of, b_of = (table["similarity"] for table in pairs)
    words = pairs[0][["i", "j"]].to_numpy()
    expected = compare(a_of, b_of, pairs[0]["score"], words)
    assert difference_of(library, a.id, OF, b.id, OF, TEST) == expected


def test_runs_of_other_concepts_are_compared_over_the_pairs_they_share(tmp_path: Path) -> None:
    library = two_models(tmp_path)
    small_run(tmp_path, model="fixture/other", concepts=CONCEPTS[:9])
    other, run = at(library, "other"), at(library, "large · step64")
    shared = difference_of(library, run.id, OF, other.id, OF, TEST)
    assert 4 <= shared.n < alignment_of(library, run.id, TEST, OF).n
    assert np.isfinite(shared.delta)


def test_sizes_are_compared_at_the_steps_they_share(library: Library) -> None:
    table = differences(library, comparisons_of_sizes(view_of(library, "small · step8")), TEST)
    assert sorted(set(table["step"])) == [0, 64]
    assert set(table["group"]) == {"small − large"}
    assert len(table) == 2 * len(REPRESENTATIONS)
    np.testing.assert_array_equal(table["p_holm"], holm(table["p"].to_numpy()))


def test_a_single_model_has_no_sizes(tmp_path: Path) -> None:
    for step in (0, 64):
        small_run(tmp_path, model="fixture/large", revision=f"step{step}")
    view = view_of(Library(tmp_path), "large · step64")
    assert comparisons_of_sizes(view) == ()
    assert differences(view.library, (), TEST).empty


def test_checkpoints_are_compared_with_the_one_before_or_one_of_choice(library: Library) -> None:
    view = view_of(library, "small · step64")
    assert [asked.text for asked in comparisons_of_checkpoints(view)][::3] == [
        "step 8 − step 0, experts",
        "step 64 − step 8, experts",
    ]
    assert [asked.text for asked in comparisons_of_checkpoints(view, "small · step0")][::3] == [
        "step 8 − step 0, experts",
        "step 64 − step 0, experts",
    ]


def test_trained_is_compared_with_untrained_where_there_is_a_control(library: Library) -> None:
    view = view_of(library, "small · step64")
    start = at(library, "small · step0")
    compared = comparisons_with_control(view, [view.run, start])
    assert {(asked.run, asked.other) for asked in compared} == {(view.run.id, start.id)}
    assert [asked.representation for asked in compared] == list(REPRESENTATIONS)

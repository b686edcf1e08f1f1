"""What could stand behind an alignment: shared words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.core.similarity import REPRESENTATIONS, Experts
from explorer.core.tau import LOWEST
from explorer.measure.alignment import holm
from explorer.results.partial import SURFACE, partial_alignments
from explorer.results.shared_words import shared_words
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, DATASET, small_run


@pytest.fixture
def library(tmp_path: Path) -> Library:
    small_run(tmp_path, model="fixture/small", revision="step64")
    small_run(tmp_path, model="fixture/large", revision="step0", quality=0.0)
    return Library(tmp_path)


def test_runs_of_one_design_share_what_their_sentences_share(library: Library) -> None:
    first, second = (shared_words(library, run) for run in library.runs())
    assert first is second
    assert first.shape == (len(CONCEPTS), len(CONCEPTS))


def test_runs_of_other_sentences_do_not(library: Library, tmp_path: Path) -> None:
    run = library.runs()[0]
    other = library.run(small_run(tmp_path, seed=1).stem)
    assert shared_words(library, other) is not shared_words(library, run)


def test_partial_rho_is_told_for_each_representation_and_raw_for_the_words(
    library: Library,
) -> None:
    table = partial_alignments(library, library.runs(), Ratings(DATASET, "test"), Experts(LOWEST))
    assert table["representation"].tolist() == [*REPRESENTATIONS, SURFACE] * 2
    alone = table["representation"] == SURFACE
    assert table.loc[alone, "partial"].isna().all()
    assert table.loc[~alone, "partial"].notna().all()
    np.testing.assert_array_equal(table["p_holm"], holm(table["partial_p"], table["run"]))

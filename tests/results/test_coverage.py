"""Rated pairs without a probe set: exact where the ratings are at hand, honest where
they are not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import ResourceError
from explorer.core.ratings import Ratings
from explorer.core.records import HumanPair
from explorer.probes import human as human_data
from explorer.results.coverage import Coverage, coverage
from explorer.store.library import Library
from tests.support.fixtures import small_run

SOME = [HumanPair("MEN", "test", "cat", "dog", 40), HumanPair("MEN", "test", "cat", "quark", 3)]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A cache with one run."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    small_run(tmp_path / "runs")
    return Library(tmp_path / "runs")


def measured(library: Library, ratings: Ratings) -> Coverage:
    return coverage(library, library.runs()[0], ratings)


def test_a_published_set_is_listed_when_it_is_at_hand(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(human_data, "at_hand", lambda _: True)
    monkeypatch.setattr(
        human_data, "load", lambda _: [*SOME, HumanPair("MEN", "dev", "up", "down", 1)]
    )
    covered = measured(library, Ratings("MEN", "test"))
    assert covered.total == 2
    assert covered.missing is not None
    assert covered.missing["without a probe set"].tolist() == ["quark"]


def test_nothing_is_fetched_to_list_pairs(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))
    monkeypatch.setattr(human_data, "load", lambda _: pytest.fail("asked for the network"))
    covered = measured(library, Ratings("MEN", "test"))
    assert covered.missing is None
    assert covered.total is None
    assert "not on this machine" in covered.note


def test_a_damaged_file_of_ratings_is_said_to_be_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(key: str) -> list[HumanPair]:
        raise ResourceError("men_dataset.txt is not the file we know.")

    monkeypatch.setattr(human_data, "at_hand", lambda _: True)
    monkeypatch.setattr(human_data, "load", damaged)
    covered = measured(library, Ratings("MEN", "test"))
    assert covered.missing is None
    assert "not the file we know" in covered.note


def test_ratings_of_the_same_name_that_the_run_was_not_given_are_not_mistaken_for_its_own(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "human" / "0123456789ab"
    folder.mkdir(parents=True)
    (folder / "fixture.csv").write_text("word1,word2,score\ncat,dog,1\n")
    (folder / "broken.csv").write_text("nothing")
    covered = measured(library, Ratings("fixture"))
    assert covered.missing is None
    assert covered.text == "66 of 67 pairs covered"

"""Rated pairs without a probe set: exact where the ratings are at hand, honest where
they are not.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from explorer.ui.controls.pick import HumanChoice

from explorer.core.errors import ResourceError
from explorer.core.records import HumanPair, RunInfo
from explorer.probes import human as human_data
from explorer.store.library import Library
from explorer.ui import rated_coverage
from tests.support.fixtures import small_run

SOME = [HumanPair("MEN", "test", "cat", "dog", 40), HumanPair("MEN", "test", "cat", "quark", 3)]


@pytest.fixture
def run(empty_cache: Path) -> RunInfo:
    small_run(empty_cache / "runs")
    return Library(empty_cache / "runs").runs()[0]


def test_a_published_set_is_listed_when_it_is_at_hand(
    run: RunInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(human_data, "at_hand", lambda _: True)
    monkeypatch.setattr(
        human_data, "load", lambda _: [*SOME, HumanPair("MEN", "dev", "up", "down", 1)]
    )
    found = rated_coverage.coverage(run, HumanChoice("MEN", "test", 1))
    assert found.total == 2
    assert found.missing is not None
    assert found.missing["without a probe set"].tolist() == ["quark"]


def test_nothing_is_fetched_to_list_pairs(
    run: RunInfo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))
    monkeypatch.setattr(human_data, "load", lambda _: pytest.fail("asked for the network"))
    found = rated_coverage.coverage(run, HumanChoice("MEN", "test", 1))
    assert found.missing is None
    assert found.total is None
    assert "not on this machine" in found.note


def test_a_damaged_file_of_ratings_is_said_to_be_one(
    run: RunInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(key: str) -> list[HumanPair]:
        raise ResourceError("men_dataset.txt is not the file we know.")

    monkeypatch.setattr(human_data, "at_hand", lambda _: True)
    monkeypatch.setattr(human_data, "load", damaged)
    found = rated_coverage.coverage(run, HumanChoice("MEN", "test", 1))
    assert found.missing is None
    assert "not the file we know" in found.note


def test_ratings_of_the_same_name_that_the_run_was_not_given_are_not_mistaken_for_its_own(
    run: RunInfo, empty_cache: Path
) -> None:
    folder = empty_cache / "human" / "0123456789ab"
    folder.mkdir(parents=True)
    (folder / "fixture.csv").write_text("word1,word2,score\ncat,dog,1\n")
    (folder / "broken.csv").write_text("nothing")
    found = rated_coverage.coverage(run, HumanChoice("fixture", None, 66))
    assert found.missing is None
    assert found.text == "66 of 67 pairs covered"

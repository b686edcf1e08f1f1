"""Ratings that came after a run: kept beside the runs, joined where they are read."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from explorer.core.ratings import Ratings
from explorer.core.records import HumanPair
from explorer.probes import human as published
from explorer.probes.kept import ask_for, keep, keep_file, kept_files
from explorer.results.coverage import coverage
from explorer.results.rated import human_pairs
from explorer.results.ratings import rated_choices
from explorer.store.library import Library
from tests.support.fixtures import DATASET, small_run
from tests.support.fixtures import human_pairs as fixture_pairs

OWN = b"word1,word2,score\ncat,dog,9\ncar,bus,8\nred,zebra,3\n"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Library, str]:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    run_id = small_run(tmp_path / "runs").stem
    return Library(tmp_path / "runs"), run_id


def labels(library: Library, run_id: str) -> dict[str, int]:
    return {choice.ratings.label: choice.n for choice in rated_choices(library, run_id)}


def test_ratings_that_are_kept_later_count_for_runs_that_exist(
    study: tuple[Library, str],
) -> None:
    library, run_id = study
    before = labels(library, run_id)
    path = keep("own", OWN)
    after = labels(library, run_id)
    (label,) = after.keys() - before.keys()
    assert label == f"own {path.parent.name[:7]}"
    assert after[label] == 2
    rows = human_pairs(library, run_id, Ratings(label))
    words = library.concepts(run_id)["word"]
    for row in rows.itertuples():
        assert (words[row.i], words[row.j]) == (row.word1, row.word2)
    assert rows["score"].tolist() == [9.0, 8.0]
    found = coverage(library, library.run(run_id), Ratings(label))
    assert found.text == "2 of 3 pairs covered"
    path.unlink()
    assert labels(library, run_id) == before


def test_two_files_of_one_name_are_two_data_sets(study: tuple[Library, str]) -> None:
    library, run_id = study
    keep("own", OWN)
    keep("own", OWN.replace(b"cat,dog,9", b"cat,dog,1"))
    assert sum(label.startswith("own ") for label in labels(library, run_id)) == 2


def test_the_same_content_is_kept_once_and_a_kept_file_stays(study: tuple[Library, str]) -> None:
    first = keep("own", OWN)
    assert keep("own", OWN) == first == keep_file(first)
    assert len(kept_files()) == 1


def test_ratings_that_a_run_holds_are_not_there_twice(study: tuple[Library, str]) -> None:
    library, run_id = study
    before = labels(library, run_id)
    rows = [f"{p.word1},{p.word2},{p.score}" for p in fixture_pairs()]
    keep(DATASET, "\n".join(["word1,word2,score", *rows]).encode())
    assert labels(library, run_id) == before


def test_published_ratings_that_could_not_be_had_count_once_they_are_at_hand(
    study: tuple[Library, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library, run_id = study
    monkeypatch.setattr(published, "at_hand", lambda name: name == "MEN")
    monkeypatch.setattr(published, "load", lambda _: [HumanPair("MEN", "test", "cat", "dog", 40.0)])
    assert "MEN test" not in labels(library, run_id), "it was not asked for"
    path = small_run(tmp_path / "others")
    with duckdb.connect(str(path)) as con:
        con.execute(
            "INSERT INTO meta VALUES ('human_skipped', ?)", [json.dumps({"MEN": "no network"})]
        )
    assert labels(Library(path.parent), run_id)["MEN test"] == 1


def test_published_ratings_beyond_the_usual_count_for_every_run_once_they_are_at_hand(
    study: tuple[Library, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, run_id = study
    pair = HumanPair("RG-65", "all", "cat", "dog", 3.0)
    monkeypatch.setattr(published, "load", lambda _: [pair])
    monkeypatch.setattr(published, "at_hand", lambda _: False)
    before = labels(library, run_id)
    monkeypatch.setattr(published, "at_hand", lambda name: name == "RG-65")
    assert labels(library, run_id) == before | {"RG-65": 1}


def test_published_ratings_that_cover_no_pair_leave_the_others_as_they_are(
    study: tuple[Library, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, run_id = study
    monkeypatch.setattr(published, "at_hand", lambda _: False)
    before = human_pairs(library, run_id)
    monkeypatch.setattr(published, "at_hand", lambda name: name == "MTurk-287")
    unmet = HumanPair("MTurk-287", "all", "quark", "gluon", 3.0)
    monkeypatch.setattr(published, "load", lambda _: [unmet])
    after = human_pairs(library, run_id)
    assert len(before) > 0
    pd.testing.assert_frame_equal(after, before)


def test_published_ratings_that_are_asked_for_later_count_for_that_run(
    study: tuple[Library, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library, run_id = study
    other = small_run(tmp_path / "runs", seed=1).stem
    monkeypatch.setattr(published, "at_hand", lambda name: name == "MEN")
    monkeypatch.setattr(published, "load", lambda _: [HumanPair("MEN", "test", "cat", "dog", 40.0)])
    ask_for(run_id, "MEN")
    assert labels(library, run_id)["MEN test"] == 1
    assert "MEN test" not in labels(library, other)


@pytest.mark.parametrize(
    "content", [b"", b"word1,word2\ncat,dog\n", b"\xff\xfe\x00", b"word1,word2,score\ncat,dog,x\n"]
)
def test_a_kept_file_that_cannot_be_read_is_no_ratings(
    study: tuple[Library, str], content: bytes
) -> None:
    library, run_id = study
    before = labels(library, run_id)
    keep("own", content)
    (Path(kept_files()[0][0]).parent / "folder.csv").mkdir()
    assert labels(library, run_id) == before

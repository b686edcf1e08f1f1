"""Ratings that a job names: two files are never one data set, and none is dropped
unsaid.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.core.records import HumanPair
from explorer.jobs.kinds.ratings import checked_ratings, collect_pairs
from explorer.probes import human


def ratings(path: Path, score: float, words: str = "cat,dog") -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"word1,word2,score\n{words},{score}\n")
    return str(path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    x, y = (ratings(tmp_path / d / "r.csv", score) for d, score in (("x", 1), ("y", 9)))
    with pytest.raises(InputError, match=r"would be one data set “r”: .*x/r\.csv and .*y/r\.csv"):
        checked_ratings([x, "MEN", y])
    pairs, skipped = collect_pairs([x, y], ("cat", "dog"), lambda _: None)
    assert [pair.score for pair in pairs] == [1]
    assert list(skipped) == [y]


def test_the_same_ratings_named_twice_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = ratings(tmp_path / "x" / "r.csv", 1)
    monkeypatch.chdir(tmp_path)
    assert checked_ratings(["MEN", x, "x/r.csv", "MEN"]) == ("MEN", x)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/r.csv", "a\0.csv"])
def test_a_path_that_leads_nowhere_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        checked_ratings([name])


def test_ratings_of_which_no_pair_is_met_are_told_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = ratings(tmp_path / "tags.csv", 1, "cat-n,dog-n")
    monkeypatch.setattr(human, "load", lambda *_: [HumanPair("MEN", "dev", "cat", "dog", 1)])
    told: list[str] = []
    pairs, skipped = collect_pairs(["MEN", tags], ("cat", "dog"), told.append)
    assert [pair.dataset for pair in pairs] == ["MEN", "tags"]
    assert list(skipped) == [tags]
    assert told == list(skipped.values())
    assert "0 of 1 pairs of tags name two concepts of the run" in told[0]
    checked: list[str] = []
    checked_ratings([tags], checked.append, ("cat", "dog"))
    assert checked == told

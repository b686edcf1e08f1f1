"""One rule for all ratings: a pair counts once, and no word is paired with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.core.records import HumanPair
from explorer.probes import human, rated

ROWS = ("tiger tiger 10", "money cash 9.15", "cat dog 5", "Cash Money 9.08")
EXPECTED = [("money", "cash", 9.115), ("cat", "dog", 5.0)]
NOTES = [
    "{0}: 1 pair(s) of a word with itself left out: tiger.",
    "{0}: 1 pair(s) rated more than once count once, with the mean of their scores: money–cash.",
]


def plain(pairs: list[HumanPair]) -> list[tuple[str, str, float]]:
    return [(pair.word1, pair.word2, round(pair.score, 6)) for pair in pairs]


def test_doubled_pairs_and_self_pairs_are_judged_alike_in_own_and_published_ratings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("word1,word2,score\n" + "".join(f"{','.join(r.split())}\n" for r in ROWS))
    published = tmp_path / "wordsim353.txt"
    published.write_text("# words\n" + "".join("\t".join(r.split()) + "\n" for r in ROWS))
    monkeypatch.setattr(human, "_ensure", lambda _: published)
    for name, read in (("own", lambda tell: human.read_csv(own, tell)),
                       ("WordSim-353", lambda tell: human.load("WordSim-353", tell))):  # fmt: skip
        notes: list[str] = []
        assert plain(read(notes.append)) == EXPECTED
        assert notes == [note.format(name) for note in NOTES]


def test_a_pair_of_two_splits_is_not_doubled() -> None:
    pairs = [HumanPair("MEN", split, "cat", "dog", 1.0) for split in ("dev", "test")]
    assert rated.distinct(pairs, "MEN", pytest.fail) == pairs


def test_a_file_named_like_a_published_set_is_not_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "MEN.csv").write_text("word1,word2,score\ncat,dog,1\n")
    with pytest.raises(InputError, match="“MEN” is the name of a published data set"):
        human.read_csv(tmp_path / "MEN.csv")


@pytest.mark.parametrize(
    ("words", "hinted"),
    [
        (("cat-n", "dog-n", "bus-n"), True),
        (("cat.n.01", "dog_NN", "bus/NOUN"), True),
        (("tapir", "okapi", "ice-cream"), False),
    ],
)
def test_ratings_without_a_concept_of_the_run_are_told_with_their_words(
    words: tuple[str, ...], hinted: bool
) -> None:
    pairs = [HumanPair("own", "all", words[0], other, 1.0) for other in words[1:]]
    sentence = rated.unmet(pairs, "own", ["cat", "dog"])
    assert sentence.startswith("0 of 2 pairs of own name two concepts of the run")
    assert ", ".join(words) in sentence
    assert ("with a tag" in sentence) == hinted
    assert (
        rated.unmet([*pairs, HumanPair("own", "all", "dog", "cat", 1)], "own", ["cat", "dog"]) == ""
    )


def test_the_spread_and_number_of_ratings_are_read_by_their_usual_names(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("word1,word2,score,Spread,raters\ncat,dog,9,1.5,12\ncar,bus,8,,\n")
    first, second = human.read_csv(path)
    assert (first.sd, first.n) == (1.5, 12)
    assert (second.sd, second.n) == (None, None)


def test_the_spread_of_a_pair_that_is_rated_twice_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("word1,word2,score,sd,n\ncat,dog,9,1,12\ndog,cat,7,2,9\n")
    (pair,) = human.read_csv(path)
    assert (pair.score, pair.sd, pair.n) == (8.0, None, None)

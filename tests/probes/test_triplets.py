"""Triplets: rows joined, similarities as shares, unusable rows named."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.probes import human
from explorer.probes.triplets import Triplet, are_triplets, pairs_of_triplets, read_triplets

ROWS = """a,b,c,odd,count
cat,dog,car,car,3
Dog,car,cat,dog,1
cat,bus,car,cat,2
"""


def written(folder: Path, text: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_rows_of_the_same_three_words_are_joined(tmp_path: Path) -> None:
    assert read_triplets(written(tmp_path, ROWS)) == [
        Triplet(("car", "cat", "dog"), (3, 0, 1)),
        Triplet(("bus", "car", "cat"), (0, 0, 2)),
    ]


def test_the_similarity_of_a_pair_is_the_share_of_answers_that_left_it_together(
    tmp_path: Path,
) -> None:
    pairs = pairs_of_triplets(read_triplets(written(tmp_path, ROWS)), "own")
    scores = {(pair.word1, pair.word2): (pair.score, n) for pair, n in pairs.items()}
    assert scores[("cat", "dog")] == (3 / 4, 4)
    assert scores[("car", "cat")] == (1 / 6, 6)
    assert scores[("bus", "car")] == (1.0, 2)
    assert scores[("bus", "cat")] == (0.0, 2)
    notes: list[str] = []
    read = human.read_csv(tmp_path / "own.csv", notes.append)
    assert set(read) == set(pairs)
    assert "6 answers to 2 triplets" in notes[-1]
    assert "each from 2 to 6 answers" in notes[-1]


def test_a_row_without_a_count_is_one_answer_and_another_delimiter_is_taken(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "odd;a;b;c\ncar;cat;dog;car\n")
    assert are_triplets(path)
    assert read_triplets(path) == [Triplet(("car", "cat", "dog"), (1, 0, 0))]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("cat,dog,car,bus,1", "the odd one, “bus”, is none of the three words"),
        ("cat,cat,car,car,1", "a word is there twice"),
        ("cat,,car,car,1", "a word is missing"),
        ("cat,dog,car,car,0", "count “0” is no whole number"),
        ("cat,dog,car,car,1.5", "count “1.5” is no whole number"),
        ("cat,dog,car,car,9999999999", "is no whole number from 1 to 1,000,000"),
        ("cat,dog,car,car", "4 fields, expected 5"),
    ],
)
def test_an_unusable_row_is_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(InputError, match=f"line 5: .*{said}"):
        human.read_csv(written(tmp_path, f"{ROWS}{row}\n"))


def test_a_file_without_triplets_is_refused_and_pairs_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no triplet"):
        human.read_csv(written(tmp_path, "a,b,c,odd\n"))
    assert not are_triplets(written(tmp_path, "word1,word2,score\ncat,dog,1\n", "pairs.csv"))
    assert not are_triplets(tmp_path / "nothing.csv")

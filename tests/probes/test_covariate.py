"""Values of words of the user's own: read strictly, kept once, found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.probes import kept
from explorer.probes.covariate import keep_values, kept_values, read_values, values_of


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_words_are_spelled_as_concepts_are(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", "Word,Value", " Ice  Cream ,4.5", "CAT,-1e2", "cat,-100")
    assert read_values(path) == {"ice cream": 4.5, "cat": -100.0}


def test_the_column_may_have_the_name_of_its_file(tmp_path: Path) -> None:
    lines = ("concept\tconcreteness\tn", "cat\t5\t3", "as\t1\t3")
    path = written(tmp_path / "Concreteness.tsv", *lines)
    notes: list[str] = []
    assert read_values(path, notes.append) == {"cat": 5.0, "as": 1.0}
    assert notes == ["Columns of Concreteness.tsv that are not used: n."]
    with pytest.raises(InputError, match="no column value: got the columns word, concreteness"):
        read_values(written(tmp_path / "other.csv", "word,concreteness", "cat,5", "as,1"))
    assert read_values(written(tmp_path / "word.csv", "word,value", "a,1", "b,2"))["b"] == 2.0


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("cat,high", "dog,1"), "line 2: value “high” is not a finite number"),
        (("cat,1", "dog,nan"), "line 3: value “nan” is not a finite number"),
        (("cat,1", "Cat,2"), "line 3: “cat” has two values, 1 and 2"),
        ((",1", "dog,2"), "line 2: the word is missing"),
        (("!,1", "dog,2"), "line 2: The concept “!” holds no word"),
        (("cat,1", "dog,1"), "one value for all words"),
        ((), "no value for all words"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        read_values(written(tmp_path / "own.csv", "word,value", *lines))


def test_what_is_kept_is_found_by_its_name_and_content(cache: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "concreteness.csv", "word,value", "cat,5", "dog,4")
    label = keep_values(path)
    assert label == keep_values(path)
    assert label.startswith("concreteness ")
    written(path, "word,value", "cat,5", "dog,3")
    other = keep_values(path)
    assert list(kept_values()) == sorted([label, other], key=lambda name: name.split()[1])
    assert values_of(kept_values()[label]) == {"cat": 5.0, "dog": 4.0}
    assert kept.kept_files() == ()


def test_what_cannot_be_used_is_not_kept(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        keep_values(written(tmp_path / "own.csv", "word,value", "cat,1"))
    assert kept_values() == {}
    (cache / "covariates" / "0123456789ab").mkdir(parents=True)
    written(cache / "covariates" / "0123456789ab" / "broken.csv", "word,value", "cat,x")
    assert kept_values() == {}

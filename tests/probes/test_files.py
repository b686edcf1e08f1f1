"""Probe sets and human ratings as files: what is accepted, and what a refusal says."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.core.errors import InputError, ResourceError
from explorer.core.records import Sentence
from explorer.probes import human, probe_set
from explorer.probes.importing import import_file

ROWS = [
    {"concept": "cat", "text": "The cat sat."},
    {"concept": "Dog", "text": "A dog  ran.", "source": "novel"},
]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    return tmp_path


def write(path: Path) -> Path:
    if path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, ROWS)))
    elif path.suffix == ".csv":
        path.write_text("concept,text,source\ncat,The cat sat.,\nDog,A dog  ran.,novel\n")
    elif path.suffix == ".parquet":
        pq.write_table(
            pa.Table.from_pylist([row | {"source": row.get("source", "")} for row in ROWS]), path
        )
    return path


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_every_format_imports_to_the_same_sentences(tmp_path: Path, suffix: str) -> None:
    info = import_file(write(tmp_path / f"mine{suffix}"), "mine", source="me")
    assert probe_set.load("mine").sentences == {
        "cat": [Sentence("cat", "The cat sat.", "me")],
        "dog": [Sentence("dog", "A dog  ran.", "novel")],
    }
    assert (info.sizes, info.sources) == ({"cat": 1, "dog": 1}, ("me", "novel"))
    assert info.digest == probe_set.digest_of(
        [row for rows in probe_set.load("mine").sentences.values() for row in rows]
    )


def test_selfcond_json_gives_its_positives(tmp_path: Path) -> None:
    entry = {
        "concept": "cat",
        "sentences": {"positive": ["A cat ran.", "Cats purr."], "negative": ["A dog."]},
    }
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "cat.json").write_text(json.dumps(entry))
    assert import_file(tmp_path / "set", "selfcond").sizes == {"cat": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"concept": "cat", "text": "A dog."}', "line 1: does not contain “cat”"),
        (
            '{"concept": "cat", "text": "A cat."}\n{"concept": "cat", "text": "a cat!"}',
            "line 2: the same sentence as line 1",
        ),
        ('{"concept": "cat"}', "line 1: no text"),
        ('{"text": "A cat."}', "line 1: no concept"),
        ("not json", "line 1: is no JSON"),
        ("", "holds no sentence"),
    ],
)
def test_a_refused_row_is_named_and_nothing_is_stored(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(text)
    with pytest.raises(InputError) as caught:
        import_file(tmp_path / "bad.jsonl", "bad")
    assert message in str(caught.value)
    assert probe_set.available() == [] or [info.name for info in probe_set.available()] == [
        "bundled"
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.csv", "word,sentence\ncat,A cat.\n", "got the columns word, sentence"),
        ("bad.xlsx", "", "got a .xlsx file"),
        ("bad.json", "{}", "neither an array of rows nor ml-selfcond's JSON"),
        ("bad.parquet", "torn", "cannot be read"),
    ],
)
def test_a_file_of_the_wrong_form_says_what_was_expected(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError) as caught:
        import_file(tmp_path / name, "bad")
    assert message in str(caught.value)


def test_a_name_cannot_leave_the_folder() -> None:
    with pytest.raises(InputError, match="cannot name"):
        probe_set.path_of("../evil")


def test_a_torn_probe_set_is_left_out_of_the_list(tmp_path: Path) -> None:
    import_file(write(tmp_path / "mine.csv"), "mine")
    probe_set.path_of("torn").write_bytes(b"PAR1 torn")
    names = [info.name for info in probe_set.available()]
    assert "mine" in names
    assert "torn" not in names
    with pytest.raises(InputError, match="not a readable probe set"):
        probe_set.load("torn")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word1,score\na,1\n", "no column word2: got the columns word1, score"),
        ("word1,word2,score\ncat,dog,1,5\n", "line 2: 4 fields, expected 3 (word1, word2, score)"),
        ("word1;word2;score\ncat;dog;1,5\n", "“1,5” has a decimal comma, expected a point: 1.5"),
        ("word1,word2,score\ncat,dog,1_0\n", "score “1_0” is not a finite number"),
        ("word1,word2,score\ncat,dog,1e999\n", "score “1e999” is not a finite number"),
        ('word1,word2,score\ncat,"dog,1\nbus,car,2\n', "line 2: a quotation mark opens"),
        ("word1,word2,score\ncat,dog,high\n", "line 2: score “high” is not a finite number"),
        ("word1,word2,score\ncat,dog,NaN\n", "score “NaN” is not a finite number"),
        ("word1,word2,score\ncat,,1\n", "line 2: a word is missing"),
        ("word1,word2,score\ncat,Cat,1\n", "pairs words with themselves only"),
        ("word1,word2,score\n", "holds no pair"),
    ],
)
def test_a_bad_rating_csv_names_row_and_reason(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        human.read_csv(path)
    assert message in str(caught.value)


def test_a_good_rating_csv_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("SCORE,word2,Word1\n3.5,Dog,cat\n")
    assert human.read_csv(path) == [human.HumanPair("mine", "all", "cat", "dog", 3.5)]


def test_a_damaged_download_of_ratings_is_refused_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "downloads" / "human"
    folder.mkdir(parents=True)
    (folder / "men_dataset.txt").write_text("cat\tdog\t1\n")
    with pytest.raises(ResourceError, match="not the file we know"):
        human.load("MEN")
    assert not (folder / "men_dataset.txt").exists()


def test_an_unknown_data_set_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="MEN, SimLex-999, WordSim-353"):
        human.load("MAN")

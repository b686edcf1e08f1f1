"""The index of a folder of runs: derived, checked by its stamps, safe to delete."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from explorer.store import folder as folders
from explorer.store.index import NAME, stamp_of
from explorer.store.library import Library
from tests.support.fixtures import small_run

pytestmark = pytest.mark.slow


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    small_run(tmp_path)
    small_run(tmp_path, random_init=0)
    (tmp_path / "notes.duckdb").write_text("not a database")
    return tmp_path


def test_a_file_is_looked_at_once_and_not_once_a_start(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Library(runs)
    seen, broken = first.runs(), first.broken()
    monkeypatch.setattr(folders, "inspect", lambda *_: pytest.fail("looked at again"))
    again = Library(runs)
    assert again.runs() == seen
    assert again.broken() == broken
    assert len(again.concepts(seen[0].id)) == 12


def test_a_file_that_changed_is_looked_at_again(runs: Path) -> None:
    library = Library(runs)
    assert len(library.runs()) == 2
    victim = Path(library.runs()[0].path)
    victim.write_bytes(victim.read_bytes()[:20_000])
    for reader in (library, Library(runs)):
        assert len(reader.runs()) == 1
        assert len(reader.broken()) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"files": 3}', "[" * 50_000, "\xff"])
def test_a_damaged_index_is_made_anew(runs: Path, content: str) -> None:
    expected = Library(runs).runs()
    (runs / NAME).write_text(content, "latin-1")
    assert Library(runs).runs() == expected
    assert json.loads((runs / NAME).read_text())["kind"] == "index"


def test_an_index_of_another_program_version_is_made_anew(runs: Path) -> None:
    expected = Library(runs).runs()
    table = json.loads((runs / NAME).read_text())
    table["program"] = "0.0.1"
    for row in table["files"].values():
        row["run"] = None
    (runs / NAME).write_text(json.dumps(table))
    assert Library(runs).runs() == expected


def test_an_index_that_came_along_with_files_from_elsewhere_vouches_for_none(
    runs: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = [run.id for run in Library(runs).runs()]
    with duckdb.connect(str(runs / f"{expected[0]}.duckdb")) as con:
        con.execute(CHANGES["an overlap above 1"])
    table = json.loads((runs / NAME).read_text())
    there = tmp_path_factory.mktemp("there")
    for path in runs.iterdir():
        shutil.copy2(path, there / path.name)
        if path.name in table["files"]:
            table["files"][path.name]["stamp"] = stamp_of(path)
    (there / NAME).write_text(json.dumps(table))
    assert [run.id for run in Library(there).runs()] == expected[1:]


@pytest.mark.parametrize("name", ['x" (READ_ONLY); CREATE TABLE y (z INT); --', "0" * 16, 5])
def test_an_index_that_names_a_run_otherwise_than_its_request_is_made_anew(
    runs: Path, name: object
) -> None:
    expected = Library(runs).runs()
    table = json.loads((runs / NAME).read_text())
    for row in table["files"].values():
        if row["run"]:
            row["run"]["id"] = name
    (runs / NAME).write_text(json.dumps(table))
    assert Library(runs).runs() == expected


def test_a_folder_that_cannot_be_written_does_without(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr("explorer.core.disk.os.replace", refuse)
    assert len(Library(runs).runs()) == 2
    assert not [*runs.glob(f"{NAME}*"), *runs.glob(".*.tmp")]


CHANGES = {
    "a pair below 0": "UPDATE pair_overlap SET b = -1 WHERE a = 0 AND b = 1",
    "a pair twice in another place": "UPDATE pair_overlap SET a = b, b = a WHERE a = 0 AND b = 1",
    "an overlap above 1": "UPDATE pair_overlap SET overlap = 1.5 WHERE a = 0 AND b = 1",
    "an overlap that is no number": "UPDATE pair_overlap SET overlap = 'nan' WHERE b = 1",
    "a pair doubled in place of another": "UPDATE pair_overlap SET b = 1 WHERE a = 0 AND b = 2",
    "another grid of tau": "UPDATE taus SET tau = tau + 0.01",
    "a draw of another size": "UPDATE draws SET positive = [0, 1] WHERE concept = 0",
    "pairs missing": "DELETE FROM pair_overlap WHERE a = 0",
    "concepts reversed": "UPDATE concepts SET concept = 11 - concept",
    "a concept renamed": "UPDATE concepts SET word = 'zebra' WHERE concept = 0",
    "an AP below the floor": "UPDATE experts SET ap = 0.2 WHERE concept = 0",
    "an AP above 1": "UPDATE experts SET ap = 1.5 WHERE concept = 0",
    "an AP that is no number": "UPDATE experts SET ap = 'nan' WHERE concept = 0",
    "a unit that is none": "UPDATE experts SET unit = 10000000 WHERE concept = 0",
    "a vector of another length": "UPDATE embeddings SET vector = [1.0] WHERE kind = 'word' "
    "AND concept = 0",
    "vectors missing": "DELETE FROM embeddings WHERE concept = 3",
    "a rated pair of no concept": "UPDATE human_pairs SET a = 99",
    "a draw of no sentence": "UPDATE draws SET positive = [999999] WHERE concept = 0",
    "a set larger than the model": "UPDATE set_sizes SET size = 100000 WHERE concept = 0",
    "a fold too many": "UPDATE set_sizes SET fold = 9 WHERE concept = 0",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_is_not_what_its_request_says_is_refused(tmp_path: Path, change: str) -> None:
    path = small_run(tmp_path)
    with duckdb.connect(str(path)) as con:
        con.execute(CHANGES[change])
    library = Library(tmp_path)
    assert library.runs() == []
    ((_, sentence),) = library.broken()
    assert "is not consistent" in sentence
    assert "Copy it again" in sentence


def test_a_request_of_another_run_is_refused(tmp_path: Path) -> None:
    path = small_run(tmp_path)
    with duckdb.connect(str(path)) as con:
        con.execute("""UPDATE meta SET value = '"0123456789abcdef"' WHERE key = 'run_id'""")
    ((_, sentence),) = Library(tmp_path).broken()
    assert "its request has" in sentence


def test_a_run_says_which_program_wrote_it(tmp_path: Path) -> None:
    from explorer import __version__

    small_run(tmp_path)
    (run,) = Library(tmp_path).runs()
    assert run.program == __version__

"""Whatever lies in the other folders of the cache, what is ours there is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.core import disk, settings
from explorer.core.errors import InputError
from explorer.jobs.cost import speeds
from explorer.results import rated
from explorer.results.library import open_library
from explorer.train import publish
from tests.support.fixtures import small_request, small_run

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    return tmp_path / "cache"


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"load": NaN}', '{"load": "fast"}', "[" * 100_000, '{"a": 1}', None]
)
def test_a_speed_that_makes_no_sense_is_none(text: str | None) -> None:
    path = speeds._path(small_request())
    path.parent.mkdir(parents=True)
    if text is None:
        os.mkfifo(path)
    else:
        path.write_text(text)
    assert speeds.known(small_request()) is None


def test_steps_are_folders_of_that_name() -> None:
    folder = publish.folder("tiny")
    for name in ("step0", "step12", "step-3", "stepx", ".step5.partial"):
        (folder / name).mkdir(parents=True)
    (folder / "step7").write_text("no folder")
    (folder / os.fsdecode(b"step\xe9")).mkdir()
    assert publish.steps("tiny") == [0, 12]


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_record_of_training_that_cannot_be_read_is_told(text: str | None) -> None:
    folder = publish.folder("tiny") / "step0"
    folder.mkdir(parents=True)
    if text is not None:
        (folder / settings.TRAINING_RECORD).write_text(text)
    with pytest.raises(InputError):
        publish.facts_of("tiny", 0)


def test_ratings_are_searched_past_what_is_no_file(cache: Path) -> None:
    run_id = small_run(cache / "runs").stem
    library = open_library()
    for name in ("a", "b", "c"):
        (cache / "human" / name).mkdir(parents=True)
    os.mkfifo(cache / "human" / "a" / "fixture.csv")
    (cache / "human" / "b" / "fixture.csv").mkdir()
    (cache / "human" / "c" / "fixture.csv").symlink_to("gone")
    assert rated.own_files(library, library.run(run_id), "fixture") == []


def test_what_a_killed_process_left_of_a_file_goes_after_a_day(tmp_path: Path) -> None:
    old, fresh, other = (
        tmp_path / name for name in (".x.json.1a.tmp", ".x.json.2b.tmp", ".y.json.3c.tmp")
    )
    for path in (old, fresh, other):
        path.write_text("half")
    for path in (old, other):
        os.utime(path, (0, 0))
    with disk.replacing(tmp_path / "x.json") as scratch:
        scratch.write_text("whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [fresh.name, other.name, "x.json"]


def test_what_a_dead_process_of_this_machine_left_goes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with disk.replacing(path) as scratch:
        scratch.write_text("before")
        mine = scratch.name
    dead, alive = (mine.replace(f"-{os.getpid()}-", f"-{pid}-") for pid in (2**22 + 1, 1))
    for name in (dead, alive):
        (tmp_path / name).write_text("half")
    with disk.replacing(path) as scratch:
        scratch.write_text("whole")
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([alive, "x.json"])


def test_what_goes_wrong_while_writing_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("before")

    def write() -> None:
        with disk.replacing(path) as scratch:
            scratch.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x.json", "before")]

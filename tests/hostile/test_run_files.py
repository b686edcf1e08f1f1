"""A run file from anyone may lie in the folder of runs: it is read, or refused in a
sentence, and nothing in it runs.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from explorer.core.errors import RunFileError
from explorer.store import folder as folders
from explorer.store.connect import NotNow, attach, bounded, memory
from explorer.store.library import Library
from explorer.store.run import contents
from explorer.store.run.write import RunWriter
from tests.hostile.case import Hostile
from tests.hostile.making import secret_of
from tests.hostile.place import SECRET
from tests.hostile.run_files import CATALOG
from tests.support.fixtures import FakeExtraction, small_request, small_run

ID = small_request().id


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("other"), seed=1)


@pytest.fixture
def runs(tmp_path: Path, good: Path, other: Path) -> Path:
    """A folder with two good runs; a file of the server lies outside."""
    folder = tmp_path / "runs"
    folder.mkdir()
    shutil.copy(good, folder / "stranger.duckdb")
    shutil.copy(other, folder / other.name)
    secret_of(folder / "stranger.duckdb").write_text(SECRET)
    return folder


def test_the_good_file_is_read(runs: Path) -> None:
    library = Library(runs)
    assert len(library.runs()) == 2
    assert library.broken() == []


def test_an_ap_that_rounding_puts_on_the_floor_is_good(tmp_path: Path) -> None:
    """0.50000001 is above the floor, and 0.5 in single precision."""
    made = FakeExtraction(small_request())
    writer = RunWriter(
        tmp_path, made.request, made.modules, made.sentences, made.draws, [], {"commit": "0" * 40}
    )
    with writer:
        for result in made.concepts():
            result.aps[0][0] = np.float32(0.5 + 1e-8)
            writer.write_concept(result)
        writer.finish({"versions": made.versions})
    library = Library(tmp_path)
    assert library.broken() == []
    assert len(library.runs()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT content FROM read_text('{secret}')",
        "SELECT * FROM glob('{secret}*')",
        "COPY (SELECT 1) TO '{secret}'",
        "ATTACH '{secret}' AS x",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_what_is_attached_cannot_reach_a_file_elsewhere(runs: Path, query: str) -> None:
    secret = secret_of(runs / "stranger.duckdb")
    con = memory(runs)
    attach(con, runs / "stranger.duckdb", "run", read_only=True)
    with pytest.raises(duckdb.Error, match=r"disabled|locked"):
        con.execute(query.replace("{secret}", str(secret)))
    con.close()
    assert secret.read_text() == SECRET


def test_a_file_that_is_exchanged_under_a_reader_is_checked_before_it_is_read(
    runs: Path,
) -> None:
    library = Library(runs)
    assert len(library.runs()) == 2
    CATALOG[0].make(runs / "stranger.duckdb")
    with pytest.raises(RunFileError, match="no finished run"):
        library.concepts(ID)


def test_a_link_to_a_run_elsewhere_is_read(runs: Path, good: Path, tmp_path: Path) -> None:
    library = Library(runs)
    assert len(library.concepts(ID)) == 12
    (runs / "stranger.duckdb").unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(good, elsewhere / "moved.duckdb")
    (runs / "link.duckdb").symlink_to(elsewhere / "moved.duckdb")
    assert len(library.runs()) == 2
    assert len(library.concepts(ID)) == 12


def test_a_query_ends_when_its_time_is_over(runs: Path) -> None:
    con = memory(runs)
    began = time.monotonic()
    with (
        pytest.raises(NotNow, match="took longer than 0 seconds and was stopped"),
        bounded(con, runs / "stranger.duckdb", 0.2),
    ):
        con.execute("SELECT count(*) FROM range(1000000000000) WHERE random() < 2").fetchall()
    assert time.monotonic() - began < 5
    assert con.execute("SELECT 1").fetchall() == [(1,)]
    con.close()


def test_a_verdict_that_another_time_may_change_is_not_kept(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(path: Path, con: object) -> None:
        raise NotNow("It took too long.", "Try again.")

    monkeypatch.setattr(folders, "inspect", slow)
    assert len(Library(runs).broken()) == 2
    monkeypatch.undo()
    assert Library(runs).broken() == []


def test_what_a_request_allows_is_bounded_by_what_its_file_can_hold() -> None:
    request = {"concepts": 1000, "folds": 8, "n_positive": 100, "n_negative": 500}
    known = contents.limits(**request, units=2_000_000, modules=100, sentences=10, taus=10)
    assert contents.at_most(known, 1_800_000)["experts"] < 30_000_000
    assert contents.at_most(known, 2_000_000_000)["experts"] >= 16_000_000_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(runs: Path) -> None:
    (runs / "stranger.duckdb").chmod(0)
    ((_, sentence),) = Library(runs).broken()
    assert "may not read" in sentence


@pytest.mark.parametrize("hostile", CATALOG[:2], ids=lambda hostile: hostile.name)
def test_a_hostile_unfinished_file_is_set_aside_and_nothing_in_it_runs(
    runs: Path, hostile: Hostile
) -> None:
    request = small_request()
    (runs / "stranger.duckdb").rename(runs / f"{ID}.partial.duckdb")
    hostile.make(runs / f"{ID}.partial.duckdb")
    fake = FakeExtraction(request)
    told: list[str] = []
    with RunWriter(
        runs, request, fake.modules, fake.sentences, fake.draws, [], {}, told.append
    ) as writer:
        assert writer.done == set()
    assert "holds a view" in told[0]
    assert (runs / f"{ID}.broken-1").exists()

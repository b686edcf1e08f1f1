"""What killed extractions leave: told, and removed where its run is finished."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import cli
from explorer.jobs import supervisor
from explorer.store.leftovers import leftovers, sweep
from tests.support.fixtures import small_request, small_run

ID = small_request().id
OTHER = "0" * 16


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run with what a kill at the rename leaves, another that is unfinished,
    one set aside.
    """
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    folder = tmp_path / "runs"
    path = small_run(folder)
    for name in (f"{ID}.partial", f"{ID}.finishing.partial", f"{OTHER}.partial"):
        shutil.copy(path, folder / f"{name}.duckdb")
    (folder / f"{ID}.partial.duckdb.wal").write_bytes(b"")
    (folder / f"{OTHER}.broken-1").write_bytes(b"x")
    (folder / "notes.broken-1").write_bytes(b"mine")
    return folder


def test_each_is_told(runs: Path) -> None:
    found = {leftover.path.name: leftover for leftover in leftovers(runs, {ID})}
    assert {name for name, leftover in found.items() if leftover.superfluous} == {
        f"{ID}.partial.duckdb",
        f"{ID}.finishing.partial.duckdb",
    }
    assert "ask for the same run to resume it" in found[f"{OTHER}.partial.duckdb"].what
    assert "was set aside" in found[f"{OTHER}.broken-1"].what
    assert len(found) == 4


def test_the_list_of_runs_tells_them(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["runs", "list"]) == 0
    shown = capsys.readouterr()
    assert (shown.out + shown.err).count("Left over:") == 4


def test_the_start_of_the_server_removes_those_of_finished_runs_only(
    runs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "explorer"):
        supervisor.start()
    assert sorted(path.name for path in runs.iterdir() if not path.name.startswith(".")) == [
        f"{OTHER}.broken-1",
        f"{OTHER}.partial.duckdb",
        f"{ID}.duckdb",
        "notes.broken-1",
    ]
    assert f"Removed {ID}.partial.duckdb" in caplog.text


def test_a_run_that_lies_there_under_another_name_finishes_nothing(runs: Path) -> None:
    (runs / f"{ID}.duckdb").rename(runs / "a copy.duckdb")
    supervisor.start()
    assert (runs / f"{ID}.partial.duckdb").exists()


@pytest.mark.slow
def test_what_a_process_holds_stays(runs: Path) -> None:
    (runs / f"{ID}.partial.duckdb.wal").unlink()
    hold = f"import duckdb; c = duckdb.connect({str(runs / f'{ID}.partial.duckdb')!r}); print(1)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{hold}; import sys; sys.stdout.flush(); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        assert [path.name for path in sweep(runs, {ID})] == [f"{ID}.finishing.partial.duckdb"]
        holder.communicate(b"\n")
    assert [path.name for path in sweep(runs, {ID})] == [f"{ID}.partial.duckdb"]

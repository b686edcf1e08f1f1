"""Whatever goes wrong in a command ends in a sentence; what it prints is harmless."""

from __future__ import annotations

import pandas as pd
import pytest

from explorer import cli
from explorer.commands import output, runs
from explorer.exhibits.export import csv_text


def test_what_nobody_expected_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> int:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(runs, "list_runs", broken)
    assert cli.main(["runs", "list"]) == 1
    told = capsys.readouterr().err
    assert "Something unexpected went wrong: ZeroDivisionError: of ours" in told
    assert "Traceback" not in told
    monkeypatch.setenv("EXPERT_EXPLORER_TRACEBACK", "1")
    assert cli.main(["runs", "list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_full_memory_is_told_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(runs, "list_runs", broken)
    assert cli.main(["runs", "list"]) == 6
    assert "out of memory" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[object] = []

    def broken(_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(runs, "list_runs", broken)
    monkeypatch.setattr(cli.os, "dup2", lambda *ends: closed.append(ends))
    monkeypatch.setattr(cli.sys.stdout, "fileno", lambda: 1, raising=False)
    assert cli.main(["runs", "list"]) == 0
    assert closed


def test_a_terminal_obeys_nothing_that_a_file_says(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("name \x1b[2J\x07\u202e end\nnext")
    told = capsys.readouterr().err
    assert not any(sign in told for sign in "\x1b\x07\u202e")
    assert "end\nnext" in told


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_spreadsheet_calculates_no_cell_of_ours(text: str) -> None:
    cells = csv_text(pd.DataFrame({"text": [text], "number": [-1.5]}))
    assert cells == pd.DataFrame({"text": [f"'{text}"], "number": [-1.5]}).to_csv(index=False)


def test_other_cells_are_as_they_are() -> None:
    table = pd.DataFrame({"word": ["cat", None, "a=b"], "n": [1, 2, 3], "x": [0.1, None, -2.0]})
    assert csv_text(table) == table.to_csv(index=False)

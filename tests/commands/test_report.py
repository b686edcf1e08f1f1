"""Reports from the command line: the example and that of the bundled study are
executed.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.core.settings import PROJECT
from explorer.reports.reading import read_report
from tests.support.fixtures import small_run

LARGEST = 3_000_000
"""Bytes of the report in docs/."""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_run(tmp_path / "runs")
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    path = tmp_path / "draft.toml"
    path.write_text('title = "t"\n[[blocks]]\nexhibit = "bridges"\n[[blocks]]\nexhibit = "x"\n')
    return path


@pytest.mark.slow
def test_the_example_is_carried_out_and_its_claim_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(PROJECT / "cache"))
    assert main(["report", "--example"]) == 0
    draft, page = tmp_path / "mine.toml", tmp_path / "mine.html"
    draft.write_text(capsys.readouterr().out, "utf-8")
    assert main(["report", str(draft), "--out", str(page)]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("3 exhibits, ")
    assert main(["verify", str(page)]) == 0


@pytest.mark.slow
def test_the_report_in_docs_is_of_the_bundled_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(PROJECT / "cache"))
    page = PROJECT / "docs" / "report.html"
    assert page.stat().st_size <= LARGEST
    assert main(["verify", str(page)]) == 0
    assert read_report(PROJECT / "docs" / "report.toml").claims


def test_what_is_missing_is_told_and_the_rest_is_written(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = study.with_name("a.zip")
    assert main(["report", str(study), "--out", str(out), "--with-runs", "--still"]) == 0
    assert "There is no exhibit “x”" in capsys.readouterr().err
    with zipfile.ZipFile(out) as packed:
        assert "tables/01-bridges.csv" in packed.namelist()
        assert any(name.startswith("runs/") for name in packed.namelist())
        assert b'id="library"' not in packed.read("report.html")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "No report was named"),
        (["FILE"], "--out: got nothing"),
        (["FILE", "--out", "a.docx"], "names no form of a report"),
        (["FILE", "--out", "a.html", "--with-runs"], "only a ZIP"),
        (["FILE", "--out", "/nowhere/at/all.html"], "cannot be written"),
        (["gone.toml", "--out", "a.html"], "no file"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    study: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(study) if word == "FILE" else word for word in arguments]
    assert main(["report", *given]) != 0
    assert sentence in capsys.readouterr().err

"""Exhibits from the command line: any format, no screen, refused in sentences."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from explorer.cli import main
from explorer.core.settings import PROJECT
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.export import FORMATS
from explorer.results.library import open_library
from explorer.results.view import View, view_of
from tests.support.fixtures import CONCEPTS, small_run

pytestmark = pytest.mark.slow

NAMES = [name for name, row in EXHIBITS.items() if row.page != "probe_sets"]


@pytest.fixture
def view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> View:
    """The default view of a trained run with its twin, in a cache of its own."""
    small_run(tmp_path / "runs")
    small_run(tmp_path / "runs", random_init=0)
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    return view_of(open_library())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["alignment", "network", "bridges"])
def test_a_figure_a_network_and_a_table_are_written_in_every_format(
    view: View, tmp_path: Path, name: str, form: str
) -> None:
    path = tmp_path / f"out.{form}"
    assert main(["show", name, "--out", str(path)]) == 0
    content = path.read_bytes()
    if form == "svg":
        ET.fromstring(content)
        assert b"http://" not in content.replace(b"http://www.w3.org/", b"")
    elif form == "png":
        assert content.startswith(b"\x89PNG")
    elif form == "html":
        assert content.startswith(b"<!doctype html>")
        assert exhibit(name, view).title.encode() in content
    elif form == "csv":
        assert list(pd.read_csv(io.BytesIO(content))) == list(exhibit(name, view).data)
    else:
        record = json.loads(content)
        assert record["caption"] == exhibit(name, view).caption
        assert len(record["data"]) == len(exhibit(name, view).data)
    assert [path.name for path in tmp_path.glob(".out*")] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_exhibit_is_drawn_or_says_what_it_needs(
    view: View, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["show", name, "--out", str(tmp_path / "out.svg")])
    if sentence := EXHIBITS[name].lacking(view):
        assert code == 2
        assert sentence in capsys.readouterr().err
    else:
        ET.parse(tmp_path / "out.svg")


def test_an_svg_says_what_the_page_draws(view: View, tmp_path: Path) -> None:
    main(["show", "alignment", "--out", str(tmp_path / "a.svg")])
    text = (tmp_path / "a.svg").read_text("utf-8")
    shown = exhibit("alignment", view)
    assert shown.figure is not None
    for trace in shown.figure.data:
        if trace.showlegend and trace.name:
            assert trace.name in text
    assert shown.alt.split(";")[0][:60] in text


def test_options_make_the_view(view: View, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    arguments = ["--tau", "0.7", "--human", "fixture dev", "--set", "representation=word embedding"]
    assert main(["show", "pairs", *arguments, "--run", view.run.id[:8], "--out", str(path)]) == 0
    record = json.loads(path.read_text())
    assert "fixture dev" in record["caption"]
    assert "word embedding" in record["alt"]
    assert main(["show", "pairs", "--overlap", "top 50", "--out", str(path)]) == 0
    assert "the 50 units of highest AP" in json.loads(path.read_text())["caption"]


def test_the_second_run_of_a_comparison_has_a_flag(view: View, tmp_path: Path) -> None:
    path, twin = tmp_path / "out.json", view.control
    assert twin is not None
    arguments = ["show", "compare-similarity", "--with", twin.id[:8], "--set", "tau_b=0.70"]
    assert main([*arguments, "--out", str(path)]) == 0
    assert f"B: {twin.label}, τ 0.70" in json.loads(path.read_text())["caption"]


def test_values_of_ones_own_have_a_flag_and_missing_words_are_counted(
    view: View, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "age.csv", tmp_path / "out.json"
    rows = [f"{word},{n}" for n, word in enumerate(CONCEPTS[:10])]
    path.write_text("\n".join(["word,value", *rows]))
    assert main(["show", "confounds", "--covariate", str(path), "--out", str(out)]) == 0
    record = json.loads(out.read_text())
    assert "age (yours)" in {row["held"] for row in record["data"]}
    assert "age (yours): sum and difference of the two values" in record["caption"]
    assert "age (yours) has a value for 10 of 12 words of the rated pairs." in record["notes"][0]
    path.write_text("word,value\ntapir,1\nokapi,2\n")
    assert main(["show", "confounds", "--covariate", str(path), "--out", str(out)]) == 2
    assert "a value for 0 of 12 words of the rated pairs, and 0 pairs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["alignmnt"], "Did you mean “alignment”?"),
        ([], "No exhibit was named"),
        (["pairs", "--set", "colour=red"], "has no option “colour”"),
        (["pairs", "--set", "ranks=perhaps"], "Expected one of: false, true"),
        (["pairs", "--set", "ranks"], "expected OPTION=VALUE"),
        (["pairs", "--tau", "0.51"], "tau: got “0.51”"),
        (["pairs", "--overlap", "top 0"], "expected one of “Jaccard”, “beyond chance”, “top 50”"),
        (["pairs", "--overlap", "top 1000000000"], "overlap: got “top 1000000000”"),
        (["set-sizes", "--overlap", "top 50"], "leave “overlap” out"),
        (["threshold", "--overlap", "top 50"], "“beyond chance” only"),
        (["pairs", "--covariate", "a.csv"], "Exhibits that have it: confounds"),
        (["confounds", "--covariate", "nowhere.csv"], "nowhere.csv"),
        (["confounds", "--set", "covariate=age 1234567"], "covariate: got “age 1234567”"),
        (["pairs", "--with", "a"], "has no option “with”"),
        (["compare-facts", "--with", "zz"], "with: got “zz”, which is no run"),
        (["pairs", "--human", "SimLex"], "human: got “SimLex”"),
        (["pairs", "--run", "zz"], "run: got “zz”"),
        (["pairs", "--out", "a.docx"], "names no format"),
        (["pairs", "--width", "3", "--out", "a.svg"], "expected 200 to 10,000"),
        (["pairs", "--out", "/nowhere/at/all.svg"], "cannot be written"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    view: View, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", *arguments]) != 0
    assert sentence in capsys.readouterr().err


def test_the_list_says_what_there_is_and_what_each_needs(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t") == ["name", "page", "about", "needs", "options"]
    assert {line.split("\t")[0] for line in lines[1:]} == set(EXHIBITS)


def test_neither_streamlit_nor_torch_is_imported(view: View, tmp_path: Path) -> None:
    program = (
        "import sys; from explorer.cli import main; "
        f"code = main(['show', 'alignment', '--out', {str(tmp_path / 'a.png')!r}]); "
        "print(code, sorted({'streamlit', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.stdout == "0 []\n", done.stderr

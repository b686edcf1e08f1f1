"""Claims recompute: what was changed by hand, in the runs or in the file, is told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from explorer.cli import main
from explorer.core.errors import InputError
from explorer.exhibits import exhibit
from explorer.reports.archive import archive
from explorer.reports.claims import check_claim
from explorer.reports.making import make
from explorer.reports.numbers import differences, numbers_of, row_where
from explorer.reports.page import Written, write_report
from explorer.reports.report import Claim, Report, Shown, Source
from explorer.reports.verify import read_document, verify
from explorer.reports.writing import to_toml
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.support.fixtures import small_run

WHERE = {"representation": "experts"}


@pytest.fixture
def written(library: Library) -> Written:
    report = Report("t", (Shown(Source("headline")), Shown(Source("bridges"))))
    return write_report(report, library, live_figures=False)


def statuses(path: Path, library: Library) -> set[str]:
    return {outcome.status for outcome in verify(read_document(path), library)}


def test_a_report_is_equal_to_its_runs_in_every_form(
    written: Written, library: Library, tmp_path: Path
) -> None:
    for name, content in (
        ("a.html", written.html.encode()),
        ("a.toml", to_toml(written.report).encode()),
        ("a.zip", archive(written)),
    ):
        (tmp_path / name).write_bytes(content)
        assert statuses(tmp_path / name, library) == {"equal"}, name


def test_a_number_changed_by_hand_is_told_with_the_old_and_the_new(
    written: Written, library: Library, tmp_path: Path
) -> None:
    rho = float(exhibit("headline", view_of(library)).data["rho"].iloc[0])
    changed = written.html.replace(f"{rho:.9g}", "0.123456", 1)
    assert changed != written.html
    (tmp_path / "a.html").write_text(changed, "utf-8")
    told = [o for o in verify(read_document(tmp_path / "a.html"), library) if o.status != "equal"]
    assert len(told) == 1
    assert f"it was 0.123456 and is {rho:g}" in told[0].why


def test_words_and_cells_changed_by_hand_are_told(
    written: Written, library: Library, tmp_path: Path
) -> None:
    place = written.html.index("<td", written.html.index('id="block-2"'))
    end = written.html.index("</td>", place)
    for changed in (
        written.html[:end] + "9" + written.html[end:],
        written.html.replace("<h1>t", "<h1>u"),
        written.html.replace('<section id="block-2">', '<section id="block-7">', 1),
    ):
        (tmp_path / "a.html").write_text(changed, "utf-8")
        assert "differs" in statuses(tmp_path / "a.html", library)


def test_another_run_file_and_a_missing_one_are_told(
    written: Written, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = shutil.copytree(library.folder, tmp_path / "runs")
    (tmp_path / "a.html").write_text(written.html, "utf-8")
    target = runs / f"{view_of(library).run.id}.duckdb"
    target.write_bytes(target.read_bytes()[:-5000])
    outcomes = verify(read_document(tmp_path / "a.html"), Library(runs))
    why = " ".join(outcome.why for outcome in outcomes)
    assert {o.status for o in outcomes} == {"cannot be recomputed"}
    assert f"There is no finished run “{target.stem}”" in why
    assert "truncated" in why
    target.unlink()
    assert "cannot be recomputed" in statuses(tmp_path / "a.html", Library(runs))


def test_a_run_of_other_numbers_under_the_same_id_is_told(
    written: Written, library: Library, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    small_run(runs, quality=0.5)
    small_run(runs, random_init=0)
    assert {run.id for run in Library(runs).runs()} == {run.id for run in library.runs()}
    (tmp_path / "a.html").write_text(written.html, "utf-8")
    told = [o for o in verify(read_document(tmp_path / "a.html"), Library(runs)) if o.why]
    assert any(o.what.startswith("run ") for o in told)
    assert any("row 1" in o.why for o in told)


def claim(value: float, where: dict | None = None, column: str = "rho", **more: object) -> Claim:
    return Claim("", Source("headline"), where or WHERE, column, value, **more)  # type: ignore[arg-type]


def test_a_claim_is_equal_to_the_decimals_it_is_written_with(library: Library) -> None:
    made = make(Source("headline"), library)
    assert made.exhibit is not None
    data = made.exhibit.data
    trained = data[data["representation"] == "experts"].iloc[0]
    where = {**WHERE, "label": trained["label"]}
    rho, ends = trained["rho"], {"interval": ("low", "high")}
    assert check_claim(claim(round(rho, 2), where), made).status == "equal"
    assert check_claim(claim(round(rho, 2) + 0.01, where), made).status == "differs"
    low, high = round(trained["low"], 3), round(trained["high"], 3)
    stated = claim(round(rho, 3), where, low=low, high=high, **ends)
    assert check_claim(stated, made).status == "equal"
    wrong = claim(round(rho, 3), where, low=low, high=high + 0.1, **ends)
    assert check_claim(wrong, made).status == "differs"
    assert check_claim(claim(rho + 0.2, where, digits=0), made).status in ("equal", "differs")
    assert "2 rows of its data fit" in check_claim(claim(0.5), made).why
    assert "Did you mean “rho”" in check_claim(claim(0.5, where, "rhoo"), made).why
    assert "no number" in check_claim(claim(0.5, where, "label"), made).why
    assert check_claim(claim(0.5, {"labl": "x"}), made).status == "cannot be recomputed"


def test_numbers_compare_to_six_digits_and_name_what_changed() -> None:
    data = pd.DataFrame({"word": ["a", "b"], "rho": [0.5, float("nan")], "n": [3, 4]})
    then = numbers_of(data)
    assert differences(then, numbers_of(data.assign(rho=[0.5 + 1e-12, None]))) == []
    told = differences(then, numbers_of(data.assign(rho=[0.6, 0.1])))
    assert told == ["row 1, rho: it was 0.5 and is 0.6", "row 2, rho: it was nothing and is 0.1"]
    assert differences(then, numbers_of(data.head(1)))[0] == "it had 2 rows and has 1"
    assert "columns are others" in differences(then, numbers_of(data.rename(columns={"n": "m"})))[0]
    long = pd.DataFrame({"n": range(500)})
    later = long.copy()
    later.loc[400, "n"] = 7
    assert "beyond the first" in differences(numbers_of(long), numbers_of(later))[0]


def test_a_row_is_found_by_the_values_of_some_columns() -> None:
    data = pd.DataFrame({"tau": [0.5, 0.55], "rho": [0.1, 0.2], "kind": ["a", "a"]})
    assert row_where(data, {"tau": 0.55})["rho"] == 0.2
    for where in ({"kind": "a"}, {"tau": 0.9}):
        with pytest.raises(InputError, match="rows of its data fit, expected one"):
            row_where(data, where)


def test_the_command_says_by_its_exit_code_whether_all_are_equal(
    written: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.html"
    path.write_text(written.html, "utf-8")
    assert main(["verify", str(path)]) == 0
    path.write_text(re.sub("<h1>t", "<h1>u", written.html), "utf-8")
    assert main(["verify", str(path)]) == 1
    assert "heading" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.html", b"<p>hello", "holds 0 records"),
        ("a.html", b"\xff", "UTF-8"),
        ("a.zip", b"no zip", "cannot be read as a ZIP"),
        ("a.docx", b"", "ending that no report has"),
        ("a.toml", b'title = "t"', "states no numbers"),
        (
            "a.html",
            b'<script type="application/json" id="record">{"kind": "x"}</script>',
            "this program reads",
        ),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    library: Library, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        verify(read_document(tmp_path / name), library)


def test_one_row_changed_in_a_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    path = small_run(tmp_path / "runs")
    small_run(tmp_path / "runs", random_init=0)
    report = Report("t", (Shown(Source("headline", run=path.stem)),))
    written = write_report(report, Library(tmp_path / "runs"), live_figures=False)
    (tmp_path / "a.html").write_text(written.html, "utf-8")
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE human_pairs SET score = 50 - score WHERE rowid = (SELECT min(rowid) FROM "
            "human_pairs WHERE split = 'test')"
        )
    library = Library(tmp_path / "runs")
    assert library.broken() == []
    told = [o for o in verify(read_document(tmp_path / "a.html"), library) if o.status != "equal"]
    assert any(o.what == f"run {path.stem}" for o in told)
    assert any("rho: it was" in o.why for o in told)

"""Hypotheses of a study: stated before its runs, kept in their files, judged in a
report.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from explorer.cli import main
from explorer.core.errors import InputError
from explorer.core.plan import Plan, plan_from
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import passes, plan_of
from explorer.reports.hypotheses import judged
from explorer.reports.page import write_report
from explorer.reports.report import Report, Shown, Source
from explorer.reports.verify import read_document, verify
from explorer.results.library import open_library
from explorer.store.library import Library
from explorer.studies.study import load, parse
from tests.support.fixtures import CONCEPTS, human_pairs
from tests.support.workbench import Heard, Workbench

pytestmark = pytest.mark.slow

STUDY_TOML = """
title = "Small"
probe_sets = ["fixture"]
n_positive = [10]
n_negative = [20]
folds = 2
human = ["RATINGS"]

[[models]]
model = "fixture/tiny"
revisions = ["step1", "step512"]
"""
FOLLOWS = """
[[hypotheses]]
name = "follows"
text = "The overlap of experts follows people."
exhibit = "headline"
where = { representation = "experts" }
column = "rho"
above = 0.1
interval = ["low", "high"]
"""
AGAINST = FOLLOWS.replace("follows", "against").replace("above = 0.1", "below = -0.9")
UNKNOWN = FOLLOWS.replace('"follows"', '"unknown"').replace('"rho"', '"shoe size"')


def study_file(folder: Path, hypotheses: str = FOLLOWS + AGAINST + UNKNOWN) -> str:
    ratings = folder / "own.csv"
    rows = [f"{p.word1},{p.word2},{p.score}" for p in human_pairs(CONCEPTS)[:-1]]
    ratings.write_text("\n".join(["word1,word2,score", *rows]), "utf-8")
    path = folder / "mine.toml"
    path.write_text(STUDY_TOML.replace("RATINGS", str(ratings)) + hypotheses, "utf-8")
    return str(path)


def plans(library: Library) -> list[Plan | None]:
    return [run.plan for run in library.runs()]


def test_a_study_writes_what_it_expects_into_its_runs_and_a_report_tells_what_became_of_it(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = study_file(tmp_path)
    assert main(["study", "run", name]) == 0
    first, last = capsys.readouterr().out.split()
    library = open_library(bench.runs)
    stated = plans(library)
    assert stated[0] is not None
    assert stated[1] == stated[0]
    assert stated[0].runs == (first, last)
    assert {row.run for row in stated[0].hypotheses} == {last}
    assert all(run.created >= stated[0].stated for run in library.runs())

    report = Report("t", (Shown(Source("headline", run=last)),))
    written = write_report(report, library, live_figures=False)
    (plan,) = written.plans
    assert {row.hypothesis.name: row.status for row in plan.found} == {
        "follows": "as expected",
        "against": "not as expected",
        "unknown": "cannot be told",
    }
    assert plan.deviations == ()
    assert stated[0].digest[:16] in written.html
    assert "✗ not as expected" in written.html
    page = tmp_path / "a.html"
    page.write_text(written.html, "utf-8")
    told = {o.what: o.status for o in verify(read_document(page), library)}
    assert told["hypothesis follows"] == "equal"
    page.write_text(written.html.replace("✗ not as expected", "✓ as expected"), "utf-8")
    assert "hypotheses" in read_document(page).edited

    # Another wording afterwards is not what was stated before.
    assert main(["study", "run", study_file(tmp_path, FOLLOWS)]) == 0
    assert "2 of its 2 finished runs were begun before these" in capsys.readouterr().err
    assert plans(open_library(bench.runs)) == stated


def test_a_report_tells_where_the_work_differs_from_the_plan(
    bench: Workbench, tmp_path: Path
) -> None:
    study = load(study_file(tmp_path, FOLLOWS + 'tau = "0.60"\n'))
    parts = passes(study)
    plan = plan_of(study, parts)
    assert plan is not None
    bench.extract(parts[1].requests[0])
    library = open_library(bench.runs)
    late = replace(plan, stated="2999-01-01T00:00:00+00:00")
    run = replace(library.runs()[0], plan=late)
    shown = Report("t", (Shown(Source("headline", run=run.id, tau="0.70")),))
    (outcome,) = judged(shown, [run], library)
    missing, before, otherwise = outcome.deviations
    assert "1 of 2 planned runs is not at hand" in missing
    assert "1 of 2 planned runs is extracted without this plan" in before
    assert otherwise == "follows: τ planned was 0.60, the report shows 0.70."


def test_a_resumed_run_keeps_what_was_stated_when_it_was_begun(
    bench: Workbench, tmp_path: Path
) -> None:
    before = load(study_file(tmp_path, FOLLOWS))
    after = parse("mine", Path(study_file(tmp_path, AGAINST)).read_text("utf-8"))
    requests = passes(before)[0].requests
    bench.env("FAKE_FAIL", "bug")
    with pytest.raises(KeyError):
        EXTRACTION.run(Pass(requests, (), plan_of(before, passes(before))), Heard())
    bench.env("FAKE_FAIL", "")
    EXTRACTION.run(Pass(requests, (), plan_of(after, passes(after))), Heard())
    (plan,) = plans(open_library(bench.runs))
    assert plan is not None
    assert [row.name for row in plan.hypotheses] == ["follows"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FOLLOWS.replace("above", "abowe"), "unknown key “abowe”"),
        (FOLLOWS.replace("above = 0.1", ""), "says not where the number is expected"),
        (FOLLOWS.replace("0.1", "nan"), "says not where the number is expected"),
        (FOLLOWS.replace('column = "rho"', ""), "column: got nothing"),
        (FOLLOWS.replace('["low", "high"]', '["low"]'), "got 1 columns, expected two"),
        (FOLLOWS + 'run = "0123456789abcdef"\n', "unknown key “run”"),
        (FOLLOWS + FOLLOWS, "two have one name"),
        (FOLLOWS.replace("experts follows", "x" * 3000), "at most 2,000"),
        ('hypotheses = "rho rises"', r"expected \[\[hypotheses\]\] tables"),
    ],
)
def test_a_faulty_hypothesis_is_refused_by_what_is_wrong(text: str, message: str) -> None:
    start = text if text.startswith("hyp") else ""
    with pytest.raises(InputError, match=message):
        parse("mine", start + STUDY_TOML + ("" if start else text))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('exhibit = "headlin"', "Did you mean “headline”"),
        ('exhibit = "headline"\noptions = { colour = "red" }', "has no option “colour”"),
        ('exhibit = "headline"\nmodel = "elsewhere"', "no checkpoint “elsewhere"),
        ('exhibit = "headline"\nrevision = "step2"', "step1, step512"),
    ],
)
def test_what_a_hypothesis_speaks_of_is_asked_before_the_first_run(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, message: str
) -> None:
    name = study_file(tmp_path, FOLLOWS.replace('exhibit = "headline"', more))
    assert main(["study", "run", name]) == 2
    assert message in capsys.readouterr().err
    assert not list(bench.runs.glob("*"))


def test_a_study_with_hypotheses_is_read_as_it_was_written(tmp_path: Path) -> None:
    study = load(study_file(tmp_path))
    assert STUDY.read(json.loads(json.dumps(STUDY.write(study)))) == study


def test_a_plan_changed_in_a_run_file_is_refused(bench: Workbench, tmp_path: Path) -> None:
    assert main(["study", "run", study_file(tmp_path, FOLLOWS)]) == 0
    path = next(bench.runs.glob("*.duckdb"))
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta SET value = replace(value, '0.1', '0.0') WHERE key = 'plan'")
    (broken,) = open_library(bench.runs).broken()
    assert "not the one that its digest tells" in broken[1]


def test_a_plan_of_no_time_or_of_strange_runs_is_refused(bench: Workbench, tmp_path: Path) -> None:
    study = load(study_file(tmp_path, FOLLOWS))
    plan = plan_of(study, passes(study))
    assert plan is not None
    good = plan.to_table()
    assert plan_from(good) == plan
    for change in ({"stated": "soon"}, {"runs": ["../x"]}, {"hypotheses": [3]}, {"more": 1}):
        with pytest.raises(InputError, match="its plan"):
            plan_from({**good, **change})


def test_hypotheses_that_were_stated_otherwise_in_some_runs_are_told(
    bench: Workbench, tmp_path: Path
) -> None:
    before = load(study_file(tmp_path, FOLLOWS))
    after = load(study_file(tmp_path, FOLLOWS.replace("0.1", "0.05")))
    for part, study in zip(passes(before), (before, after), strict=True):
        EXTRACTION.run(Pass(part.requests, (), plan_of(study, passes(study))), Heard())
    library = open_library(bench.runs)
    for outcome in judged(Report("t"), library.runs(), library):
        assert outcome.n_stated == 1
        (told,) = outcome.deviations
        assert "The study “mine” stated other hypotheses (follows) for some of these runs" in told

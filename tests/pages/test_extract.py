from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.studies.study import SHIPPED
from tests.pages.conftest import Opener
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


def _labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def _text(app: AppTest) -> str:
    return "\n".join(
        element.value for kind in (app.markdown, app.caption, app.info) for element in kind
    )


def _start(app: AppTest) -> AppTest:
    return app.button("start").click().run()


def _stopped(bench: Workbench, **progress: object) -> queue.Job:
    job = bench.submit(start=False)
    JobFolder(job.id).write_progress(stage="concepts", done=3, total=12, eta_s=None, **progress)
    return job


def test_a_newcomer_can_start_at_once_and_sees_the_cost_first(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    assert not app.exception
    assert not app.error
    assert [metric.label for metric in app.metric] == ["Time", "Memory", "Disk"]
    assert all(metric.value.startswith("≈ ") for metric in app.metric)
    assert len(app.multiselect("form_concepts").value) == 8
    assert not app.button("start").disabled
    assert queue.jobs() == []


def test_from_click_to_result(extract_bench: Workbench, open_page: Opener) -> None:
    app = _start(open_page("extract"))
    (job,) = queue.jobs()
    assert app.query_params["job"] == job.id
    (request,) = job.request.requests
    assert (request.n_positive, request.n_negative, request.folds) == (40, 80, 2)
    assert request.checkpoint.model == "built-in"
    extract_bench.wait(job.id, lambda seen: seen.state == "done")
    app = open_page("extract", job=job.id)
    assert not app.error
    assert "The run is in the cache" in _text(app)
    assert (extract_bench.runs / f"{job.id}.duckdb").exists()


def test_the_address_of_a_running_job_shows_it_and_can_cancel_it(
    extract_bench: Workbench, open_page: Opener
) -> None:
    extract_bench.env("FAKE_SECONDS", "1")
    _start(open_page("extract"))
    (job,) = queue.jobs()
    extract_bench.wait(job.id, lambda seen: seen.state == "running" and seen.stage == "concepts")
    app = open_page("extract", job=job.id)
    assert "You can close this page" in _text(app)
    app.button(f"cancel_{job.id}").click().run()
    extract_bench.wait(job.id, lambda seen: seen.state == "cancelled")
    app = open_page("extract", job=job.id)
    assert not app.exception
    assert app.button(f"resume_{job.id}").label == "Resume"
    extract_bench.env("FAKE_SECONDS", "0")
    app.button(f"resume_{job.id}").click().run()
    extract_bench.wait(job.id, lambda seen: seen.state == "done")


def test_asking_for_a_run_that_exists_opens_it_without_work(
    extract_bench: Workbench, open_page: Opener
) -> None:
    _start(open_page("extract"))
    (job,) = queue.jobs()
    extract_bench.wait(job.id, lambda seen: seen.state == "done")
    app = open_page("extract")
    assert "in the cache already" in _text(app)
    assert app.button("start").label == "Open it"
    app = _start(app)
    assert app.query_params["job"] == job.id
    assert "The run is in the cache" in _text(app)
    assert extract_bench.n_starts() == 1


def test_a_failed_job_shows_its_error_hint_and_log_but_no_traceback(
    extract_bench: Workbench, open_page: Opener
) -> None:
    job = _stopped(
        extract_bench,
        state="failed",
        error="The hub has no *such* model.",
        hint="Check the spelling.",
    )
    JobFolder(job.id).write_log("loading the model")
    app = open_page("extract", job=job.id)
    assert not app.exception
    assert "no \\*such\\* model" in app.error[0].value
    assert "Check the spelling" in app.error[0].value
    assert "loading the model" in app.code[0].value
    assert {"Resume", "Remove"} <= set(_labels(app))


def test_a_job_whose_worker_died_says_what_is_kept(
    extract_bench: Workbench, open_page: Opener
) -> None:
    job = _stopped(extract_bench, state="running", message="")
    app = open_page("extract", job=job.id)
    assert "3 of 12 concepts are kept" in app.info[0].value
    assert "Resume" in _labels(app)


def test_removing_a_job_forgets_it(extract_bench: Workbench, open_page: Opener) -> None:
    job = _stopped(extract_bench, state="cancelled", message="Cancelled")
    app = open_page("extract", job=job.id)
    app.button(f"forget_{job.id}").click().run()
    assert queue.get(job.id) is None
    assert not app.exception


def test_other_jobs_are_listed_below_the_form(extract_bench: Workbench, open_page: Opener) -> None:
    _stopped(extract_bench, state="failed", error="It failed.", message="Failed")
    app = open_page("extract")
    assert any("SmolLM2" in markdown.value for markdown in app.markdown)
    assert "Jobs" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize("job", ["zzz", "../../etc", "0123456789abcdef"])
def test_an_unknown_job_gets_a_notice(
    extract_bench: Workbench, open_page: Opener, job: str
) -> None:
    app = open_page("extract", job=job)
    assert not app.exception
    assert not app.error
    assert "There is no job" in app.info[0].value


def test_without_a_probe_set_the_page_says_how_to_get_one(
    empty_cache: Path, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: empty_cache / "bundled")
    app = open_page("extract")
    assert not app.exception
    assert "No probe set" in [heading.value for heading in app.subheader]
    assert "start" not in [button.key for button in app.button]


def test_a_damaged_run_in_the_cache_does_not_stop_an_extraction(
    extract_bench: Workbench, open_page: Opener
) -> None:
    extract_bench.runs.mkdir(exist_ok=True)
    (extract_bench.runs / "broken.duckdb").write_bytes(b"\0" * 5000)
    app = open_page("extract")
    assert not app.error
    assert app.button("start")


def test_a_run_that_was_deleted_can_be_extracted_again(
    extract_bench: Workbench, open_page: Opener
) -> None:
    _start(open_page("extract"))
    (job,) = queue.jobs()
    extract_bench.wait(job.id, lambda seen: seen.state == "done")
    run = extract_bench.runs / f"{job.id}.duckdb"
    run.unlink()
    app = open_page("extract", job=job.id)
    assert "no longer in the cache" in app.warning[0].value
    app.button(f"again_{job.id}").click().run()
    extract_bench.wait(job.id, lambda seen: seen.state == "done" and run.exists())


STUDY_TOML = """
title = "Small"
probe_sets = ["fixture"]
n_positive = [10, 20]
n_negative = [20]
folds = 2
human = []

[[models]]
model = "fixture/tiny"
revisions = ["step1", "step512"]
"""


def _study(app: AppTest, text: str) -> AppTest:
    app.segmented_control("form_kind").set_value("A study").run()
    app.selectbox("form_study").select("My own TOML file").run()
    return (
        app.file_uploader("form_study_file")
        .upload("mine.toml", text.encode(), "application/toml")
        .run()
    )


def test_a_study_is_shown_costed_and_carried_out_by_one_job(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = _study(open_page("extract"), STUDY_TOML)
    assert not app.exception
    assert not app.error
    assert "4 runs, 2 checkpoints × fixture; 0 are in the cache" in _text(app)
    app.button("start").click().run()
    (job,) = queue.jobs()
    extract_bench.wait(job.id, lambda seen: seen.state == "done")
    assert len(list(extract_bench.runs.glob("*.duckdb"))) == 4
    assert extract_bench.n_starts() == 2
    shown = open_page("extract", job=job.id)
    assert "4 runs" in _text(shown)
    assert shown.dataframe[0].value["state"].tolist() == ["done", "done"]
    app = _study(open_page("extract"), STUDY_TOML)
    assert "Every run of this study is in the cache" in _text(app)


def test_the_cost_of_a_study_names_what_cannot_be_estimated(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = _study(open_page("extract"), STUDY_TOML.replace("fixture/tiny", "/nowhere/at/all"))
    app.button("study_cost").click().run()
    problems = app.dataframe[0].value["problem"]
    assert problems.str.contains("/nowhere/at/all").all()


def test_a_faulty_study_is_a_sentence(extract_bench: Workbench, open_page: Opener) -> None:
    app = _study(open_page("extract"), STUDY_TOML.replace("folds", "fold"))
    assert "unknown key “fold”" in app.error[0].value
    assert not app.exception


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_study_opens(extract_bench: Workbench, open_page: Opener, name: str) -> None:
    app = open_page("extract")
    app.segmented_control("form_kind").set_value("A study").run()
    app.selectbox("form_study").select(name).run()
    assert not app.exception

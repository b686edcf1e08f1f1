from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.core import text
from explorer.core.checkpoint import Checkpoint
from explorer.core.records import RunInfo
from explorer.core.settings import PROJECT
from explorer.measure.alignment import align
from explorer.store.library import Library
from explorer.store.run.write import RunWriter
from tests.pages.conftest import Opener
from tests.support.fixtures import FakeExtraction, small_request


def _run_of(cache: Path, checkpoint: Checkpoint) -> RunInfo:
    return next(
        run for run in Library(cache / "runs").runs() if run.request.checkpoint == checkpoint
    )


def _numbers(app: AppTest) -> list[str]:
    """The values of the table of key numbers."""
    return list(app.table[-1].value["Value"])


def _everything(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for elements in kinds for element in elements)


def test_opens_on_the_trained_run_that_has_a_control(full_cache: Path, open_page: Opener) -> None:
    app = open_page("overview")
    assert not app.error
    assert not app.exception
    assert app.selectbox("run_choice").value == _run_of(full_cache, Checkpoint("built-in")).id


def test_the_key_number_is_the_measured_alignment(full_cache: Path, open_page: Opener) -> None:
    run = _run_of(full_cache, Checkpoint("built-in"))
    library = Library(full_cache / "runs")
    pairs = library.human_pairs(run.id, "fixture", "test")
    matrix = library.pair_overlap(run.id, 0.5)
    expected = align(matrix[pairs["i"], pairs["j"]], pairs["score"], pairs[["i", "j"]])
    app = open_page("overview")
    assert _numbers(app)[0] == text.rho(expected.rho)
    told = f"{text.rho(expected.rho)} {text.interval(expected.low, expected.high)}"
    assert text.plain(told) in _everything(app)
    assert _numbers(app)[2] == str(len(pairs))


def test_domain_structure_is_shown_beside_that_of_the_untrained_control(
    full_cache: Path, open_page: Opener
) -> None:
    app = open_page("overview")
    trained = float(_numbers(app)[1].removesuffix("×"))
    told = next(text for text in app.table[-1].value["Detail"] if "untrained" in text)
    untrained = float(told.split("untrained ")[1].partition("×")[0])
    assert trained > 2 > untrained


def test_differences_name_both_embeddings_and_the_control(
    full_cache: Path, open_page: Opener
) -> None:
    table = open_page("overview").table[0].value
    assert list(table["Difference"]) == [
        "experts − word embedding",
        "experts − sentence embedding",
        "trained − untrained, experts",
        "trained − untrained, word embedding",
        "trained − untrained, sentence embedding",
    ]


def test_the_address_names_the_run_and_the_ratings(full_cache: Path, open_page: Opener) -> None:
    run = _run_of(full_cache, Checkpoint("fixture/tiny", "step512"))
    app = open_page("overview", run=run.id, human="fixture dev")
    assert app.select_slider("run_step").value == 512
    assert app.selectbox("human").value == "fixture dev"
    assert not app.info


def test_choosing_a_run_changes_the_address(full_cache: Path, open_page: Opener) -> None:
    last, early = (
        _run_of(full_cache, Checkpoint("fixture/tiny", f"step{step}")) for step in (143000, 512)
    )
    app = open_page("overview")
    app.selectbox("run_choice").select(last.id).run()
    assert app.query_params["run"] == last.id
    app.select_slider("run_step").set_value(512).run()
    assert app.query_params["run"] == early.id
    app.select_slider("run_step").set_value(143000).run()
    assert app.query_params["run"] == last.id


@pytest.mark.parametrize(
    "params", [{"run": "nonsense"}, {"human": "nonsense"}, {"run": "<b>x</b>", "human": ""}]
)
def test_bad_parameters_fall_back_with_a_notice(
    full_cache: Path, open_page: Opener, params: dict[str, str]
) -> None:
    app = open_page("overview", **params)
    assert not app.error
    assert not app.exception
    assert "which is not there" in app.info[0].value
    assert _numbers(app)[0] != "–"


def test_the_notice_stays_until_the_choice_is_made(full_cache: Path, open_page: Opener) -> None:
    app = open_page("overview", run="nonsense").run()
    assert app.info
    app.selectbox("run_choice").select(
        _run_of(full_cache, Checkpoint("fixture/tiny", "step143000")).id
    ).run()
    assert not app.info


def test_an_empty_cache_says_what_to_do_first(empty_cache: Path, open_page: Opener) -> None:
    app = open_page("overview")
    assert not app.exception
    assert "No runs yet" in _everything(app)


def test_unreadable_files_are_named_with_the_reason_and_harm_no_other(
    corrupt_cache: Path, open_page: Opener
) -> None:
    app = open_page("overview")
    warning = app.warning[0].value
    assert "2 run files cannot be read" in warning
    assert "truncated" in warning
    assert "notes.duckdb" in warning.replace("\\", "")
    assert _numbers(app)[0] != "–"


def test_a_cache_of_unreadable_files_only_still_opens(
    only_corrupt_cache: Path, open_page: Opener
) -> None:
    app = open_page("overview")
    assert not app.exception
    assert "cannot be read" in app.warning[0].value
    assert "No runs yet" in _everything(app)


def test_a_run_without_rated_pairs_still_shows_the_cache(
    empty_cache: Path, open_page: Opener
) -> None:
    request = small_request(concepts=("quince", "medlar", "sloe"))
    fake = FakeExtraction(request)
    with RunWriter(
        empty_cache / "runs", request, fake.modules, fake.sentences, fake.draws, [], {}
    ) as writer:
        for result in fake.concepts():
            writer.write_concept(result)
        writer.finish({})
    app = open_page("overview")
    assert not app.error
    assert "No human ratings" in app.info[0].value
    assert len(app.dataframe[0].value) == 1


@pytest.mark.slow
def test_no_page_of_the_dashboard_imports_the_model_stack(full_cache: Path) -> None:
    script = """
import sys
from streamlit.testing.v1 import AppTest
import app, explorer.ui.navigation as navigation
for name in navigation.PAGES:
    page = AppTest.from_file("explorer/ui/main.py", default_timeout=60)
    if name != navigation.HOME:
        page.switch_page(f"../../pages/{name}.py")
    assert not page.run().exception, name
print(sorted({"torch", "transformers", "numba"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (text.rho(0.644), "0.64"),
        (text.rho(-0.02), "−0.02"),
        (text.rho(float("nan")), "–"),
        (text.interval(0.5, 0.712), "[0.50, 0.71]"),
        (text.p_value(0.0001), "p < 0.001"),
        (text.p_value(0.0321), "p = 0.032"),
        (text.size(1_400_000_000), "1.4 GB"),
        (text.size(12_000_000), "12 MB"),
        (text.duration(45), "45 s"),
        (text.duration(750), "12 min"),
        (text.duration(7800), "2 h 10 min"),
        (text.duration(0), "1 s"),
        (text.plain("a_b *c* [d](e)"), r"a\_b \*c\* \[d\]\(e\)"),
    ],
)
def test_numbers_and_names_read_alike_everywhere(shown: str, expected: str) -> None:
    assert shown == expected

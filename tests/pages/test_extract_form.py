from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core import settings
from explorer.core.records import Sentence
from explorer.jobs import queue
from explorer.probes import probe_set
from explorer.ui.forms import model
from explorer.ui.forms.presets import FULL, PAPER, QUICK, concepts_of
from tests.pages.conftest import Opener
from tests.support import gguf_files, tiny
from tests.support.reading import texts
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("form_positive", 61, "sentences"),
        ("form_negative", 1_000_000, "sentences"),
    ],
)
def test_too_few_sentences_are_told_before_the_start(
    extract_bench: Workbench, open_page: Opener, key: str, value: int, expected: str
) -> None:
    app = open_page("extract")
    app.number_input(key).set_value(value).run()
    assert not app.exception
    assert expected in app.error[0].value
    assert "start" not in [button.key for button in app.button]


def test_one_concept_is_refused_with_what_is_expected(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    app.multiselect("form_concepts").set_value(["cat"]).run()
    assert "at least 2" in app.error[0].value


def test_a_hub_model_needs_a_name_and_an_unreachable_hub_gets_a_sentence(
    extract_bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(extract_bench.folder / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    app = open_page("extract")
    app.button_group("form_source").set_value(model.HUB).run()
    assert "Name a model" in app.info[0].value
    app.text_input("form_model").set_value("nobody/no-such-model").run()
    assert not app.exception
    assert app.error


def test_a_folder_that_holds_no_model_is_told_so(
    extract_bench: Workbench, open_page: Opener, tmp_path: Path
) -> None:
    app = open_page("extract")
    app.button_group("form_source").set_value(model.FOLDER).run()
    app.text_input("form_folder").set_value(str(tmp_path)).run()
    assert "config.json" in app.error[0].value.replace("\\", "")
    (tmp_path / "config.json").write_text('{"model_type": "mamba"}')
    app.text_input("form_folder").set_value(f"{tmp_path}/").run()
    assert "mamba" in app.error[0].value


def test_a_random_initialisation_is_another_run(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    app.button_group("form_weights").set_value(model.RANDOM).run()
    app.number_input("form_init").set_value(7).run()
    app.button("start").click().run()
    assert [job.request.requests[0].checkpoint.random_init for job in queue.jobs()] == [7]


def test_a_preset_fills_the_form(extract_bench: Workbench, open_page: Opener) -> None:
    app = open_page("extract")
    app.button_group("form_preset").set_value(FULL.name).run()
    assert app.number_input("form_positive").value == FULL.n_positive
    assert app.number_input("form_folds").value == FULL.folds
    assert "form_concepts" not in [widget.key for widget in app.multiselect]


def test_adding_a_domain_adds_its_concepts(extract_bench: Workbench, open_page: Opener) -> None:
    app = open_page("extract")
    assert "car" not in app.multiselect("form_concepts").value
    app.selectbox("form_domain").select("vehicle").run()
    assert set(app.multiselect("form_concepts").value) >= {"red", "cat", "car", "vehicle"}


def test_ratings_of_ones_own_are_checked_row_by_row(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    app.file_uploader("form_human").set_value(
        ("mine.csv", b"word1,word2,score\ncat,dog,high\n", "text/csv")
    ).run()
    assert not app.exception
    assert "line 2" in app.error[0].value
    app.file_uploader("form_human").set_value(
        ("mine.csv", b"word1,word2,score\ncat,dog,4.5\n", "text/csv")
    ).run()
    assert not app.error
    assert "Pairs read from mine\\.csv: 1." in "\n".join(caption.value for caption in app.caption)


def test_ratings_of_no_concept_of_the_run_are_told_before_it_starts(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    content = b"word1,word2,score\ncat-n,dog-n,4.5\ncat-n,cat-n,9\n"
    app.file_uploader("form_human").set_value(("tags.csv", content, "text/csv")).run()
    told = "\n".join(caption.value for caption in app.caption)
    assert "0 of 1 pairs of tags name two concepts of the run" in told
    assert "1 pair\\(s\\) of a word with itself left out" in told


def test_ratings_that_cannot_be_kept_are_a_sentence(
    extract_bench: Workbench, open_page: Opener
) -> None:
    app = open_page("extract")
    (settings.cache_dir() / "human").write_text("in the way")
    app.file_uploader("form_human").set_value(
        ("mine.csv", b"word1,word2,score\ncat,dog,4.5\n", "text/csv")
    ).run()
    assert not app.exception
    assert "could not be kept" in app.error[0].value


def test_the_quick_look_takes_whole_domains(extract_bench: Workbench) -> None:
    rows = [
        Sentence(word, f"A {word}.", "x") for word in ("odd", "a1", "b1", "a2", "b2", "strange")
    ]
    domains = {"a1": "a", "a2": "a", "b1": "b", "b2": "b"}
    info = probe_set.save("mixed", rows, {"domains": domains})
    assert concepts_of(QUICK, info)[:4] == ["a1", "a2", "b1", "b2"]
    assert concepts_of(PAPER, info) == ["odd", "a1", "b1", "a2", "b2", "strange"]


def test_the_estimate_is_asked_once_for_the_same_form(
    extract_bench: Workbench, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("extract")
    monkeypatch.setattr("explorer.ui.forms.cost.estimate", lambda _: pytest.fail("asked again"))
    app.run()
    assert not app.error
    assert app.metric


def test_measuring_on_this_machine_puts_a_measured_estimate_in_place_of_the_rule(
    extract_bench: Workbench, open_page: Opener, tmp_path: Path
) -> None:
    extract_bench.env("OMP_NUM_THREADS", "1")
    app = open_page("extract")
    app.segmented_control("form_source").set_value(model.FOLDER).run()
    app.text_input("form_folder").input(str(tiny.checkpoint(tmp_path / "neox", "gpt_neox"))).run()
    assert "by rule of thumb, not yet measured" in texts(app)
    app.button("measure").click().run(timeout=180)
    assert not app.exception
    assert "measured on this machine" in texts(app)
    assert "measure" not in [button.key for button in app.button]


def test_main_of_a_folder_of_checkpoints_is_told_or_refused(
    extract_bench: Workbench, open_page: Opener, tmp_path: Path
) -> None:
    for step in (500, 1500, 1000):
        tiny.checkpoint(tmp_path / f"checkpoint-{step}", "gpt_neox")
    app = open_page("extract")
    app.button_group("form_source").set_value(model.FOLDER).run()
    app.text_input("form_folder").set_value(str(tmp_path)).run()
    assert not app.exception
    told = "is its last checkpoint, checkpoint-1500, of 3"
    assert told in texts(app)
    tiny.checkpoint(tmp_path / "step1500", "gpt_neox")
    app.run()
    assert not app.exception
    assert "which both say step 1,500" in texts(app)
    assert "start" not in [button.key for button in app.button]


def test_a_gguf_file_is_a_model_whose_conversion_is_told_beforehand(
    extract_bench: Workbench, open_page: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    folder = gguf_files.checkpoint(tmp_path / "model", "llama")
    path = gguf_files.write(tmp_path / "tiny.gguf", folder, "llama")
    app = open_page("extract")
    app.button_group("form_source").set_value(model.FOLDER).run()
    app.text_input("form_folder").set_value(str(path)).run()
    assert not app.error
    told = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert "tiny.gguf is converted first (once)" in told
    path.write_bytes(path.read_bytes()[:5_000])
    app.text_input("form_folder").set_value(f"{path} ").run()
    assert "cut off" in app.error[0].value

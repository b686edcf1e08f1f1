"""The page of alignment on full, empty and damaged caches, at good and bad
addresses.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from explorer.results.overview import headline_points
from explorer.results.view import View, parse_view
from explorer.store.library import Library
from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, human_pairs, small_run
from tests.support.reading import captions, charts, texts

pytestmark = pytest.mark.slow


@pytest.fixture
def study(empty_cache: Path) -> Path:
    """A trained run and its random-init twin; the file of the first."""
    small_run(empty_cache / "runs", random_init=0)
    return small_run(empty_cache / "runs")


SECTIONS = ("Checkpoints", "Differences", "Word pairs", "What could undo it")


def test_each_section_shows_its_part(study: Path, open_page: Opener) -> None:
    pages = {name: open_page("alignment", section=name) for name in SECTIONS}
    assert {page.title[0].value for page in pages.values()} == {"Alignment"}
    assert [len(charts(page)) for page in pages.values()] == [1, 0, 1, 3]
    assert charts(open_page("alignment")) == charts(pages["Checkpoints"])
    rows = pages["Differences"].dataframe[0].value
    assert set(rows["comparison"]) >= {
        "experts − word embedding",
        "experts − sentence embedding",
        "trained − untrained, experts",
    }
    assert (rows["p_holm"] >= rows["p"]).all()
    headings = [heading.value for heading in pages["What could undo it"].subheader]
    assert headings[-1] == "Does it depend on the threshold?"
    assert len(headings) == 2


def test_every_figure_has_alt_text_and_provenance(study: Path, open_page: Opener) -> None:
    said, alts = [], []
    for name in SECTIONS:
        page = open_page("alignment", section=name, tau="0.70")
        alts += [chart.proto.alt for chart in page.get("plotly_chart")]
        said += [caption for caption in captions(page) if "N⁺" in caption]
    assert all("similarity" in alt or "lignment" in alt for alt in alts)
    figure, differences, pairs, partial, confounds, threshold = said
    for part in (
        "SmolLM2-135M-Instruct",
        "commit 0000000",
        "probe set fixture",
        "N⁺ 20",
        "N⁻ 40",
        "4 folds",
    ):
        assert all(part in caption for caption in said)
    assert all("τ 0.70" in caption for caption in (figure, differences, partial, pairs))
    assert "n = 33 word pairs" in figure
    assert "Holm over the points of each model" in figure
    assert "Holm over the rows of each model" in differences
    assert "shared words alone: ρ = " in partial
    assert "shared letter trigrams" in confounds
    assert "fixture test" in threshold


def test_the_address_makes_the_view(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", representation="word embedding", null="true", tau="0.60")
    assert "shuffled words, 95%" in charts(page)[0]
    assert "p of shuffled words" in charts(page)[0]
    assert "2,000 shuffles" in captions(page)[0]
    assert page.select_slider[0].value == 0.6
    pairs = open_page(
        "alignment", section="Word pairs", representation="word embedding", ranks="true"
    )
    assert "rank" in charts(pairs)[0]
    assert "cosine similarity" in charts(pairs)[0]


@pytest.mark.parametrize("section", ["Word pairs", "nowhere"])
def test_bad_parameters_fall_back_with_a_notice(
    section: str, study: Path, open_page: Opener
) -> None:
    bad = {"tau": "7", "run": "nonsense", "human": "me"}
    bad |= {"representation": "vibes"} if section == "Word pairs" else {"null": "perhaps"}
    page = open_page("alignment", section=section, **bad)
    for value in [*bad.values(), *([section] if section == "nowhere" else [])]:
        assert f"“{value}”" in texts(page)
    assert page.select_slider[0].value == 0.5
    assert len(charts(page)) == 1


def test_what_stands_out_is_the_representation_whose_pairs_are_shown(
    study: Path, open_page: Opener
) -> None:
    def chosen(**address: str) -> float:
        traces = json.loads(charts(open_page("alignment", **address))[0])["data"]
        (halo,) = [t["y"] for t in traces if t.get("marker", {}).get("size") == 24]
        return float(np.frombuffer(base64.b64decode(halo["bdata"]), halo["dtype"])[0])

    points = {
        row.representation: row.rho
        for row in headline_points(_opened(study)).query("weights == 'trained'").itertuples()
    }
    assert chosen(representation="word embedding") == points["word embedding"]
    assert chosen(representation="vibes") == chosen() == points["experts"]


def _opened(file: Path) -> View:
    view, _ = parse_view(Library(file.parent), {"run": file.stem})
    assert view is not None
    return view


STEPS = ((0, 0.0), (64, 0.4), (512, 1.0))


@pytest.fixture
def two_sizes(empty_cache: Path) -> Path:
    """Two models of three checkpoints each."""
    for model in ("fixture/small", "fixture/large"):
        for step, quality in STEPS:
            small_run(empty_cache / "runs", model=model, revision=f"step{step}", quality=quality)
    return empty_cache


def test_checkpoints_of_several_models_share_a_figure(two_sizes: Path, open_page: Opener) -> None:
    by_kind, by_model = open_page("alignment"), open_page("alignment", panels="model")
    headed = [
        [a["text"] for a in json.loads(charts(page)[0])["layout"]["annotations"]]
        for page in (by_kind, by_model)
    ]
    assert headed[0] == [
        "<b>experts</b>",
        "<b>word embedding</b>",
        "<b>sentence embedding</b>",
    ]
    assert headed[1] == ["<b>large</b>", "<b>small</b>"]
    assert "large (3 runs)" in captions(by_kind)[0]
    assert "ρ of the experts of large" in captions(by_kind)[0]
    drawn = json.loads(charts(by_kind)[0])
    assert list(drawn["layout"]["xaxis"]["ticktext"]) == ["0<br>random init", "64", "512"]


@pytest.mark.parametrize(
    ("compare", "rows", "comparison"),
    [
        ("representations", 12, "experts − word embedding"),
        ("checkpoints", 6, "step 512 − step 64, experts"),
        ("sizes", 9, "small − large, sentence embedding"),
    ],
)
def test_differences_are_drawn_over_steps(
    two_sizes: Path, open_page: Opener, compare: str, rows: int, comparison: str
) -> None:
    page = open_page("alignment", section="Differences", compare=compare)
    table = page.dataframe[0].value
    assert len(table) == rows
    assert comparison in set(table["comparison"])
    assert (table["p_holm"] >= table["p"]).all()
    assert "Holm over the rows of each model" in captions(page)[0]
    assert "Δρ" in str(json.loads(charts(page)[0]))


def test_the_checkpoint_to_compare_with_is_in_the_address(
    two_sizes: Path, open_page: Opener
) -> None:
    # Which of two models a page opens on depends on the second they were written in.
    (last,) = (run.id for run in library().runs() if run.label == "large · step512")
    asked = {"section": "Differences", "run": last, "compare": "checkpoints"}
    page = open_page("alignment", **asked, against="large · step512")
    assert set(page.dataframe[0].value["comparison"]) >= {
        "step 0 − step 512, experts",
        "step 64 − step 512, experts",
    }
    bad = open_page("alignment", **asked, against="step9")
    assert "“step9”" in texts(bad)
    assert set(bad.dataframe[0].value["comparison"]) >= {
        "step 64 − step 0, experts",
        "step 512 − step 64, experts",
    }


def test_shared_words_can_be_held_constant_in_all_points(
    two_sizes: Path, open_page: Opener
) -> None:
    page = open_page("alignment", held="true")
    assert "partial ρ given the words" in captions(page)[0]
    assert "partial ρ" in str(json.loads(charts(page)[0]))


def test_pairs_that_take_no_part_are_counted(study: Path, open_page: Opener) -> None:
    assert "33 pairs covered" in captions(open_page("alignment"))[0]
    page = open_page("alignment", section="Word pairs")
    assert "The run covers 66 of 67 pairs of fixture" in texts(page)


def test_pairs_that_take_no_part_are_listed(
    study: Path, empty_cache: Path, open_page: Opener
) -> None:
    folder = empty_cache / "human" / "0123456789ab"
    folder.mkdir(parents=True)
    rows = [f"{pair.word1},{pair.word2},{pair.score}" for pair in human_pairs()]
    (folder / "fixture.csv").write_text("\n".join(["word1,word2,score", *rows]))
    page = open_page("alignment", section="Word pairs", human="fixture")
    assert "66 of 67 pairs covered" in captions(page)[0]
    listed = page.dataframe[-1].value
    assert listed[["word1", "word2", "without a probe set"]].to_numpy().tolist() == [
        ["quark", "gluon", "quark, gluon"]
    ]


def test_too_few_pairs_are_said_to_be_too_few(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", concepts=("cat", "dog"))
    pages = [open_page("alignment", section=name) for name in SECTIONS]
    assert "too few for a correlation" in "".join(map(texts, pages))
    assert not any(page.error for page in pages)


def test_an_empty_cache_leads_to_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)
    assert not page.error


def test_damaged_files_take_nothing_else_down(corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert len(charts(page)) == 1
    assert not page.error


def test_nothing_but_damaged_files_is_an_empty_cache(
    only_corrupt_cache: Path, open_page: Opener
) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)


def test_values_of_ones_own_are_checked_kept_chosen_and_held(
    study: Path, open_page: Opener
) -> None:
    page = open_page("alignment", section="What could undo it")
    page = (
        page.file_uploader("covariate_file")
        .set_value(("age.csv", b"word,value\ncat,high\ndog,2\n", "text/csv"))
        .run()
    )
    assert not page.exception
    assert "line 2" in page.error[0].value
    rows = "".join(f"{word},{n}\n" for n, word in enumerate(CONCEPTS[:11]))
    sent = ("age.csv", f"word,age\n{rows}".encode(), "text/csv")
    page = page.file_uploader("covariate_file").set_value(sent).run()
    assert not page.error
    assert not page.exception
    assert str(page.selectbox(key="covariate").value).startswith("age ")
    assert "age (yours)" in charts(page)[1]
    assert "age (yours) has a value for 11 of 12 words" in texts(page)
    page = page.selectbox(key="covariate").set_value(None).run()
    assert "age (yours)" not in charts(page)[1]


def test_values_that_are_not_kept_are_told(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", section="What could undo it", covariate="age 1234567")
    assert not page.exception
    assert "The address asks for covariate “age 1234567”, which is not there." in texts(page)
    assert len(charts(page)) == 3

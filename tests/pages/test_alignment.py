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
from tests.support.fixtures import human_pairs, small_run
from tests.support.reading import captions, charts, texts

pytestmark = pytest.mark.slow


@pytest.fixture
def study(empty_cache: Path) -> Path:
    """A trained run and its random-init twin; the file of the first."""
    small_run(empty_cache / "runs", random_init=0)
    return small_run(empty_cache / "runs")


def test_the_page_shows_checkpoints_differences_and_pairs(study: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert page.title[0].value == "Alignment"
    assert page.subheader[0].value == "What makes a difference"
    assert [heading.value for heading in page.subheader] == [
        "What makes a difference",
        "Representation or shared context?",
        "Does it depend on the threshold?",
        "Word pairs behind SmolLM2\\-135M\\-Instruct",
    ]
    assert len(charts(page)) == 4
    rows = page.dataframe[0].value
    assert set(rows["comparison"]) >= {
        "experts − word embedding",
        "experts − sentence embedding",
        "trained − untrained, experts",
    }
    assert (rows["p_holm"] >= rows["p"]).all()
    assert len(page.get("download_button")) == 5


def test_every_figure_has_alt_text_and_provenance(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", tau="0.70")
    alts = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert all("similarity" in alt or "lignment" in alt for alt in alts)
    figure, differences, partial, threshold, pairs = captions(page)
    for part in (
        "SmolLM2-135M-Instruct",
        "commit 0000000",
        "probe set fixture",
        "N⁺ 20",
        "N⁻ 40",
        "4 folds",
    ):
        assert all(part in caption for caption in captions(page))
    assert all("τ 0.70" in caption for caption in (figure, differences, partial, pairs))
    assert "n = 33 word pairs" in figure
    assert "Holm over all 6 points" in figure
    assert "Holm over all 7 rows" in differences
    assert "shared words alone: ρ = " in partial
    assert "fixture test" in threshold


def test_the_address_makes_the_view(study: Path, open_page: Opener) -> None:
    page = open_page(
        "alignment", representation="word embedding", null="true", ranks="true", tau="0.60"
    )
    assert "label-shuffled null" in charts(page)[0]
    assert "p of shuffled labels" in charts(page)[0]
    assert "5,000 shuffles" in captions(page)[0]
    assert "rank" in charts(page)[-1]
    assert "cosine similarity" in charts(page)[-1]
    assert page.select_slider[0].value == 0.6


def test_bad_parameters_fall_back_with_a_notice(study: Path, open_page: Opener) -> None:
    page = open_page(
        "alignment", tau="7", representation="vibes", null="perhaps", run="nonsense", human="me"
    )
    said = texts(page)
    for bad in ("7", "vibes", "perhaps", "nonsense", "me"):
        assert f"“{bad}”" in said
    assert page.select_slider[0].value == 0.5
    assert len(charts(page)) == 4


def test_the_ring_is_on_the_representation_whose_pairs_are_shown(
    study: Path, open_page: Opener
) -> None:
    def ring(**address: str) -> float:
        traces = json.loads(charts(open_page("alignment", **address))[0])["data"]
        (ringed,) = [t["y"] for t in traces if t.get("marker", {}).get("size") == 20]
        return float(np.frombuffer(base64.b64decode(ringed["bdata"]), ringed["dtype"])[0])

    points = {
        row.representation: row.rho
        for row in headline_points(_opened(study)).query("weights == 'trained'").itertuples()
    }
    assert ring(representation="word embedding") == points["word embedding"]
    assert ring(representation="vibes") == ring() == points["experts"]


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
    page = open_page("alignment")
    drawn = json.loads(charts(page)[0])
    assert [a["text"] for a in drawn["layout"]["annotations"]] == ["<b>large</b>", "<b>small</b>"]
    assert "large (3 runs)" in captions(page)[0]
    assert "ρ of the experts of large first differs from 0 at step" in captions(page)[0]
    assert list(drawn["layout"]["xaxis"]["ticktext"]) == ["0<br>random init", "64", "512"]
    assert set(page.dataframe[0].value["comparison"]) >= {"trained − untrained, experts"}


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
    page = open_page("alignment", compare=compare)
    table = page.dataframe[0].value
    assert len(table) == rows
    assert comparison in set(table["comparison"])
    assert (table["p_holm"] >= table["p"]).all()
    assert f"Holm over all {rows} rows" in captions(page)[1]
    assert "Δρ" in str(json.loads(charts(page)[1]))


def test_the_checkpoint_to_compare_with_is_in_the_address(
    two_sizes: Path, open_page: Opener
) -> None:
    # Which of two models a page opens on depends on the second they were written in.
    (last,) = (run.id for run in library().runs() if run.label == "large · step512")
    page = open_page("alignment", run=last, compare="checkpoints", against="large · step512")
    assert set(page.dataframe[0].value["comparison"]) >= {
        "step 0 − step 512, experts",
        "step 64 − step 512, experts",
    }
    bad = open_page("alignment", run=last, compare="checkpoints", against="step9")
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
    page = open_page("alignment")
    assert "33 pairs covered" in captions(page)[0]
    assert "The run covers 66 of 67 pairs of fixture" in texts(page)


def test_pairs_that_take_no_part_are_listed(
    study: Path, empty_cache: Path, open_page: Opener
) -> None:
    folder = empty_cache / "human" / "0123456789ab"
    folder.mkdir(parents=True)
    rows = [f"{pair.word1},{pair.word2},{pair.score}" for pair in human_pairs()]
    (folder / "fixture.csv").write_text("\n".join(["word1,word2,score", *rows]))
    page = open_page("alignment", human="fixture")
    assert "66 of 67 pairs covered" in captions(page)[0]
    listed = page.dataframe[-1].value
    assert listed[["word1", "word2", "without a probe set"]].to_numpy().tolist() == [
        ["quark", "gluon", "quark, gluon"]
    ]


def test_too_few_pairs_are_said_to_be_too_few(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", concepts=("cat", "dog"))
    page = open_page("alignment")
    assert "too few for a correlation" in texts(page)
    assert len(charts(page)) == 4
    assert not page.error


def test_an_empty_cache_leads_to_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)
    assert not page.error


def test_damaged_files_take_nothing_else_down(corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert len(charts(page)) == 4
    assert not page.error


def test_nothing_but_damaged_files_is_an_empty_cache(
    only_corrupt_cache: Path, open_page: Opener
) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)

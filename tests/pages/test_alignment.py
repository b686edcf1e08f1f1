"""The page of alignment on full, empty and damaged caches, at good and bad addresses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures import small_run
from tests.pages.conftest import Opener
from tests.pages.reading import captions, charts, texts


@pytest.fixture
def study(empty_cache: Path) -> Path:
    """A trained run and its random-init twin; the file of the first."""
    small_run(empty_cache / "runs", random_init=0)
    return small_run(empty_cache / "runs")


def test_the_page_shows_checkpoints_differences_and_pairs(study: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert page.title[0].value == "Alignment"
    assert page.subheader[0].value == "What makes a difference"
    assert len(charts(page)) == 2
    rows = page.dataframe[0].value
    assert set(rows["comparison"]) >= {
        "experts − word embedding",
        "experts − sentence embedding",
        "trained − untrained, experts",
    }
    assert (rows["p_holm"] >= rows["p"]).all()
    assert len(page.get("download_button")) == 3


def test_every_figure_has_alt_text_and_provenance(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", tau="0.70")
    alts = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert all("similarity" in alt or "Alignment" in alt for alt in alts)
    figure, _, pairs = captions(page)
    for part in ("SmolLM2-135M-Instruct", "commit 0000000", "probe set fixture", "N⁺ 20", "N⁻ 40", "4 folds", "τ 0.70"):
        assert part in figure
        assert part in pairs
    assert "n = 33 word pairs" in figure


def test_the_address_makes_the_view(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", representation="word embedding", null="true", ranks="true", tau="0.60")
    assert "label-shuffled null" in charts(page)[0]
    assert "rank" in charts(page)[1]
    assert "cosine similarity" in charts(page)[1]
    assert page.select_slider[0].value == 0.6


def test_bad_parameters_fall_back_with_a_notice(study: Path, open_page: Opener) -> None:
    page = open_page("alignment", tau="7", representation="vibes", null="perhaps", run="nonsense", human="me")
    said = texts(page)
    for bad in ("7", "vibes", "perhaps", "nonsense", "me"):
        assert f"“{bad}”" in said
    assert page.select_slider[0].value == 0.5
    assert len(charts(page)) == 2


def test_checkpoints_of_several_models_share_a_figure(empty_cache: Path, open_page: Opener) -> None:
    for model in ("fixture/small", "fixture/large"):
        for step, quality in ((0, 0.0), (64, 0.4), (512, 1.0)):
            small_run(empty_cache / "runs", model=model, revision=f"step{step}", quality=quality)
    page = open_page("alignment")
    drawn = json.loads(charts(page)[0])
    assert [a["text"] for a in drawn["layout"]["annotations"]] == ["<b>large</b>", "<b>small</b>"]
    assert "large (3 runs)" in captions(page)[0]
    assert list(drawn["layout"]["xaxis"]["ticktext"]) == ["0<br>random init", "64", "512"]
    assert set(page.dataframe[0].value["comparison"]) >= {"trained − untrained, experts"}
    everything = open_page("alignment", compare="all").dataframe[0].value
    assert len(set(everything["checkpoint"])) == 6


def test_too_few_pairs_are_said_to_be_too_few(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", concepts=("cat", "dog"))
    page = open_page("alignment")
    assert "too few for a correlation" in texts(page)
    assert len(charts(page)) == 2


def test_an_empty_cache_leads_to_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)
    assert not page.error


def test_damaged_files_take_nothing_else_down(corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert len(charts(page)) == 2
    assert not page.error


def test_nothing_but_damaged_files_is_an_empty_cache(only_corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("alignment")
    assert "No run yet" in texts(page)
    assert not charts(page)

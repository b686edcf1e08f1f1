"""The section of the stability page on sweeps: which runs belong, what it recommends,
and what a single run shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.results.selection import Selection
from explorer.results.sweeps import source_names
from explorer.store.library import Library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.reading import captions, charts, texts
from tests.support.sweep import SOURCES, cell, cell_request, sweep

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def _swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("swept")
    sweep(cache / "runs", (10, 40), (40, 80), SOURCES[:1])
    sweep(cache / "runs", (10, 40), (40, 80), SOURCES[1:2], concepts=CONCEPTS[:-1])
    return cache


@pytest.fixture
def swept(_swept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two N⁺, two N⁻ and two sources, the second without one concept. Read only."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(_swept))
    return _swept


def test_the_grid_holds_every_cell(swept: Path, open_page: Opener) -> None:
    page = open_page("stability")
    assert "Over set sizes and sources" in texts(page)
    sizes, grid = (json.loads(chart) for chart in charts(page)[1:3])
    titles = [note["text"] for note in grid["layout"]["annotations"]]
    assert titles[:4] == ["N⁺ 10", "N⁺ 40", "N⁻ 40", "N⁻ 80"]
    assert {trace.get("name") for trace in grid["data"]} >= set(SOURCES[:2])
    assert sum(trace.get("name") in SOURCES for trace in sizes["data"]) == 4
    assert not page.error


def test_the_recommendation_gives_its_numbers_and_the_sentences_shared(
    swept: Path, open_page: Opener
) -> None:
    written = texts(open_page("stability"))
    assert "Still rising at N⁺ = 40: 10 → 40 +0." in written
    assert "(n = 11 concepts). Two folds share" in written
    assert "of positive sentences at 40" in written


def test_concepts_that_some_runs_lack_are_left_out_and_named(
    swept: Path, open_page: Opener
) -> None:
    page = open_page("stability")
    assert f"compared are the 11 that all have. Left out (1): {CONCEPTS[-1]}." in texts(page)
    assert any("n = 11 concepts" in caption for caption in captions(page))


def test_the_other_set_can_grow_by_the_address(swept: Path, open_page: Opener) -> None:
    page = open_page("stability", growing="negative")
    assert "N⁻ = " in texts(page)
    assert "negative sentences at" in texts(page)
    assert "“sideways”" in texts(open_page("stability", growing="sideways"))


def test_ratios_of_words_are_over_equally_many_sentences(swept: Path, open_page: Opener) -> None:
    page = open_page("stability")
    ratios = {
        metric.label.replace("\\", ""): float(metric.value)
        for metric in page.metric
        if metric.label.startswith("Type/token") and len(metric.value) == len("0.123")
    }
    assert ratios["Type/token ratio, Chat-A"] > ratios["Type/token ratio, Chat-B"]


def test_the_paper_s_result_is_drawn_at_its_threshold_only(swept: Path, open_page: Opener) -> None:
    assert "not ours" in charts(open_page("stability"))[1]
    assert "not ours" not in charts(open_page("stability", tau="0.70"))[1]


def test_one_fold_leaves_the_grid_between_concepts(empty_cache: Path, open_page: Opener) -> None:
    sweep(empty_cache / "runs", (10, 40), (40,), SOURCES[:1], folds=1)
    page = open_page("stability")
    assert not page.error
    titles = [note["text"] for note in json.loads(charts(page)[1])["layout"]["annotations"]]
    assert titles[:2] == ["N⁺ 10", "N⁺ 40"]


def test_a_single_run_is_told_how_to_make_a_sweep(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs")
    page = open_page("stability")
    assert "No other run differs from this one" in texts(page)
    assert "study run paper-stability --models built-in" in page.code[0].value
    assert "--positives 5,10,20 --negatives 10,20,40" in page.code[0].value


def test_other_folds_models_and_concepts_are_no_part_of_a_sweep(empty_cache: Path) -> None:
    runs = empty_cache / "runs"
    mine = cell(runs, cell_request())
    same = cell(runs, cell_request(n_positive=10))
    cell(runs, cell_request(n_positive=10, folds=2))
    cell(runs, cell_request(n_positive=10, concepts=CONCEPTS[:6]))
    cell(runs, cell_request(SOURCES[1], concepts=CONCEPTS[:4]))
    small_run(runs, model="fixture/tiny")
    library = Library(runs)
    sweep = Selection(library.runs()).sweep(library.run(mine.stem))
    assert sweep is not None
    assert {run.id for run in sweep.runs} == {mine.stem, same.stem}
    alone = Selection([library.run(mine.stem)])
    assert alone.sweep(library.run(mine.stem)) is None


def test_probe_sets_of_one_source_are_told_apart_by_their_names(empty_cache: Path) -> None:
    first = cell(empty_cache / "runs", cell_request())
    second = cell(empty_cache / "runs", cell_request(SOURCES[1]))
    held = Library(empty_cache / "runs")
    a, b = held.run(first.stem), held.run(second.stem)
    assert set(source_names([a, b]).values()) == set(SOURCES[:2])
    object.__setattr__(b, "sources", a.sources)
    assert set(source_names([a, b]).values()) == {
        "Chat-A (probes-chat-a)",
        "Chat-A (probes-chat-b)",
    }


@pytest.mark.parametrize("page", ["alignment", "stability", "domains"])
def test_a_share_of_positives_near_tau_is_pointed_out(
    swept: Path, open_page: Opener, page: str
) -> None:
    runs = Library(swept / "runs").runs()
    even = next(run for run in runs if (run.request.n_positive, run.request.n_negative) == (40, 40))
    assert "A unit that tells nothing has an AP of about 0.50" in texts(
        open_page(page, run=even.id)
    )
    assert "A unit that tells nothing" not in texts(open_page(page, run=even.id, tau="0.60"))


def test_a_sweep_opens_on_its_largest_sets(swept: Path, open_page: Opener) -> None:
    assert "N⁺ 40 · N⁻ 80" in "\n".join(captions(open_page("stability")))

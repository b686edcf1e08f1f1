"""The page of stability on full, empty and damaged caches, at good and bad
addresses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.figures.stability import NAMES
from tests.pages.conftest import Opener
from tests.support.fixtures import small_run
from tests.support.reading import captions, charts, texts


@pytest.fixture
def study(empty_cache: Path) -> Path:
    """A trained run and its random-init twin; the file of the first."""
    small_run(empty_cache / "runs", random_init=0)
    return small_run(empty_cache / "runs")


def test_the_page_shows_the_run_beside_its_control(study: Path, open_page: Opener) -> None:
    page = open_page("stability")
    trained, untrained, sizes = charts(page)
    assert all(name in figure for name in NAMES.values() for figure in (trained, untrained))
    assert "random init" in untrained
    assert "experts per concept, of 672 units" in sizes
    assert list(page.dataframe[0].value["overlap"]) == sorted(page.dataframe[0].value["overlap"])


def test_shared_sentences_are_always_shown(study: Path, open_page: Opener) -> None:
    page = open_page("stability")
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["Positive sentences two folds share"] == "34%"
    assert metrics["Negative sentences two folds share"].endswith("%")
    assert sum(label.startswith("Type/token ratio") for label in metrics) == 2
    assert "two folds share 34% of positive" in charts(page)[0]
    assert "two folds share 34% of positive" in captions(page)[0]


def test_the_address_makes_the_view(study: Path, open_page: Opener) -> None:
    page = open_page("stability", tau="0.80")
    assert "Concepts at τ = 0.80, least stable first" in texts(page)
    assert "τ 0.80" in captions(page)[0]


def test_bad_parameters_fall_back_with_a_notice(study: Path, open_page: Opener) -> None:
    page = open_page("stability", tau="high", run="nonsense")
    assert "“high”" in texts(page)
    assert "“nonsense”" in texts(page)
    assert page.select_slider[0].value == 0.5


def test_one_fold_says_that_nothing_can_be_compared(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", folds=1)
    page = open_page("stability")
    assert "one fold" in texts(page)
    assert NAMES["within"] not in charts(page)[0]
    assert NAMES["between"] in charts(page)[0]
    assert not page.error


def test_an_empty_cache_leads_to_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("stability")
    assert "No run yet" in texts(page)
    assert not charts(page)


def test_damaged_files_take_nothing_else_down(corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("stability")
    assert len(charts(page)) == 2
    assert not page.error


def test_nothing_but_damaged_files_is_an_empty_cache(
    only_corrupt_cache: Path, open_page: Opener
) -> None:
    page = open_page("stability")
    assert "No run yet" in texts(page)
    assert not charts(page)

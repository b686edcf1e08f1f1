"""The page of domains on full, empty and damaged caches, at good and bad addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.library import library
from tests.pages.conftest import Opener
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.reading import captions, charts, texts

pytestmark = pytest.mark.slow


@pytest.fixture
def study(empty_cache: Path) -> Path:
    """A trained run and its random-init twin; the file of the first."""
    small_run(empty_cache / "runs", random_init=0)
    return small_run(empty_cache / "runs")


def networks(page: AppTest) -> int:
    return len(page.get("bidi_component"))


def table(page: AppTest, column: str):  # type: ignore[no-untyped-def]
    return next(frame.value for frame in page.dataframe if column in frame.value)


def test_each_section_shows_its_part(study: Path, open_page: Opener) -> None:
    assert networks(open_page("domains")) == 1
    assert len(charts(open_page("domains", section="Matrix"))) == 1
    assert len(charts(open_page("domains", section="Over τ"))) == 1
    missing = open_page("domains", section="Over training")
    assert "“Over training”" in texts(missing)
    recovered = open_page("domains", section="Recovery").table[0].value
    trained, untrained = "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct · random init"
    assert list(recovered.columns) == ["measure", trained, untrained, "meaning"]
    recovered = recovered.set_index("measure")
    assert recovered.loc["Adjusted Rand index", trained].startswith("1.00 (chance ≤ ")
    assert not recovered.loc["Adjusted Rand index", untrained].startswith("1.00")
    assert recovered.loc["— its permutation p", trained] == "p < 0.001"
    bridges = table(open_page("domains", section="Bridges"), "bridge")
    assert list(bridges["overlap"]) == sorted(bridges["overlap"], reverse=True)
    for column in ("p", "p_shuffled", "p_max"):
        assert bridges[column].between(0, 1).all()
    assert (bridges["p_max"] >= bridges["p_shuffled"]).all()


def test_the_matrix_is_in_the_order_of_the_dendrogram_or_of_the_domains(
    study: Path, open_page: Opener
) -> None:
    by_tree = open_page("domains", section="Matrix")
    assert any(
        "cophenetic correlation" in caption and "over 66 pairs" in caption
        for caption in captions(by_tree)
    )
    assert "xaxis2" in charts(by_tree)[0]
    by_domain = open_page("domains", section="Matrix", order="domain")
    assert any("ordered by domain" in caption for caption in captions(by_domain))
    assert "xaxis2" not in charts(by_domain)[0]


def test_checkpoints_of_a_model_can_share_the_places_of_its_last(
    full_cache: Path, open_page: Opener
) -> None:
    early = next(run.id for run in library().runs() if run.request.checkpoint.step == 512)
    assert "placed as in" not in captions(open_page("domains", run=early))[0]
    page = open_page("domains", run=early, places="true")
    assert "placed as in tiny · step143000" in captions(page)[0]
    assert page.toggle(key="places").value


def test_recovery_is_followed_over_all_checkpoints_of_the_design(
    full_cache: Path, open_page: Opener
) -> None:
    (steps,) = charts(open_page("domains", section="Over training"))
    assert all(
        name in steps for name in ('"tiny"', '"SmolLM2-135M-Instruct"', "step512", "step143000")
    )


def test_a_step_without_overlap_is_said_to_be_undefined(study: Path, open_page: Opener) -> None:
    page = open_page("domains", section="Over τ", tau="0.95")
    assert "Ratio not defined, since no two concepts share an expert" in texts(page)
    assert not page.error


def test_links_are_counted_in_the_caption(study: Path, open_page: Opener) -> None:
    page = open_page("domains", edges="10")
    assert "10 links" in captions(page)[0]
    assert "n = 12 concepts" in captions(page)[0]


def test_a_chosen_concept_has_its_neighbours(study: Path, open_page: Opener) -> None:
    page = open_page("domains", concept="cat")
    near = table(page, "concept")
    assert "Nearest to “cat”" in texts(page)
    assert set(near["concept"][:3]) == {"dog", "horse", "cheetah"}
    assert "cat" not in set(near["concept"])


def test_bad_parameters_fall_back_with_a_notice(study: Path, open_page: Opener) -> None:
    page = open_page(
        "domains",
        tau="x",
        edges="-3",
        concept="zebra",
        all="maybe",
        run="nonsense",
        places="no",
    )
    for bad in ("x", "-3", "zebra", "maybe", "nonsense", "no"):
        assert f"“{bad}”" in texts(page)
    assert "“up”" in texts(open_page("domains", section="Matrix", order="up"))
    assert networks(page) == 1
    assert not page.error


def test_concepts_without_a_domain_come_on_request(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", concepts=(*CONCEPTS, "sun", "moon"))
    assert "n = 12 concepts" in captions(open_page("domains"))[0]
    assert "n = 14 concepts" in captions(open_page("domains", all="true"))[0]


def test_a_run_without_domains_still_has_its_network(empty_cache: Path, open_page: Opener) -> None:
    small_run(empty_cache / "runs", concepts=("sun", "moon", "star"))
    page = open_page("domains")
    assert "no domains to recover" in texts(page)
    assert networks(page) == 1
    assert "Are the domains recovered?" not in texts(page)


def test_no_overlap_at_all_is_said(study: Path, open_page: Opener) -> None:
    run = small_run(study.parent, random_init=0).stem
    page = open_page("domains", tau="0.95", run=run)
    assert "No two concepts share an expert" in texts(page)
    assert not page.error


def test_words_that_are_markup_stay_words(empty_cache: Path, open_page: Opener) -> None:
    word = "<img src=x onerror=alert(1)>"
    small_run(empty_cache / "runs", concepts=(*CONCEPTS, word))
    matrix = open_page("domains", section="Matrix", all="true")
    page = open_page("domains", all="true", concept=word)
    assert word not in charts(matrix)[0].replace("\\u003c", "<").replace("\\u003e", ">")
    assert word in texts(page)


def test_an_empty_cache_leads_to_extraction(empty_cache: Path, open_page: Opener) -> None:
    page = open_page("domains")
    assert "No run yet" in texts(page)
    assert networks(page) == 0


def test_damaged_files_take_nothing_else_down(corrupt_cache: Path, open_page: Opener) -> None:
    page = open_page("domains")
    assert networks(page) == 1
    assert not page.error


def test_nothing_but_damaged_files_is_an_empty_cache(
    only_corrupt_cache: Path, open_page: Opener
) -> None:
    page = open_page("domains")
    assert "No run yet" in texts(page)
    assert networks(page) == 0

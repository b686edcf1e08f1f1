"""What an alignment is read against."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.exhibits import exhibit
from explorer.measure.ceiling import rating_noise_ceiling, sampling_noise_ceiling
from explorer.probes.kept import keep
from explorer.results.ceilings import NOISE, ceiling_names, ceiling_of
from explorer.results.rated import human_pairs
from explorer.results.view import View, view_of
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run

BUNDLED = Path(__file__).parents[2] / "cache" / "runs"
TRAINED = "8137c33b01463f2a"
MEN = Ratings("MEN", "test")


def test_men_has_two_raters_and_the_noise_of_its_judgements() -> None:
    library = Library(BUNDLED)
    assert ceiling_names(library, TRAINED, MEN) == ("published", "recomputed", NOISE)
    assert ceiling_names(library, TRAINED, Ratings("mine", None)) == ()
    assert ceiling_names(library, TRAINED, None) == ()


def test_each_says_what_it_is() -> None:
    library = Library(BUNDLED)
    published = ceiling_of(library, TRAINED, MEN, "published")
    assert published is not None
    assert (published.rho, published.name) == (0.84, "published")
    noise = ceiling_of(library, TRAINED, MEN, NOISE)
    assert noise is not None
    scores = human_pairs(library, TRAINED, MEN)["score"].to_numpy()
    assert noise.rho == pytest.approx(sampling_noise_ceiling(scores, 50)[0])
    assert "50 binary judgements" in noise.meaning
    assert ceiling_of(library, TRAINED, Ratings("mine", None), NOISE) is None


def test_simlex_and_wordsim_have_two_raters_and_say_that_their_noise_is_not_known() -> None:
    library = Library(BUNDLED)
    for name, value in (("SimLex-999", 0.67), ("WordSim-353", 0.61)):
        ratings = Ratings(name, "all")
        assert ceiling_names(library, TRAINED, ratings) == ("two raters",)
        known = ceiling_of(library, TRAINED, ratings, "two raters")
        assert known is not None
        assert known.rho == value
        assert "mean Spearman correlation of two" in known.meaning
        assert "noise allows is not known" in known.meaning


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> View:
    """A run without ratings of its own but those of the fixture."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    return view_of(Library(tmp_path / "runs"), run=small_run(tmp_path / "runs").stem)


def given(header: str, columns: Callable[[int], str]) -> Ratings:
    """Ratings of the user's own of every pair of concepts, kept."""
    pairs = itertools.combinations(CONCEPTS, 2)
    rows = [f"{a},{b},{n % 9 + 0.5},{columns(n)}" for n, (a, b) in enumerate(pairs)]
    path = keep("own", "\n".join([header, *rows]).encode())
    return Ratings(f"own {path.parent.name[:7]}", "all")


def test_own_ratings_with_spread_and_number_get_theirs(study: View) -> None:
    ratings = given("word1,word2,score,spread,raters", lambda n: f"{1 + n % 3},{10 + n % 5}")
    assert ceiling_names(study.library, study.run.id, ratings) == (NOISE,)
    known = ceiling_of(study.library, study.run.id, ratings, NOISE)
    assert known is not None
    n = np.arange(66)
    expected = rating_noise_ceiling(n % 9 + 0.5, 1 + n % 3, 10 + n % 5)
    assert known.rho == pytest.approx(expected[0])
    assert "noise of 12 ratings a score (median) allows on these pairs [" in known.meaning


def test_pairs_without_a_spread_are_counted(study: View) -> None:
    ratings = given("word1,word2,score,sd,n", lambda n: "1.5,8" if n % 2 else ",")
    known = ceiling_of(study.library, study.run.id, ratings, NOISE)
    assert known is not None
    assert "known of 33 of 66 pairs" in known.meaning


def test_without_spreads_there_is_none(study: View) -> None:
    ratings = given("word1,word2,score,comment", lambda _: "fine")
    assert ceiling_names(study.library, study.run.id, ratings) == ()
    assert ceiling_of(study.library, study.run.id, ratings, NOISE) is None


def test_the_figure_of_alignment_draws_it_and_says_what_it_is(study: View) -> None:
    ratings = given("word1,word2,score,sd,n", lambda _: "2,6")
    view = replace(study, ratings=ratings)
    shown = exhibit("alignment", view)
    known = ceiling_of(view.library, view.run.id, ratings, NOISE)
    assert known is not None
    assert f"human ceiling {known.rho:.2f}: {known.meaning}" in shown.caption
    assert f"human ceiling {known.rho:.2f}" in exhibit("headline", view).caption

"""What an alignment is read against."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.ratings import Ratings
from explorer.measure.ceiling import sampling_noise_ceiling
from explorer.results.ceilings import NOISE, ceiling_names, ceiling_of
from explorer.results.rated import human_pairs
from explorer.store.library import Library

BUNDLED = Path(__file__).parents[2] / "cache" / "runs"
TRAINED = "8137c33b01463f2a"
MEN = Ratings("MEN", "test")


def test_men_has_two_raters_and_the_noise_of_its_judgements() -> None:
    assert ceiling_names(MEN) == ("published", "recomputed", NOISE)
    assert ceiling_names(Ratings("mine", None)) == ceiling_names(None) == ()


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

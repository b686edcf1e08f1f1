"""The responses that ship: of every domain concept, and the AP of the run."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core import settings
from explorer.results import responses
from explorer.results.library import open_library
from explorer.results.view import View, view_of

SMOLLM2 = "8137c33b01463f2a"


@pytest.fixture(scope="module")
def view() -> View:
    if not (settings.PROJECT / "cache" / "runs" / f"{SMOLLM2}.duckdb").exists():
        pytest.skip("This checkout has no bundled study.")
    return view_of(open_library(settings.PROJECT / "cache" / "runs"), run=SMOLLM2)


def test_every_concept_with_a_domain_has_its_best_units(view: View) -> None:
    assert set(responses.words_with_evidence(view)) == set(view.run.request.domains)
    for word in ("cat", "driver", "violin"):
        units = responses.units_with_evidence(view, word)
        assert units["expert"].sum() == 8
        assert len(units) == 16


@pytest.mark.slow
def test_the_area_of_every_curve_is_the_ap_of_the_run(view: View) -> None:
    errors = []
    for word in view.run.request.domains:
        for unit in responses.units_with_evidence(view, word)["unit"]:
            for fold in range(view.run.request.folds):
                _, area, stored = responses.curve(view, int(unit), word, fold)
                if not np.isnan(stored):
                    errors.append(abs(area - stored))
    assert len(errors) > 1000
    assert max(errors) <= 1e-6


def test_the_strongest_token_of_a_dog_unit_is_the_dog(view: View) -> None:
    units = responses.units_with_evidence(view, "dog")
    best = int(units[units["expert"]]["unit"].iloc[0])
    rows = responses.responses(view, best, "dog").query("side == 'positive'").head(20)
    found = responses.sentences(view, best, "dog", rows)
    assert all(s.values is not None and s.spans is not None for s in found)
    for sentence in found:
        assert sentence.values.max() == pytest.approx(sentence.response)

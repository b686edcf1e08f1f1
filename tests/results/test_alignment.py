"""Points over checkpoints, with their corrections and nulls, and what is said of a
trajectory.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer.core.ratings import Ratings
from explorer.core.similarity import EXPERTS, REPRESENTATIONS, Experts, WordEmbedding
from explorer.core.tau import LOWEST, Tau
from explorer.measure.alignment import align, holm
from explorer.measure.partial import partial_align
from explorer.results import alignment
from explorer.results.alignment import alignment_of, alignment_points, first_significant
from explorer.results.reading import rated_pairs
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, DATASET, small_run

TEST = Ratings(DATASET, "test")
STEPS = (0, 8, 64)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("runs")
    for step in STEPS:
        small_run(folder, model="fixture/tiny", revision=f"step{step}", quality=step / 64)
    return Library(folder)


def test_alignment_is_measured_over_the_rated_pairs(library: Library) -> None:
    run = library.runs()[0]
    pairs = library.human_pairs(run.id, DATASET, "test")
    matrix = library.pair_overlap(run.id, 0.6)
    words = pairs[["i", "j"]].to_numpy()
    expected = align(matrix[pairs["i"], pairs["j"]], pairs["score"], words)
    measured = alignment_of(library, run.id, TEST, Experts(Tau.of(0.6)))
    assert (measured.rho, measured.low, measured.p) == (expected.rho, expected.low, expected.p)


def test_points_are_in_the_order_of_steps_and_corrected_over_all_of_them(library: Library) -> None:
    points = alignment_points(library, library.runs(), TEST, Experts(LOWEST))
    assert points["step"].tolist() == [step for step in STEPS for _ in REPRESENTATIONS]
    assert points["representation"].tolist() == [*REPRESENTATIONS] * len(STEPS)
    np.testing.assert_array_equal(points["p_holm"], holm(points["p"].to_numpy()))
    assert points["held_out_loss"].isna().all()


def test_every_representation_has_its_own_null(library: Library) -> None:
    points = alignment_points(library, library.runs()[:1], TEST, Experts(LOWEST), null=True)
    assert points["null_p"].between(0, 1, inclusive="right").all()
    assert points["null_p"].nunique() > 1
    assert (points["null_low"] < points["null_high"]).all()


def test_partial_points_hold_shared_words_constant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = small_run(tmp_path).stem
    library = Library(tmp_path)
    words = np.random.default_rng(0).random((len(CONCEPTS), len(CONCEPTS)))
    vectors = SimpleNamespace(similarity=words)
    monkeypatch.setattr("explorer.measure.surface.word_vectors", lambda _: vectors)
    points = alignment_points(library, library.runs(), TEST, Experts(LOWEST), partial=True)
    pairs = rated_pairs(library, run_id, TEST, Experts(LOWEST))
    shared = words[pairs["i"], pairs["j"]]
    named = pairs[["i", "j"]].to_numpy()
    expected = partial_align(pairs["similarity"], pairs["score"], [shared], named)
    assert points["rho"].iloc[0] == expected.rho
    assert expected.rho != alignment_of(library, run_id, TEST, Experts(LOWEST)).rho


def test_embeddings_are_not_measured_anew_for_another_threshold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_run(tmp_path)
    library = Library(tmp_path)
    alignment_points(library, library.runs(), TEST, Experts(LOWEST))
    measured: list[int] = []

    def counted(*args: Any) -> Any:
        measured.append(1)
        return align(*args)

    monkeypatch.setattr(alignment, "align", counted)
    alignment_points(library, library.runs(), TEST, Experts(Tau.of(0.7)))
    assert len(measured) == 1, "experts alone know of τ"


def test_a_result_is_shared_and_cannot_be_spoilt(library: Library) -> None:
    run = library.runs()[0]
    first = alignment_points(library, [run], TEST, Experts(LOWEST))
    first["rho"] = 0.0
    assert (alignment_points(library, [run], TEST, Experts(LOWEST))["rho"] != 0.0).any()
    measured = alignment_of(library, run.id, TEST, WordEmbedding())
    assert measured is alignment_of(library, run.id, TEST, WordEmbedding())


def claim(p_values: list[float]) -> list[str]:
    steps = [0, 8, 64, 512][: len(p_values)]
    rows = {"family": "m", "representation": EXPERTS, "step": steps, "rho": 0.1, "p_holm": p_values}
    return first_significant(pd.DataFrame(rows))


def test_the_first_significant_step_is_claimed_with_what_comes_after() -> None:
    (steady,) = claim([0.5, 0.2, 0.04, 0.001])
    assert "first differs from 0 at step 64 (ρ 0.10), and at every later one" in steady
    (broken,) = claim([0.5, 0.01, 0.2, 0.001])
    assert "at step 8 (ρ 0.10), though not at every later one" in broken
    assert "at no step" in claim([0.5, 0.5, 0.5])[0]
    assert claim([0.01, 0.01]) == []

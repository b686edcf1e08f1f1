"""Which checkpoints, sizes and representations are compared, and what is said of a
trajectory.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer.core.records import RunInfo
from explorer.measure.alignment import compare, holm
from explorer.ui import controlled, differences, library, trajectories
from explorer.ui.library import EXPERTS, REPRESENTATIONS
from tests.support.fixtures import CONCEPTS, DATASET, small_run

OF = (DATASET, "test", 0.5)


@pytest.fixture
def runs(empty_cache: Path) -> list[RunInfo]:
    for model, steps in (("fixture/small", (0, 8, 64)), ("fixture/large", (0, 64, 512))):
        for step in steps:
            small_run(
                empty_cache / "runs",
                model=model,
                revision=f"step{step}",
                quality=min(1.0, step / 64),
            )
    small_run(empty_cache / "runs", random_init=0)
    return library.runs()


def at(runs: list[RunInfo], label: str) -> RunInfo:
    return next(run for run in runs if run.label == label)


def test_differences_from_cached_alignments_are_those_of_the_pairs(runs: list[RunInfo]) -> None:
    a, b = at(runs, "large · step512"), at(runs, "large · step0")
    found = library.cached_difference(a.id, EXPERTS, b.id, EXPERTS, *OF)
    pairs = [library.rated_pairs(run.id, DATASET, "test", EXPERTS) for run in (a, b)]
    assert found == compare(pairs[0]["similarity"], pairs[1]["similarity"], pairs[0]["score"])


def test_runs_of_other_concepts_are_compared_over_the_pairs_they_share(
    runs: list[RunInfo], empty_cache: Path
) -> None:
    small_run(empty_cache / "runs", model="fixture/other", concepts=CONCEPTS[:9])
    other, run = at(library.runs(), "other"), at(runs, "large · step64")
    found = library.cached_difference(run.id, EXPERTS, other.id, EXPERTS, *OF)
    assert 4 <= found.n < library.cached_alignment(run.id, *OF).n
    assert np.isfinite(found.delta)


def test_sizes_are_compared_at_the_steps_they_share(runs: list[RunInfo]) -> None:
    table = differences.between_sizes(runs, *OF)
    assert sorted(set(table["step"])) == [0, 64]
    assert set(table["group"]) == {"small − large"}
    assert len(table) == 2 * len(REPRESENTATIONS)
    np.testing.assert_array_equal(table["p_holm"], holm(table["p"].to_numpy()))


def test_a_single_model_has_no_sizes(runs: list[RunInfo]) -> None:
    one = [run for run in runs if run.label.startswith("large")]
    assert differences.between_sizes(one, *OF).empty


def test_checkpoints_are_compared_with_the_one_before_or_one_of_choice(runs: list[RunInfo]) -> None:
    run = at(runs, "small · step64")
    before = differences.between_checkpoints(run, runs, *OF)
    assert before["comparison"].tolist()[::3] == [
        "step 8 − step 0, experts",
        "step 64 − step 8, experts",
    ]
    start = differences.between_checkpoints(run, runs, *OF, against="small · step0")
    assert start["comparison"].tolist()[::3] == [
        "step 8 − step 0, experts",
        "step 64 − step 0, experts",
    ]


def test_points_carry_the_correction_over_all_of_them(runs: list[RunInfo]) -> None:
    points = trajectories.points(runs, *OF)
    assert len(points) == len(runs) * 3
    np.testing.assert_array_equal(points["p_holm"], holm(points["p"].to_numpy()))
    assert points["held_out_loss"].isna().all()


def test_every_representation_has_its_own_null(runs: list[RunInfo]) -> None:
    points = trajectories.points(runs[:1], *OF, null=True)
    assert points["null_p"].between(0, 1, inclusive="right").all()
    assert points["null_p"].nunique() > 1
    assert (points["null_low"] < points["null_high"]).all()


def test_runs_of_one_design_share_what_their_sentences_share(runs: list[RunInfo]) -> None:
    first, second = (
        controlled.shared_words(at(runs, label)) for label in ("large · step0", "small · step64")
    )
    assert first is second
    assert first.shape == (len(CONCEPTS), len(CONCEPTS))


def test_partial_rho_is_told_for_each_representation_and_raw_for_the_words(
    runs: list[RunInfo],
) -> None:
    table = controlled.partials(runs[:2], *OF)
    assert table["representation"].tolist()[:4] == [*REPRESENTATIONS, controlled.SURFACE]
    alone = table["representation"] == controlled.SURFACE
    assert table.loc[alone, "partial"].isna().all()


def test_pairs_with_an_empty_set_are_counted_at_every_threshold(runs: list[RunInfo]) -> None:
    run = at(runs, "large · step512")
    table = controlled.by_tau(run.id, DATASET, "test")
    assert table["tau"].tolist() == [round(0.5 + 0.05 * k, 2) for k in range(10)]
    assert table["empty"].is_monotonic_increasing
    sizes = library.library().set_sizes(run.id)
    pairs = library.human_pairs(run.id, DATASET, "test")
    last = sizes[np.isclose(sizes["tau"], 0.95)].set_index(["word", "fold"])["size"]
    folds = sorted(sizes["fold"].unique())
    bare = [
        last[p.word1, f] == 0 or last[p.word2, f] == 0 for p in pairs.itertuples() for f in folds
    ]
    assert table["empty"].iloc[-1] == pytest.approx(np.mean(bare))


def claim(p_values: list[float]) -> list[str]:
    steps = [0, 8, 64, 512][: len(p_values)]
    rows = {"family": "m", "representation": EXPERTS, "step": steps, "rho": 0.1, "p_holm": p_values}
    return trajectories.first_significant(pd.DataFrame(rows))


def test_the_first_significant_step_is_claimed_with_what_comes_after() -> None:
    (steady,) = claim([0.5, 0.2, 0.04, 0.001])
    assert "first differs from 0 at step 64 (ρ 0.10), and at every later one" in steady
    (broken,) = claim([0.5, 0.01, 0.2, 0.001])
    assert "at step 8 (ρ 0.10), though not at every later one" in broken
    assert "at no step" in claim([0.5, 0.5, 0.5])[0]
    assert claim([0.01, 0.01]) == []

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from explorer.measure.overlap import chance_overlap
from explorer.measure.stability import (
    between_concepts,
    chance,
    expanded_level,
    shared_sentences,
    type_token_ratio,
    within_concept,
)
from explorer.measure.statistics.bootstrap import bootstrap_mean

TAUS = (0.5, 0.7)


def folds_table(n_concepts: int = 6, n_folds: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (f"w{c}", a, b, tau, rng.random(), 0.25, 0.5)
        for c in range(n_concepts)
        for a, b in itertools.combinations(range(n_folds), 2)
        for tau in TAUS
    ]
    names = ["word", "fold_a", "fold_b", "tau", "overlap", "shared_positive", "shared_negative"]
    return pd.DataFrame(rows, columns=names)


def random_grid(n_concepts: int, seed: int = 0) -> np.ndarray:
    grid = np.random.default_rng(seed).random((len(TAUS), n_concepts, n_concepts))
    grid = (grid + grid.transpose(0, 2, 1)) / 2
    grid[:, np.arange(n_concepts), np.arange(n_concepts)] = 1
    return grid


def test_within_concept_is_the_mean_over_concepts_and_resamples_concepts() -> None:
    table = folds_table()
    found = within_concept(table, n_boot=100, seed=1)
    assert found["tau"].tolist() == list(TAUS)
    assert (found["n"] == 6).all()
    for row in found.itertuples():
        means = table[table["tau"] == row.tau].groupby("word")["overlap"].mean().to_numpy()
        expected = bootstrap_mean(means, 100, 1, expanded_level(6))
        assert (row.mean, row.low, row.high) == pytest.approx(
            (expected.value, expected.low, expected.high)
        )


def test_more_folds_of_the_same_concepts_do_not_narrow_the_interval() -> None:
    one = folds_table(8, 2)
    many = pd.concat([one.assign(fold_a=a, fold_b=a + 1) for a in range(10)])
    pd.testing.assert_frame_equal(within_concept(one), within_concept(many))


def test_between_concepts_is_the_mean_over_all_pairs() -> None:
    grid = random_grid(7)
    found = between_concepts(grid, TAUS)
    upper = np.triu_indices(7, 1)
    np.testing.assert_allclose(found["mean"], [matrix[upper].mean() for matrix in grid])
    assert (found["n"] == 21).all()
    assert (found["low"] < found["mean"]).all()
    assert (found["mean"] < found["high"]).all()


def test_the_interval_between_concepts_respects_that_pairs_share_concepts() -> None:
    # Each concept raises all of its pairs: there are 20 independent sources of
    # variation, not 190.
    lift = np.random.default_rng(0).normal(size=20)
    grid = (50 + lift[:, None] + lift[None, :])[None]
    found = between_concepts(grid, [0.5])
    expected = 2 * 1.96 * 2 * lift.std() / np.sqrt(20)
    assert found["high"][0] - found["low"][0] == pytest.approx(expected, rel=0.15)


def test_pairs_that_share_nothing_have_the_interval_of_independent_values() -> None:
    grid = 5 + random_grid(60)[:1]
    found = between_concepts(grid, [0.5])
    values = grid[0][np.triu_indices(60, 1)]
    assert found["high"][0] - found["low"][0] == pytest.approx(
        4 * values.std() / np.sqrt(len(values)), rel=0.4
    )


def test_no_overlap_at_all_is_known_exactly() -> None:
    assert (between_concepts(np.zeros((1, 6, 6)), [0.9])[["mean", "low", "high"]] == 0).all(
        axis=None
    )


def test_one_pair_has_no_interval() -> None:
    found = between_concepts(np.full((1, 2, 2), 0.3), [0.5])
    assert found["mean"][0] == 0.3
    assert found[["low", "high"]].isna().all(axis=None)


def test_equal_overlaps_have_an_interval_of_no_width() -> None:
    found = between_concepts(np.full((1, 5, 5), 0.25), [0.5])
    np.testing.assert_allclose(found[["mean", "low", "high"]], 0.25)


def test_a_single_concept_has_no_pairs() -> None:
    found = between_concepts(np.ones((2, 1, 1)), TAUS)
    assert (found["n"] == 0).all()
    assert found["mean"].isna().all()


def test_chance_is_the_mean_over_pairs_of_folds_and_pairs_of_concepts() -> None:
    sizes = np.array([[10, 20], [5, 40], [30, 30]])
    rows = [(f"w{c}", f, 0.5, sizes[c, f]) for c in range(3) for f in range(2)]
    found = chance(pd.DataFrame(rows, columns=["word", "fold", "tau", "size"]), 1000)
    within = np.mean([chance_overlap(sizes[c, 0], sizes[c, 1], 1000) for c in range(3)])
    pairs = itertools.combinations(range(3), 2)
    between = np.mean(
        [chance_overlap(sizes[a, f], sizes[b, f], 1000) for a, b in pairs for f in range(2)]
    )
    assert found["tau"].tolist() == [0.5]
    assert (found["within"][0], found["between"][0]) == pytest.approx((within, between))


def test_one_fold_has_no_chance_within() -> None:
    table = pd.DataFrame({"word": ["a", "b"], "fold": 0, "tau": 0.5, "size": [3, 4]})
    found = chance(table, 100)
    assert found["within"].isna().all()
    assert found["between"][0] > 0


def test_shared_sentences_are_the_share_of_a_fold_and_count_each_pair_of_folds_once() -> None:
    table = folds_table(2, 2)
    extra = table[table["word"] == "w0"].assign(tau=0.9)
    found = shared_sentences(
        pd.concat([table, extra]).assign(shared_positive=lambda t: (t["word"] == "w0") / 3)
    )
    # Of 2 sentences each, 1 in common: Jaccard 1/3, share 1/2; the other concept shares
    # none.
    assert found.positive == pytest.approx(0.25)
    assert found.negative == pytest.approx(2 / 3)


def test_one_fold_shares_nothing_that_could_be_told() -> None:
    assert np.isnan(shared_sentences(folds_table(2, 1))).all()


def test_type_token_ratio_counts_words_case_blind() -> None:
    assert type_token_ratio(["The cat saw the dog.", "Dog's  day — 42!"]) == pytest.approx(6 / 7)
    assert type_token_ratio(["One two", "three"]) == 1
    assert np.isnan(type_token_ratio(["42", ""]))

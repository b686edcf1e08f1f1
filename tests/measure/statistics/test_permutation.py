"""The null of shuffled words, against theory and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.statistics import permutation
from explorer.measure.statistics.permutation import permutation_nulls


def similarities(n_words: int, seed: int) -> np.ndarray:
    """(n_words, n_words) symmetric similarities, some words being similar to all."""
    rng = np.random.default_rng(seed)
    points, popular = rng.normal(size=(n_words, 5)), rng.normal(size=n_words)
    return np.asarray(points @ points.T + 2 * (popular[:, None] + popular[None, :]))


def all_pairs(n_words: int) -> np.ndarray:
    """(pairs, 2) of all different words."""
    return np.argwhere(np.triu(np.ones((n_words, n_words)), 1))


def test_p_is_the_share_of_shuffles_as_far_from_0() -> None:
    model, words = similarities(9, 0), all_pairs(9)
    human = np.random.default_rng(1).integers(0, 6, len(words)).astype(float)
    observed = abs(spearmanr(model[words[:, 0], words[:, 1]], human).statistic) - 1e-9
    rng, rhos = np.random.default_rng(5), []
    for _ in range(1500):
        i, j = rng.permutation(9)[words].T
        rhos.append(spearmanr(model[i, j], human).statistic)
    (null,) = permutation_nulls([model], human, words, n=4000)
    assert null.p == pytest.approx(np.mean(np.abs(rhos) >= observed), abs=0.04)
    assert (null.low, null.high) == pytest.approx(np.quantile(rhos, [0.025, 0.975]), abs=0.04)
    assert 0.05 < null.p < 0.95


def test_words_that_are_similar_to_all_widen_the_band_of_independent_pairs() -> None:
    words = all_pairs(40)
    human = similarities(40, 7)[words[:, 0], words[:, 1]]
    (null,) = permutation_nulls([similarities(40, 3)], human, words)
    assert null.high > 2 * 1.96 / np.sqrt(len(words))


def test_a_model_of_the_same_similarities_is_beyond_every_shuffle() -> None:
    model, words = similarities(30, 2), all_pairs(30)
    (null,) = permutation_nulls([model], model[words[:, 0], words[:, 1]], words, n=999)
    assert null.p == 1 / 1000
    assert null.high < 0.5


def test_unrelated_models_are_significant_5_times_in_100() -> None:
    words, hits, trials = all_pairs(16), 0, 600
    for seed in range(trials // 20):
        human = similarities(16, 1000 + seed)[words[:, 0], words[:, 1]]
        models = [similarities(16, 20 * seed + k) for k in range(20)]
        hits += sum(n.p < 0.05 for n in permutation_nulls(models, human, words, n=199, seed=seed))
    assert 0.02 <= hits / trials <= 0.08


def test_models_share_the_shuffles_and_each_has_its_own_null() -> None:
    words = all_pairs(12)
    models = [similarities(12, 0), similarities(12, 1)]
    human = similarities(12, 2)[words[:, 0], words[:, 1]]
    both = permutation_nulls(models, human, words, n=300)
    assert both == [permutation_nulls([m], human, words, n=300)[0] for m in models]
    assert both[0] != both[1]


def test_the_size_of_the_blocks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    words, model = all_pairs(12), similarities(12, 0)
    human = similarities(12, 2)[words[:, 0], words[:, 1]]
    whole = permutation_nulls([model], human, words, n=40)
    monkeypatch.setattr(permutation, "BLOCK", 120)
    assert permutation_nulls([model], human, words, n=40)[0].low == pytest.approx(whole[0].low)


def test_an_undefined_rho_has_no_null_and_pairs_without_a_score_take_no_part() -> None:
    words, model = all_pairs(8), similarities(8, 0)
    human = similarities(8, 2)[words[:, 0], words[:, 1]]
    flat, defined = permutation_nulls([np.zeros((8, 8)), model], human, words, n=50)
    assert np.isnan([flat.low, flat.high, flat.p]).all()
    assert np.isfinite([defined.low, defined.high, defined.p]).all()
    (few,) = permutation_nulls([model], human[:3], words[:3])
    assert np.isnan(few.p)
    gap = human.copy()
    gap[4] = np.nan
    without = permutation_nulls([model], np.delete(human, 4), np.delete(words, 4, 0), n=50)
    assert permutation_nulls([model], gap, words, n=50) == without

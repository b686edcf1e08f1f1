"""Second-order similarity against slow code, limits known by construction, and
simulated tests.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.measure.compare import (
    ceiling,
    fold_agreement,
    of_pairs,
    profiles,
    rank_places,
    second_order,
    standardised,
    stepped_up,
)


def symmetric(rng: np.random.Generator, c: int, shared: float = 0.0) -> np.ndarray:
    """Random overlaps; `shared` is how much every concept adds to all its pairs, so
    that pairs are not independent.
    """
    values = rng.random((c, c)) + shared * np.add.outer(*2 * [rng.random(c)])
    matrix = np.triu(values, 1)
    return matrix + matrix.T + np.eye(c)


def test_rho_is_that_of_scipy_with_ties() -> None:
    rng = np.random.default_rng(0)
    a, b = (np.round(symmetric(rng, 9), 1) for _ in range(2))
    i, j = np.triu_indices(9, 1)
    measured = second_order(a, b, n=20)
    assert measured.rho == pytest.approx(spearmanr(a[i, j], b[i, j]).statistic)
    assert (measured.n_concepts, measured.n_pairs) == (9, 36)


def test_the_p_of_few_concepts_is_that_of_all_their_orders() -> None:
    rng = np.random.default_rng(1)
    a, b = (symmetric(rng, 5) for _ in range(2))
    i, j = np.triu_indices(5, 1)
    slow = []
    for order in itertools.permutations(range(5)):
        moved = b[np.ix_(order, order)]
        slow.append(abs(spearmanr(a[i, j], moved[i, j]).statistic))
    measured = second_order(a, b)
    assert measured.p == pytest.approx(np.mean(np.array(slow) >= abs(measured.rho) - 1e-9))


def test_the_p_of_more_concepts_is_near_that_of_all_their_orders() -> None:
    rng = np.random.default_rng(2)
    a, b = (symmetric(rng, 7, 0.5) for _ in range(2))
    i, j = np.triu_indices(7, 1)
    x, full = standardised(a[i, j]), np.zeros((7, 7))
    full[i, j] = full[j, i] = standardised(b[i, j])
    orders = np.array(list(itertools.permutations(range(7))))
    exact = np.mean(np.abs(full[orders[:, i], orders[:, j]] @ x) >= abs(x @ full[i, j]) - 1e-9)
    assert second_order(a, b).p == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize("c", [4, 6, 12, 40])
def test_the_same_matrix_has_similarity_1_and_the_least_p(c: int) -> None:
    matrix = symmetric(np.random.default_rng(c), c)
    measured = second_order(matrix, np.sqrt(matrix))
    assert measured.rho == pytest.approx(1.0)
    assert measured.p == pytest.approx(1 / 2000 if c > 6 else 1 / np.prod(range(1, c + 1)))


def test_independent_models_have_similarity_0_in_the_mean() -> None:
    rng = np.random.default_rng(3)
    rhos = [second_order(symmetric(rng, 20), symmetric(rng, 20), n=1).rho for _ in range(200)]
    assert abs(np.mean(rhos)) < 3 * np.std(rhos) / np.sqrt(200)


@pytest.mark.slow
def test_relabelling_keeps_its_level_where_pairs_share_concepts_and_shuffled_pairs_do_not() -> None:
    # 400 times two unrelated models whose concepts each add something to their pairs.
    rng, c = np.random.default_rng(4), 16
    i, j = np.triu_indices(c, 1)
    mantel, naive = [], []
    for k in range(400):
        a, b = symmetric(rng, c, 1.0), symmetric(rng, c, 1.0)
        mantel.append(second_order(a, b, n=199, seed=k).p)
        naive.append(spearmanr(a[i, j], b[i, j]).pvalue)
    assert 0.025 <= np.mean(np.array(mantel) <= 0.05) <= 0.08
    assert np.mean(np.array(naive) <= 0.05) > 0.1


def test_what_is_not_defined_says_why() -> None:
    rng = np.random.default_rng(5)
    few = second_order(symmetric(rng, 3), symmetric(rng, 3))
    assert np.isnan(few.rho)
    assert "3 concepts in common are too few" in few.note
    flat = second_order(symmetric(rng, 5), np.eye(5))
    assert np.isnan(flat.p)
    assert "In the second all pairs have the same overlap" in flat.note
    with pytest.raises(ValueError, match="same concepts"):
        second_order(np.eye(4), np.eye(5))


def test_folds_agree_by_the_mean_of_their_correlations() -> None:
    folds = np.array([symmetric(np.random.default_rng(k), 8, 2.0 * (k > 0)) for k in range(3)])
    i, j = np.triu_indices(8, 1)
    slow = [
        spearmanr(folds[a][i, j], folds[b][i, j]).statistic
        for a, b in itertools.combinations(range(3), 2)
    ]
    assert fold_agreement(folds) == pytest.approx(np.mean(slow))
    assert np.isnan(fold_agreement(folds[:1]))


def test_the_ceiling_is_what_two_noisy_measurements_of_the_same_reach() -> None:
    rng, c, folds = np.random.default_rng(6), 120, 4
    truth = of_pairs(symmetric(rng, c))
    noisy = [truth + rng.normal(0, 0.3, (folds, len(truth))) for _ in range(2)]
    ends = []
    for measurement in noisy:
        ranks = standardised(measurement)
        agreement = float(of_pairs(ranks @ ranks.T).mean())
        ends.append(stepped_up(agreement, folds))
    reached = spearmanr(noisy[0].mean(0), noisy[1].mean(0)).statistic
    assert ceiling(*ends) == pytest.approx(reached, abs=0.02)
    assert np.isnan(ceiling(0.9, float("nan")))
    assert np.isnan(ceiling(0.9, -0.1))


def test_profiles_are_correlations_of_rows_without_the_concept_itself() -> None:
    rng = np.random.default_rng(7)
    a, b = symmetric(rng, 9), symmetric(rng, 9)
    slow = [spearmanr(np.delete(a[k], k), np.delete(b[k], k)).statistic for k in range(9)]
    np.testing.assert_allclose(profiles(a, b), slow)
    b[0] = b[:, 0] = 0.0
    assert np.isnan(profiles(a, b)[0])


def test_places_run_from_0_to_1_and_ties_share_theirs() -> None:
    np.testing.assert_allclose(
        rank_places(np.array([5.0, 1.0, 1.0, 9.0])), [2 / 3, 1 / 6, 1 / 6, 1]
    )


def test_the_interval_covers_what_it_says() -> None:
    """Concepts as points, overlap by their angle, and words that overlap with all."""
    rng = np.random.default_rng(0)

    def models(c: int) -> tuple[np.ndarray, np.ndarray]:
        first = rng.normal(size=(c, 4))
        popular = 0.3 * rng.normal(size=c)

        def overlap(points: np.ndarray) -> np.ndarray:
            unit = points / np.linalg.norm(points, axis=1, keepdims=True)
            noise = 0.3 * rng.normal(size=(c, c))
            return np.exp(2 * unit @ unit.T) + popular[:, None] + popular + (noise + noise.T) / 2

        return overlap(first), overlap(first + rng.normal(size=(c, 4)))

    true = np.mean([second_order(*models(300), n=1).rho for _ in range(40)])
    found = [second_order(*models(30), n=1) for _ in range(200)]
    covered = np.mean([result.low <= true <= result.high for result in found])
    assert 0.87 <= covered <= 0.98

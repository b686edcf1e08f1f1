from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from explorer.measure.bridges import COLUMNS, _expected, _spread_power, bridges, shuffled_p
from tests.measure.test_domains import DOMAINS, WORDS, overlaps


def test_a_planted_bridge_comes_first_with_the_smallest_p() -> None:
    matrix = overlaps(0.4, 0.05)
    matrix[1, 18] = matrix[18, 1] = 0.3
    found = bridges(matrix, WORDS, DOMAINS, k=5)
    assert list(found.columns) == COLUMNS
    assert found.iloc[0][COLUMNS[:7]].tolist() == [
        1,
        "animal 1",
        "animal",
        "job 18",
        "job",
        0.3,
        pytest.approx(1 / 31),
    ]
    assert found["p_shuffled"].iloc[0] == found["p_shuffled"].min() < 0.02
    assert found["p_max"].iloc[1] > 0.9
    assert len(found) == 5
    assert (found["domain1"] != found["domain2"]).all()
    assert (np.diff(found["overlap"]) <= 0).all()


def test_the_rank_p_of_a_bridge_is_its_rank_among_the_cross_domain_pairs_of_its_words() -> None:
    matrix = overlaps(0.4, 0.05, noise=0.3)
    for row in bridges(matrix, WORDS, DOMAINS, k=200, n_perm=10).itertuples():
        a, b = WORDS.index(row.word1), WORDS.index(row.word2)
        others = [
            matrix[c, d]
            for c, d in itertools.combinations(range(20), 2)
            if DOMAINS[c] != DOMAINS[d] and len({a, b} & {c, d}) == 1
        ]
        hits = sum(value >= row.overlap for value in others)
        assert row.p == pytest.approx((1 + hits) / (1 + len(others)))


def test_pairs_without_overlap_or_without_a_domain_are_no_bridges() -> None:
    matrix = np.eye(20)
    matrix[0, 5] = matrix[5, 0] = matrix[0, 19] = matrix[19, 0] = 0.1
    labels = [*DOMAINS[:16], None, None, None, None]
    assert bridges(matrix, WORDS, labels)[["word1", "word2"]].to_numpy().tolist() == [
        ["animal 0", "vehicle 5"]
    ]
    assert bridges(np.eye(20), WORDS, DOMAINS).empty
    assert bridges(matrix, WORDS, [None] * 20).empty


def test_few_pairs_have_the_p_of_all_orders_written_out() -> None:
    i, j = np.triu_indices(4, 1)
    weights = np.zeros((4, 4))
    weights[i, j] = [0.3, 0.1, 0.05, 0.02, 0.2, 0.0]
    weights += weights.T
    expected = _expected(weights, i, j)
    g = _spread_power(weights[i, j], expected)
    scores = [(w - e) / e**g for w, e in zip(weights[i, j], expected, strict=True)]
    single, largest, orders = np.zeros(6), np.zeros(6), list(itertools.permutations(scores))
    for order in orders:
        dealt = [min(max(e + e**g * s, 0), 1) for e, s in zip(expected, order, strict=True)]
        for k, w in enumerate(weights[i, j]):
            single[k] += dealt[k] >= w - 1e-12
            largest[k] += max(dealt) >= w - 1e-12
    exact = shuffled_p(weights, i, j, n_perm=720)
    assert exact[0] == pytest.approx(single / 720)
    assert exact[1] == pytest.approx(largest / 720)
    drawn = shuffled_p(weights, i, j, n_perm=700)
    assert drawn[0] == pytest.approx(single / 720, abs=0.06)
    assert drawn[1] == pytest.approx(largest / 720, abs=0.06)


def test_expected_overlaps_have_the_sums_of_the_observed() -> None:
    matrix = overlaps(0.4, 0.05, noise=0.3)
    cross = np.not_equal.outer(DOMAINS, DOMAINS)
    i, j = np.nonzero(np.triu(cross))
    expected = np.zeros((20, 20))
    expected[i, j] = _expected(matrix, i, j)
    expected += expected.T
    assert expected.sum(1) == pytest.approx((matrix * cross).sum(1), rel=1e-6)


@pytest.mark.parametrize(
    "noise",
    [lambda rng, e: e * rng.uniform(0.5, 1.5, len(e)), lambda rng, e: rng.poisson(500 * e) / 500],
    ids=["proportional", "counts"],
)
def test_without_any_bridge_one_is_announced_about_5_times_in_100(
    noise: Callable[[np.random.Generator, np.ndarray], np.ndarray],
) -> None:
    i, j = np.triu_indices(12, 1)
    found = []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        strength = rng.uniform(0.1, 0.4, 12)
        weights = np.zeros((12, 12))
        expected = strength[i] * strength[j]
        weights[i, j] = noise(rng, expected)
        found.append(shuffled_p(weights + weights.T, i, j, 99, seed)[1].min())
    assert np.mean(np.array(found) <= 0.05) <= 0.09


def test_the_spread_of_residuals_is_recognised() -> None:
    rng, expected = np.random.default_rng(0), np.geomspace(0.01, 0.5, 500)
    assert _spread_power(rng.poisson(1000 * expected) / 1000, expected) < 0.62
    assert _spread_power(expected * rng.uniform(0.5, 1.5, 500), expected) > 0.88


def test_the_examples_of_the_paper_are_marked_wherever_they_rank() -> None:
    words = ["driver", "doctor", "bus", "vehicle", "racing", "tennis", "red", "blue"]
    domains = ["occupation"] * 2 + ["vehicle"] * 2 + ["sport"] * 2 + ["color"] * 2
    matrix = np.full((8, 8), 0.2)
    for a, b in ((0, 2), (0, 3), (4, 2)):
        matrix[a, b] = matrix[b, a] = 0.01
    matrix[4, 3] = matrix[3, 4] = 0.0
    np.fill_diagonal(matrix, 1.0)
    found = bridges(matrix, words, domains, k=2)
    assert found["rank"].tolist() == [1, 2, 21, 22, 23]
    named = {frozenset((row.word1, row.word2)) for row in found[found["paper"]].itertuples()}
    assert named == {
        frozenset(pair) for pair in (("driver", "bus"), ("driver", "vehicle"), ("racing", "bus"))
    }

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import t

from explorer.measure.domains import layout, recovery, within_cross_ratio

DOMAINS = [domain for domain in ("animal", "vehicle", "colour", "sport", "job") for _ in range(4)]
WORDS = [f"{domain} {n}" for n, domain in enumerate(DOMAINS)]


def overlaps(within: float, cross: float, noise: float = 0.02, seed: int = 0) -> np.ndarray:
    same = np.equal.outer(DOMAINS, DOMAINS)
    drawn = np.random.default_rng(seed).uniform(0, noise, same.shape)
    matrix = np.where(same, within, cross) + (drawn + drawn.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_the_ratio_is_that_of_the_two_means_of_a_plain_loop() -> None:
    matrix = overlaps(0.3, 0.1)
    pairs = list(itertools.combinations(range(20), 2))
    within = np.mean([matrix[i, j] for i, j in pairs if DOMAINS[i] == DOMAINS[j]])
    cross = np.mean([matrix[i, j] for i, j in pairs if DOMAINS[i] != DOMAINS[j]])
    found = within_cross_ratio(matrix, DOMAINS, 200)
    assert (found.within, found.cross, found.ratio) == pytest.approx(
        (within, cross, within / cross)
    )
    assert found.low < found.ratio < found.high
    assert found.n == 20


def test_real_domains_have_the_smallest_p_that_so_many_permutations_allow() -> None:
    assert within_cross_ratio(overlaps(0.3, 0.1), DOMAINS, 499).p == pytest.approx(1 / 500)


def test_equal_overlaps_give_ratio_1_and_p_1() -> None:
    found = within_cross_ratio(overlaps(0.2, 0.2, noise=0), DOMAINS, 100)
    assert (found.ratio, found.low, found.high, found.p) == pytest.approx((1, 1, 1, 1))


def test_domains_without_meaning_are_significant_5_times_in_100() -> None:
    p_values = [
        within_cross_ratio(overlaps(0.2, 0.2, seed=s), DOMAINS, 99, s).p for s in range(200)
    ]
    assert 0.01 <= np.mean(np.array(p_values) <= 0.05) <= 0.1
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.08)


def test_the_p_value_equals_that_of_shuffled_labels() -> None:
    matrix = overlaps(0.205, 0.2, seed=4)
    found = within_cross_ratio(matrix, DOMAINS, 3000).p
    rng, hits = np.random.default_rng(1), 0
    observed = within_cross_ratio(matrix, DOMAINS, 1).ratio
    for _ in range(1500):
        hits += within_cross_ratio(matrix, rng.permutation(DOMAINS).tolist(), 1).ratio >= observed
    assert found == pytest.approx((1 + hits) / 1501, abs=0.04)


def test_concepts_without_a_domain_are_left_out() -> None:
    matrix = overlaps(0.3, 0.1)
    partly = [*DOMAINS[:16], None, None, None, None]
    assert within_cross_ratio(matrix, partly, 50) == within_cross_ratio(
        matrix[:16, :16], DOMAINS[:16], 50
    )


def test_domains_of_one_word_or_a_single_domain_have_no_ratio() -> None:
    for labels in (WORDS, ["all"] * 20, [None] * 20):
        found = within_cross_ratio(overlaps(0.3, 0.1), labels, 10)
        assert math.isnan(found.ratio)
        assert math.isnan(found.p)


def test_domains_without_any_overlap_across_have_an_infinite_ratio() -> None:
    assert within_cross_ratio(overlaps(0.3, 0.0, noise=0), DOMAINS, 20).ratio == math.inf
    assert math.isnan(within_cross_ratio(np.eye(20), DOMAINS, 20).ratio)


def test_the_interval_is_the_jackknife_of_a_plain_loop_over_domains() -> None:
    matrix = overlaps(0.3, 0.1, noise=0.1)
    found = within_cross_ratio(matrix, DOMAINS, 1)
    names, within = list(dict.fromkeys(DOMAINS)), []
    logs = []
    for name in names:
        kept = [i for i, domain in enumerate(DOMAINS) if domain != name]
        logs.append(
            math.log(
                within_cross_ratio(matrix[np.ix_(kept, kept)], [DOMAINS[i] for i in kept], 1).ratio
            )
        )
        own = [i for i, domain in enumerate(DOMAINS) if domain == name]
        within.append(sum(matrix[i, j] for i, j in itertools.combinations(own, 2)))
    error = math.sqrt(4 / 5 * sum((x - np.mean(logs)) ** 2 for x in logs))
    freedom = sum(within) ** 2 / sum(x * x for x in within) - 1
    reach = math.exp(t.ppf(0.975, freedom) * error)
    assert (found.low, found.high) == pytest.approx((found.ratio / reach, found.ratio * reach))


def test_one_domain_that_holds_all_overlap_gives_a_ratio_without_interval() -> None:
    matrix = np.full((20, 20), 0.01)
    same = np.equal.outer(DOMAINS, DOMAINS)
    matrix[same] = 0.0
    matrix[:4, :4] = 0.5
    found = within_cross_ratio(matrix, DOMAINS, 10)
    assert found.ratio > 1
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_well_separated_domains_are_recovered_whole() -> None:
    found = recovery(overlaps(0.4, 0.02), DOMAINS)
    assert (found.ari, found.nmi) == pytest.approx((1, 1))
    assert found.n_communities == found.n_domains == 5
    assert found.modularity == pytest.approx(found.domain_modularity)
    assert found.modularity > 0.3
    assert found.ari > found.ari_chance
    assert found.nmi > found.nmi_chance > 0.2


def test_the_communities_have_at_least_the_modularity_of_the_domains() -> None:
    found = recovery(overlaps(0.25, 0.15, noise=0.15), DOMAINS)
    assert found.modularity >= found.domain_modularity
    assert found.ari < 1


def test_the_layout_is_fixed_and_puts_domains_together() -> None:
    matrix = overlaps(0.3, 0.1)
    placed = layout(matrix, WORDS)
    assert list(placed) == WORDS
    assert placed == layout(matrix, WORDS)
    distances = {
        (a, b): math.dist(placed[WORDS[a]], placed[WORDS[b]])
        for a, b in itertools.combinations(range(20), 2)
    }
    within = [d for (a, b), d in distances.items() if DOMAINS[a] == DOMAINS[b]]
    cross = [d for (a, b), d in distances.items() if DOMAINS[a] != DOMAINS[b]]
    assert np.mean(within) < 0.6 * np.mean(cross)
    assert np.abs(list(placed.values())).max() <= 1


@pytest.mark.parametrize("n", [1, 2])
def test_even_few_unconnected_words_have_a_place(n: int) -> None:
    placed = layout(np.eye(n), WORDS[:n])
    assert np.isfinite(list(placed.values())).all()

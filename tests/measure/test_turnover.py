"""Turnover against plain sets, and its chance against sets drawn at random."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.turnover import shares, turnover

WIDTHS = np.array([40.0, 25.0])
GROUPS = np.repeat([0, 1], [40, 25])


def drawn(rng: np.random.Generator, sizes: tuple[int, int]) -> np.ndarray:
    """So many units of each group."""
    parts = [rng.choice(np.flatnonzero(g == GROUPS), sizes[g], replace=False) for g in (0, 1)]
    return np.sort(np.concatenate(parts))


def test_counts_are_those_of_plain_sets() -> None:
    rng = np.random.default_rng(0)
    before, after = ([drawn(rng, (9, 7)) for _ in range(5)] for _ in range(2))
    sizes, stayed, chance, others = turnover(before, after, GROUPS, WIDTHS)
    for g in (0, 1):
        for k in range(5):
            mine = {u for u in before[k].tolist() if GROUPS[u] == g}
            assert sizes[g, k] == len(mine)
            assert stayed[g, k] == len(mine & set(after[k].tolist()))
            assert chance[g, k] == pytest.approx(len(mine) * (9, 7)[g] / WIDTHS[g])
            other = [len(mine & set(after[m].tolist())) for m in range(5) if m != k]
            assert others[g, k] == pytest.approx(np.mean(other))


def test_chance_is_what_random_sets_keep_in_the_mean() -> None:
    rng, before = np.random.default_rng(1), [drawn(np.random.default_rng(9), (10, 5))]
    counts = [turnover(before, [drawn(rng, (8, 12))], GROUPS, WIDTHS) for _ in range(2000)]
    stayed = np.array([part[1][:, 0] for part in counts])
    error = np.abs(stayed.mean(0) - counts[0][2][:, 0])
    assert (error < 4 * stayed.std(0) / np.sqrt(2000)).all()


def test_the_same_sets_all_stay_and_disjoint_ones_never() -> None:
    sets = [np.arange(0, 10), np.arange(50, 60)]
    sizes, stayed, *_ = turnover(sets, sets, GROUPS, WIDTHS)
    np.testing.assert_array_equal(shares(sizes, stayed)[0], [1.0, 1.0])
    sizes, stayed, *_ = turnover(sets, sets[::-1], GROUPS, WIDTHS)
    np.testing.assert_array_equal(shares(sizes, stayed)[0], [0.0, 0.0])


def test_without_experts_a_share_is_not_defined() -> None:
    nothing = [np.empty(0, np.int64), np.arange(3)]
    sizes, stayed, *_ = turnover(nothing, [np.arange(3), np.empty(0, np.int64)], GROUPS, WIDTHS)
    value, low, high = shares(sizes, stayed)
    assert value[0] == 0.0
    assert np.isnan([value[1], low[1], high[1]]).all()


@pytest.mark.slow
def test_the_interval_over_concepts_covers_the_share() -> None:
    # 300 studies of 40 concepts whose own shares vary around 0.6.
    rng, covered = np.random.default_rng(2), 0
    for k in range(300):
        sizes = rng.integers(5, 40, (1, 40))
        stayed = rng.binomial(sizes, rng.beta(6, 4, (1, 40)))
        _, low, high = shares(sizes.astype(float), stayed.astype(float), n_boot=400, seed=k)
        covered += low[0] <= 0.6 <= high[0]
    assert 0.91 <= covered / 300 <= 0.98

"""Rung 1 of pairs: what popular units explain is not called similarity."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from explorer.measure.evidence import popularity
from explorer.measure.overlap import shared_counts

N_SETS, N_UNITS = 30, 3000


def drawn(rng: np.random.Generator) -> list[np.ndarray]:
    """Sets of unlike sizes over units of very unlike popularity, independent given
    these.
    """
    x, y = np.exp(rng.normal(-1, 0.8, N_SETS)), np.exp(rng.normal(-3.2, 1.5, N_UNITS))
    odds = np.outer(x, y)
    member = rng.random(odds.shape) < odds / (1 + odds)
    return [np.flatnonzero(row) for row in member]


def expected_of(sets: list[np.ndarray]) -> np.ndarray:
    every = np.concatenate(sets) if sets else np.empty(0, int)
    return popularity.expected_shared(np.array([len(one) for one in sets]), np.bincount(every))


def test_the_null_keeps_sizes_and_popularity() -> None:
    sets = drawn(np.random.default_rng(1))
    sizes = np.array([len(one) for one in sets], float)
    _, degree = np.unique(np.concatenate(sets), return_counts=True)
    degrees, counts = np.unique(degree, return_counts=True)
    member = popularity._membership(sizes, degrees.astype(float), counts.astype(float))
    np.testing.assert_allclose(member @ counts, sizes, rtol=1e-4)
    np.testing.assert_allclose(member.sum(0), degrees, rtol=1e-4)


@pytest.mark.parametrize("highest", [0.97, 0.999])
def test_it_does_so_where_most_units_are_in_most_sets(highest: float) -> None:
    rng = np.random.default_rng(3)
    shares = (*rng.uniform(0.3, 0.9, 20), highest)
    sets = [np.flatnonzero(rng.random(400) < share) for share in shares]
    sizes = np.array([len(one) for one in sets], float)
    popularity_of = np.bincount(np.concatenate(sets))
    degrees, counts = np.unique(popularity_of[popularity_of > 0], return_counts=True)
    member = popularity._membership(sizes, degrees.astype(float), counts.astype(float))
    np.testing.assert_allclose(member @ counts, sizes, rtol=1e-8)
    np.testing.assert_allclose(member.sum(0), degrees, rtol=1e-8)


@pytest.mark.parametrize("n_steps", [1, 5, 20])
def test_newton_s_method_ends_where_the_iteration_would(
    n_steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = drawn(np.random.default_rng(4))
    monkeypatch.setattr(popularity, "_TOLERANCE", 1e-12)
    monkeypatch.setattr(popularity, "_STEPS", n_steps)
    by_newton = expected_of(sets)
    monkeypatch.setattr(popularity, "_STEPS", 20_000)
    np.testing.assert_allclose(by_newton, expected_of(sets), rtol=1e-8)


def test_as_many_units_are_expected_in_common_as_their_popularity_makes() -> None:
    sets = drawn(np.random.default_rng(2))
    i, j = np.triu_indices(N_SETS, 1)
    shared = shared_counts(sets)[i, j].sum()
    assert expected_of(sets)[i, j].sum() == pytest.approx(shared, rel=1e-3)


def test_units_of_one_set_are_expected_in_no_other() -> None:
    sets = [np.arange(100 * k, 100 * k + 80) for k in range(12)]
    assert expected_of(sets)[0, 1] == 0


@pytest.mark.slow
def test_popular_units_alone_pass_no_more_often_than_stated() -> None:
    i, j = np.triu_indices(N_SETS, 1)
    false, naive = [], []
    for seed in range(60):
        sets = drawn(np.random.default_rng(seed))
        shared = shared_counts(sets)
        sizes = np.diag(shared)
        p = popularity.shared_p(shared[i, j], expected_of(sets)[i, j])
        false.append((p <= 0.05).mean())
        naive.append((hypergeom.sf(shared[i, j] - 1, N_UNITS, sizes[i], sizes[j]) <= 0.05).mean())
    assert np.mean(false) <= 0.05
    assert np.mean(naive) > 0.5, "units alike in popularity would hide nothing to correct"


def test_a_planted_likeness_is_found() -> None:
    rng = np.random.default_rng(5)
    sets = drawn(rng)
    extra = rng.choice(N_UNITS, 60, replace=False)
    sets[0], sets[1] = np.union1d(sets[0], extra), np.union1d(sets[1], extra)
    shared, expected = shared_counts(sets), expected_of(sets)
    assert popularity.shared_p(shared[0, 1], expected[0, 1]) < 1e-6


def test_units_that_all_sets_hold_are_expected_in_common() -> None:
    common = np.arange(50)
    sets = [np.append(common, 100 + k) for k in range(12)]
    expected = expected_of(sets)
    assert expected[0, 1] == pytest.approx(50, abs=0.2)
    assert popularity.shared_p(np.array(50), expected[0, 1]) > 0.4


@pytest.mark.parametrize("sets", [[], [np.empty(0, int)] * 3, [np.arange(4), np.empty(0, int)]])
def test_empty_sets_share_nothing(sets: list[np.ndarray]) -> None:
    off = ~np.eye(len(sets), dtype=bool)
    assert not expected_of(sets)[off].any()
    assert not shared_counts(sets)[off].any()

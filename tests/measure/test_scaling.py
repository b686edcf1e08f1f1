"""Maps: planes are recovered, sklearn finds no lower stress, a new point disturbs
little.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.manifold import smacof

from explorer.measure.scaling import classical, grown, majorised, placed, stress, turned


def apart(places: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(places[:, None] - places[None], axis=2))


def trainings(seed: int, n: int = 6, steps: int = 8) -> np.ndarray:
    """Distances between the steps of walks in ten dimensions."""
    rng = np.random.default_rng(seed)
    walks = [rng.normal(0, 1, 10) + np.cumsum(rng.normal(0, 0.4, (steps, 10)), 0) for _ in range(n)]
    return apart(np.concatenate(walks))


def test_a_plane_is_recovered() -> None:
    places = np.random.default_rng(0).normal(0, 1, (12, 2))
    for found in (classical(apart(places)), grown(apart(places))):
        np.testing.assert_allclose(apart(found), apart(places), atol=1e-3)


def test_stress_is_kruskals() -> None:
    places = np.random.default_rng(1).normal(0, 1, (6, 2))
    distances = apart(places) + 0.2
    np.fill_diagonal(distances, 0)
    pairs = [(i, j) for i in range(6) for j in range(i)]
    drawn = apart(places)
    error = sum((distances[p] - drawn[p]) ** 2 for p in pairs)
    assert stress(distances, places) == pytest.approx(
        np.sqrt(error / sum(drawn[p] ** 2 for p in pairs))
    )
    assert np.isnan(stress(distances[:1, :1], places[:1]))


def test_majorisation_ends_where_sklearns_does() -> None:
    distances = trainings(2)
    start = classical(distances)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, _ = smacof(distances, init=start, n_init=1, max_iter=300, eps=1e-6)
    ours = majorised(distances, start)
    assert stress(distances, ours) <= stress(distances, theirs) + 0.005
    assert stress(distances, ours) < stress(distances, start)


def test_growing_a_map_costs_little_stress_against_fitting_it_at_once() -> None:
    for seed in range(3):
        distances = trainings(seed)
        at_once = stress(distances, majorised(distances, classical(distances)))
        assert stress(distances, grown(distances)) <= at_once * 1.1


def test_a_new_run_moves_the_others_little() -> None:
    moves, fitted = [], []
    for seed in range(4):
        distances = trainings(seed)
        before, after = grown(distances[:-1, :-1]), grown(distances)[:-1]
        moves.append(np.median(np.linalg.norm(after - before, axis=1)) / np.ptp(before))
        # What fitting anew does even when it is turned back as well as can be.
        old, new = (majorised(d, classical(d)) for d in (distances[:-1, :-1], distances))
        fitted.append(np.median(np.linalg.norm(turned(new[:-1], old) - old, axis=1)) / np.ptp(old))
    assert max(moves) < 0.05
    assert np.mean(moves) <= np.mean(fitted) + 0.01


def test_a_distance_that_is_not_known_has_no_weight() -> None:
    places = np.random.default_rng(3).normal(0, 1, (10, 2))
    distances = apart(places)
    distances[2, 7] = distances[7, 2] = np.nan
    np.testing.assert_allclose(apart(grown(distances)), apart(places), atol=0.02)


def test_a_point_is_put_where_its_distances_say() -> None:
    others = np.random.default_rng(4).normal(0, 1, (8, 2))
    wanted = np.array([0.4, -1.2])
    distances = np.linalg.norm(others - wanted, axis=1)
    distances[0] = np.nan
    np.testing.assert_allclose(placed(distances, others), wanted, atol=0.05)
    np.testing.assert_array_equal(placed(np.full(8, np.nan), others), [0, 0])


def test_turning_undoes_a_turn_and_a_mirror() -> None:
    places = np.random.default_rng(5).normal(0, 1, (7, 2))
    other = places @ np.array([[0.6, 0.8], [0.8, -0.6]]) + 3
    np.testing.assert_allclose(turned(other, places[:5]), places, atol=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_points_have_a_map(n: int) -> None:
    places = np.random.default_rng(n).normal(0, 1, (n, 2))
    np.testing.assert_allclose(apart(grown(apart(places))), apart(places), atol=1e-3)

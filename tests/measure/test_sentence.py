"""Scores of concepts on tokens, and their calibration by negative tokens."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.sentence import RANKS, Calibration, Scorer, Tail


def test_a_score_is_the_mean_of_standardised_responses() -> None:
    rng = np.random.default_rng(0)
    units = np.array([3, 5, 8, 13])
    experts = [np.array([3, 8]), np.array([5, 8, 13])]
    mean, scale = rng.normal(size=4), rng.uniform(0.5, 2, 4)
    responses = rng.normal(size=(6, 4))
    scores = Scorer.of(units, experts, mean, scale).scores(responses)
    for concept, own in enumerate(experts):
        columns = [list(units).index(unit) for unit in own]
        slow = ((responses[:, columns] - mean[columns]) / scale[columns]).mean(axis=1)
        np.testing.assert_allclose(scores[:, concept], slow)


@pytest.mark.parametrize("n", [1, 5, 40, 20_000])
def test_p_is_the_share_of_negative_tokens_as_large_and_never_less(n: int) -> None:
    rng = np.random.default_rng(n)
    negative = rng.normal(size=n).astype(np.float32)
    scores = np.concatenate([rng.normal(size=50) * 2, negative[:5], [1e9, -1e9]])
    exact = np.array([(1 + (negative >= np.float32(s)).sum()) / (n + 1) for s in scores])
    found = Tail.of(negative).p(scores)
    assert (found >= exact - 1e-12).all()
    assert (found <= np.minimum(1.0, exact * 1.11 + 1 / (n + 1))).all()
    few = (negative[:, None] >= scores.astype(np.float32)).sum(axis=0) < 32
    np.testing.assert_allclose(found[few], exact[few])


def test_ranks_are_exact_where_it_matters_and_close_elsewhere() -> None:
    assert RANKS[:32].tolist() == list(range(1, 33))
    assert (RANKS[1:] / RANKS[:-1])[32:].max() < 1.11


def test_a_token_of_the_negatives_stands_out_as_often_as_stated() -> None:
    rng = np.random.default_rng(1)
    levels = np.array([0.001, 0.01, 0.05])
    found = np.zeros(3)
    trials = 400
    for _ in range(trials):
        both = rng.standard_t(2, size=(3_000, 1)) + rng.standard_t(2, size=(3_000, 20)) * 0.1
        tail = Tail.of(both[:2_500].ravel())
        p = tail.p(both[2_500:, 0])
        found += (p[:, None] <= levels).mean(axis=0)
    rates = found / trials
    assert (rates <= levels * 1.15 + 1e-4).all()
    assert (rates >= levels * 0.7).all()


def test_first_tokens_are_compared_with_first_tokens() -> None:
    first, others = Tail.of(np.full(99, 50.0)), Tail.of(np.linspace(0, 1, 999))
    own = Calibration(
        np.array([4]), (np.array([2]),), np.array([2]), np.zeros(1), np.ones(1), (first,), (others,)
    )
    found = own.p(np.array([[50.0], [50.0]]))
    assert found[0, 0] == 1.0
    assert found[1, 0] == pytest.approx(0.001)

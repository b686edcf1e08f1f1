"""The precision–recall curve: its area is the average precision, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from explorer.measure.precision_recall import area, precision_recall


@pytest.mark.parametrize("levels", [1, 2, 5, 0])
@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_the_average_precision(levels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    positive, negative = rng.normal(0.5, 1, 30), rng.normal(0, 1, 90)
    if levels:
        positive, negative = (np.floor(levels * rng.random(n)) for n in (30, 90))
    threshold, precision, recall = precision_recall(positive, negative)
    labels = np.r_[np.ones(30), np.zeros(90)]
    expected = average_precision_score(labels, np.r_[positive, negative])
    assert area(precision, recall) == pytest.approx(expected, abs=1e-12)
    assert (np.diff(threshold) < 0).all()
    assert recall[-1] == 1.0
    assert precision[-1] == 0.25


def test_a_constant_unit_has_one_point_at_its_prevalence() -> None:
    threshold, precision, recall = precision_recall(np.zeros(10), np.zeros(30))
    assert (threshold.tolist(), precision.tolist(), recall.tolist()) == ([0.0], [0.25], [1.0])

"""How often the 95% intervals of stability hold the truth, on simulated concepts of
known overlap.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from explorer.measure.stability import between_concepts, expanded_level, within_concept
from explorer.measure.statistics.bootstrap import bootstrap_means

pytestmark = pytest.mark.slow

NOMINAL = (0.93, 0.97)


def covered(found: pd.DataFrame, truth: float) -> float:
    return float(((found["low"] <= truth) & (truth <= found["high"])).mean())


def within_studies(
    n_concepts: int, alpha: float, beta: float, studies: int, seed: int
) -> pd.DataFrame:
    """fold_overlap of many studies, one per "tau": concepts of Beta(alpha, beta)
    overlap, three folds with noise.
    """
    rng = np.random.default_rng(seed)
    concept = rng.beta(alpha, beta, (n_concepts, 1, studies))
    overlap = concept + rng.normal(0, 0.03, (n_concepts, 3, studies))
    c, pair, study = (part.ravel() for part in np.indices(overlap.shape))
    return pd.DataFrame(
        {
            "word": c,
            "fold_a": pair // 2,
            "fold_b": 1 + (pair > 0),
            "tau": study,
            "overlap": overlap.ravel(),
        }
    )


@pytest.mark.parametrize("n_concepts", [50, 150])
@pytest.mark.parametrize(("alpha", "beta"), [(12, 3), (20, 1), (2, 6)])
def test_the_interval_within_concept_covers(n_concepts: int, alpha: float, beta: float) -> None:
    found = within_concept(within_studies(n_concepts, alpha, beta, 1200, seed=1))
    share = covered(found, alpha / (alpha + beta))
    assert NOMINAL[0] <= share <= NOMINAL[1], share


@pytest.mark.parametrize("n_concepts", [50, 150])
@pytest.mark.parametrize("tail", [0.0, 0.02])
def test_the_interval_of_a_paired_gain_covers(n_concepts: int, tail: float) -> None:
    rng = np.random.default_rng(2)
    gains = (
        rng.normal(0.01, 0.02, (n_concepts, 4000))
        + rng.exponential(tail, (n_concepts, 4000))
        - tail
    )
    found = bootstrap_means(gains, level=expanded_level(n_concepts))
    share = float(np.mean([interval.low <= 0.01 <= interval.high for interval in found]))
    assert NOMINAL[0] <= share <= NOMINAL[1], share


def pair_grids(
    n_concepts: int, domains: int, spread: float, alike: float, studies: int, seed: int
) -> np.ndarray:
    """(studies, C, C) overlaps, upper triangles: concepts of random domains, some near
    to all, and noise of the pair.

    Mean 0.01 of pairs across domains and `alike` within; with 12 domains and a spread
    of 0.35 the standard deviations over pairs and over concepts relate to the mean as
    in the bundled run at τ 0.5.
    """
    rng = np.random.default_rng(seed)
    i, j = np.triu_indices(n_concepts, 1)
    of_concept = rng.lognormal(-(spread**2) / 2, spread, (studies, n_concepts))
    domain = rng.integers(0, domains, (studies, n_concepts))
    mean = np.where(domain[:, i] == domain[:, j], alike, 0.01) * of_concept[:, i] * of_concept[:, j]
    grids = np.zeros((studies, n_concepts, n_concepts), np.float32)
    grids[:, i, j] = mean * rng.standard_exponential(mean.shape)
    return grids


@pytest.mark.parametrize("n_concepts", [50, 150])
@pytest.mark.parametrize(("domains", "spread", "alike"), [(12, 0.35, 0.2), (5, 0.3, 0.06)])
def test_the_interval_between_concepts_covers(
    n_concepts: int, domains: int, spread: float, alike: float
) -> None:
    truth = alike / domains + 0.01 * (1 - 1 / domains)
    shares = []
    for seed in range(3):
        grids = pair_grids(n_concepts, domains, spread, alike, 500, seed)
        shares.append(covered(between_concepts(grids, np.arange(500)), truth))
    assert NOMINAL[0] <= np.mean(shares) <= NOMINAL[1], shares

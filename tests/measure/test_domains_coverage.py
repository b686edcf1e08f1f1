"""How often the interval of the ratio holds the truth, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.domains import within_cross_ratio

pytestmark = pytest.mark.slow

CONCEPT, PAIR_WITHIN, PAIR_CROSS, FITTING = 0.65, 0.6, 1.2, 0.35
"""Standard deviations of log overlap, about those of the bundled trained run: of
concepts, of pairs within and across domains, and of how well concepts fit their domain.
"""
WITHIN, NO_OVERLAP = 2.5, 0.1
"""Mean log overlap within domains above that across, and the share of cross-domain
pairs without overlap.
"""


def study(
    rng: np.random.Generator, n_domains: int, size: int, spread: float
) -> tuple[np.ndarray, list[int]]:
    """Overlaps of new concepts of new domains, whose log overlap within varies by
    `spread`, and the domains.
    """
    codes = np.repeat(np.arange(n_domains), size)
    concept, fitting = rng.normal(0, CONCEPT, len(codes)), rng.normal(0, FITTING, len(codes))
    domain = rng.normal(0, spread, n_domains)[codes]
    pair = np.triu(rng.normal(size=(len(codes), len(codes))), 1)
    pair = pair + pair.T
    inside = WITHIN + domain[:, None] + fitting[:, None] + fitting + PAIR_WITHIN * pair
    same = np.equal.outer(codes, codes)
    overlap = np.exp(-6 + concept[:, None] + concept + np.where(same, inside, PAIR_CROSS * pair))
    none = np.triu(rng.random(same.shape) < NO_OVERLAP, 1)
    overlap[(none | none.T) & ~same] = 0.0
    return overlap, codes.tolist()


def truth(spread: float) -> float:
    """The ratio of the expected overlaps within and across."""
    inside = WITHIN + FITTING**2 + (PAIR_WITHIN**2 + spread**2) / 2
    return float(np.exp(inside - PAIR_CROSS**2 / 2) / (1 - NO_OVERLAP))


def coverage(n_domains: int, size: int, spread: float, draws: int) -> float:
    rng, ratio = np.random.default_rng(2), truth(spread)
    found = [
        within_cross_ratio(*study(rng, n_domains, size, spread), n_perm=1) for _ in range(draws)
    ]
    return float(np.mean([one.low <= ratio <= one.high for one in found]))


@pytest.mark.parametrize("spread", [0.3, 0.5])
@pytest.mark.parametrize(("n_domains", "size"), [(10, 4), (20, 6)])
def test_the_interval_of_the_ratio_covers_93_to_97_times_in_100(
    n_domains: int, size: int, spread: float
) -> None:
    assert 0.93 <= coverage(n_domains, size, spread, 1200) <= 0.97


@pytest.mark.parametrize(("n_domains", "size"), [(10, 4), (20, 6)])
def test_where_domains_differ_strongly_the_interval_is_as_narrow_as_its_docstring_says(
    n_domains: int, size: int
) -> None:
    assert 0.88 <= coverage(n_domains, size, 0.9, 800) <= 0.94

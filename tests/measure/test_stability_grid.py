"""What more sentences gain, and ratios of words that compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from explorer.measure.stability import type_token_ratio
from explorer.measure.stability_grid import GAIN, type_token_ratios, verdict


def overlaps(gains: list[float], noise: float = 0.01, n: int = 60) -> pd.DataFrame:
    """(concepts, sizes) overlap that starts at 0.5 and gains so much a step; noise is
    that of a gain.
    """
    rng = np.random.default_rng(0)
    steps = np.array(gains) + rng.normal(0, noise, (n, len(gains)))
    start = rng.uniform(0.3, 0.7, (n, 1))
    return pd.DataFrame(
        np.hstack([start, start + steps.cumsum(1)]), columns=100 * np.arange(1, len(gains) + 2)
    )


def test_level_is_the_smallest_size_after_which_no_step_can_gain() -> None:
    found = verdict(overlaps([0.1, 0.04, 0.002, 0.001]))
    assert found is not None
    assert (found.kind, found.size, found.n) == ("level", 300, 60)
    assert [(step.start, step.end) for step in found.beyond] == [(300, 400), (400, 500)]
    assert all(step.high < GAIN for step in found.beyond)
    assert (found.whole.start, found.whole.end) == (300, 500)
    assert found.whole.gain == pytest.approx(sum(step.gain for step in found.beyond))


def test_a_step_that_still_gains_later_moves_the_size_up() -> None:
    found = verdict(overlaps([0.001, 0.05, 0.001]))
    assert found is not None
    assert (found.kind, found.size) == ("level", 300)


def test_a_last_step_that_gains_is_still_rising() -> None:
    found = verdict(overlaps([0.001, 0.03]))
    assert found is not None
    assert (found.kind, found.size) == ("rising", 300)
    assert found.steps[-1].low > 0


def test_a_wide_interval_settles_nothing() -> None:
    found = verdict(overlaps([0.0], noise=0.2))
    assert found is not None
    assert found.kind == "open"
    assert found.steps[-1].low < 0 < GAIN < found.steps[-1].high


def test_the_differences_are_paired_by_concept() -> None:
    table = overlaps([0.003], noise=0.001)
    found = verdict(table)
    assert found is not None
    # Concepts differ by 0.12; unpaired, the interval would be about 0.08 wide.
    assert found.steps[0].high - found.steps[0].low < 0.001
    assert found.steps[0].gain == pytest.approx((table[200] - table[100]).mean())


def test_overlap_that_falls_is_level_and_said_to_fall() -> None:
    found = verdict(overlaps([-0.05, 0.0]))
    assert found is not None
    assert (found.kind, found.size) == ("level", 100)
    assert found.fall is not None
    assert found.fall.end == 200


def test_one_size_and_one_concept_allow_no_claim() -> None:
    assert verdict(overlaps([])) is None
    single = verdict(overlaps([0.001], n=1))
    assert single is not None
    assert single.kind == "open"


def test_sources_lend_equally_many_sentences_of_the_concepts_they_share() -> None:
    rich = pd.DataFrame(
        {"concept": ["a"] * 9 + ["b"] * 5, "text": [f"word{n} of it" for n in range(14)]}
    )
    poor = pd.DataFrame({"concept": ["a"] * 4 + ["c"] * 9, "text": ["one of it"] * 13})
    found = type_token_ratios({"rich": rich, "poor": poor}).set_index("source")
    assert (found["sentences"] == 4).all()
    assert (found["n"] == 1).all()
    assert found.loc["poor", "type_token"] == pytest.approx(type_token_ratio(["one of it"] * 4))
    assert found.loc["rich", "type_token"] == pytest.approx(type_token_ratio(_some(rich)))


def _some(table: pd.DataFrame) -> list[str]:
    """Any four: each brings a word of its own."""
    return table["text"].iloc[:4].tolist()


def test_sources_without_a_common_concept_cannot_be_compared() -> None:
    one, two = (pd.DataFrame({"concept": [word], "text": ["x"]}) for word in "ab")
    assert type_token_ratios({"one": one, "two": two}).empty

"""The threshold as a value of its grid."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.core.similarity import REPRESENTATIONS, Experts, named, similarities
from explorer.core.tau import GRID, TAUS, Tau


def test_every_value_of_the_grid_prints_and_parses_to_itself() -> None:
    assert [tau.value for tau in GRID] == list(TAUS)
    assert all(Tau.parse(str(tau)) == tau for tau in GRID)
    assert Tau.parse("0.5") == Tau.of(0.5) == Tau(0)
    assert str(Tau.of(0.1 + 0.2 + 0.3)) == "0.60"


@pytest.mark.parametrize(
    "text", ["", "0.51", "nan", "inf", "-0.5", "1e400", "half", "0,5", "٠.٥٥٥"]
)
def test_a_value_off_the_grid_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="τ: got"):
        Tau.parse(text)


def test_a_position_outside_the_grid_is_refused() -> None:
    with pytest.raises(InputError, match="expected 0 to 9"):
        Tau(10)


def test_only_experts_know_the_threshold() -> None:
    first, second = similarities(Experts(GRID[0])), similarities(Experts(GRID[3]))
    assert [similarity.name for similarity in first] == list(REPRESENTATIONS)
    assert first[0] != second[0]
    assert first[1:] == second[1:]
    assert named("experts", Experts(GRID[3])) == Experts(GRID[3])

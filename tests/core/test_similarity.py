"""How expert sets are compared, as addresses write it."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.core.similarity import JACCARD, OVERLAPS, Experts, parse_overlap
from explorer.core.tau import LOWEST, Tau


def test_every_overlap_prints_and_parses_to_itself_and_the_paper_s_is_first() -> None:
    assert [parse_overlap(overlap.name) for overlap in OVERLAPS] == list(OVERLAPS)
    assert OVERLAPS[0] == JACCARD == Experts(LOWEST).overlap


@pytest.mark.parametrize(
    "text",
    ["", "jaccard", "top 0", "top -50", "top 1000000000", "top 1e9", "top 50 ", "cosine", "\x00"],
)
def test_an_overlap_that_is_not_there_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"overlap: got .*expected one of “Jaccard”.*“top 200”"):
        parse_overlap(text)


def test_a_caption_says_how_sets_are_made_and_compared() -> None:
    said = [str(Experts(Tau.of(0.6), overlap)) for overlap in OVERLAPS]
    assert said[:3] == ["τ 0.60", "τ 0.60, overlap beyond chance", "the 50 units of highest AP"]
    assert len(set(said)) == len(OVERLAPS)

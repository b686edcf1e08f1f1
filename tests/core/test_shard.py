"""How concepts are cut into shards, and which numbers of shards are refused."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.core.shard import Shard, n_shards, shards_of

WORDS = list("hgfedcba")


@pytest.mark.parametrize("number", [1, 3, 7, 8])
def test_every_concept_is_in_one_shard_and_shares_differ_by_one_at_most(number: int) -> None:
    shares = [shard.share(WORDS) for shard in shards_of(number)]
    assert sorted(word for share in shares for word in share) == sorted(WORDS)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_share_does_not_depend_on_the_order_of_the_concepts() -> None:
    assert Shard(2, 3).share(WORDS) == Shard(2, 3).share(WORDS[::-1])


@pytest.mark.parametrize("asked", [0, -1, 9, "0", "-2", "9", "many", "", "2.5", 2.5, None, True])
def test_a_number_of_shards_that_cannot_be_is_refused(asked: object) -> None:
    with pytest.raises(InputError, match="expected a whole number from 1 to 8, the number"):
        n_shards(asked, 8)


@pytest.mark.parametrize("asked", [1, 8, "3"])
def test_a_number_of_shards_that_can_be_is_taken(asked: object) -> None:
    assert n_shards(asked, 8) == int(str(asked))


@pytest.mark.parametrize(("number", "of"), [(0, 3), (4, 3), (-1, 3), (1, 0), ("1", 3), (True, 3)])
def test_a_shard_that_cannot_be_is_refused(number: int, of: int) -> None:
    with pytest.raises(InputError):
        Shard(number, of)

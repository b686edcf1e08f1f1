"""A pass over many concepts, cut into shards that are computed apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.errors import InputError


@dataclass(frozen=True)
class Shard:
    """The `number`-th of `of` shards, counted from 1. Raises InputError for what is
    none.

    It says which concepts are computed where, and nothing of what comes out: it is no
    part of a run's identity.
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        for value in (self.number, self.of):
            if not isinstance(value, int) or isinstance(value, bool):
                raise InputError(f"Shard: got {value!r:.60}.", "Expected a whole number.")
        if not 1 <= self.number <= self.of:
            raise InputError(f"There is no shard {self.number} of {self.of}.")

    @property
    def label(self) -> str:
        """As a sentence names it."""
        return f"shard {self.number} of {self.of}"

    def stem(self, run_id: str) -> str:
        """Beginning of the name of its file of a run."""
        return f"{run_id}.shard-{self.number}-of-{self.of}"

    def share(self, concepts: Sequence[str]) -> list[str]:
        """Its concepts: every `of`-th in alphabetical order, whatever that of the
        request.
        """
        return sorted(concepts)[self.number - 1 :: self.of]


def n_shards(asked: object, n_concepts: int) -> int:
    """The number of shards asked for, of a pass over so many concepts. Raises
    InputError for no whole number, less than 1, and more than there are concepts.
    """
    number = int(asked) if isinstance(asked, str) and asked.strip().isdecimal() else asked
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= n_concepts:
        raise InputError(
            f"shards: got {str(asked)[:60]}, expected a whole number from 1 to {n_concepts:,}, the "
            "number of concepts."
        )
    return number


def shards_of(number: int) -> list[Shard]:
    """Every shard of a pass that is cut into so many."""
    return [Shard(k, number) for k in range(1, number + 1)]

"""A set of human similarity ratings, as one looks at it."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"
"""Split of a data set that has no splits."""


@dataclass(frozen=True)
class Ratings:
    """A data set of rated word pairs, and one of its splits (None: all of it)."""

    dataset: str
    split: str | None = None

    @property
    def label(self) -> str:
        """ "MEN test", "SimLex-999"."""
        return self.dataset if self.split in (None, ALL) else f"{self.dataset} {self.split}"

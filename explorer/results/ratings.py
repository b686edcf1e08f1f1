"""The human ratings that a run can be compared with."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.ratings import Ratings
from explorer.results.rated import human_pairs
from explorer.store.library import Library

FEW = 20
"""With fewer pairs than this a test split is not what a view opens on."""


@dataclass(frozen=True)
class RatedChoice:
    """Ratings that a run can be compared with, and how many of their pairs it
    covers.
    """

    ratings: Ratings
    n: int


def rated_choices(library: Library, run_id: str) -> tuple[RatedChoice, ...]:
    """The ratings that cover pairs of a run, the default first.

    That is a test split of some size, MEN's before others.
    """
    choices = []
    for dataset, rows in human_pairs(library, run_id).groupby("dataset", sort=False):
        splits = rows["split"].value_counts()
        choices += [RatedChoice(Ratings(str(dataset), str(s)), int(n)) for s, n in splits.items()]
        if len(splits) > 1:
            choices.append(RatedChoice(Ratings(str(dataset)), len(rows)))
    return tuple(sorted(choices, key=_preference))


def _preference(choice: RatedChoice) -> tuple[bool, bool, int]:
    small = choice.ratings.split != "test" or choice.n < FEW
    return small, choice.ratings.dataset != "MEN", -choice.n

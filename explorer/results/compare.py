"""Two sides of a comparison: two runs, or one run at two thresholds or in two folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.core.errors import InputError
from explorer.core.records import RunInfo
from explorer.core.similarity import JACCARD, Experts, Overlap
from explorer.core.tau import GRID, Tau
from explorer.results.checkpoints import by_family
from explorer.results.memo import remembered
from explorer.results.reading import concepts
from explorer.results.view import View
from explorer.store.library import Library

WITH, TAU_B, FOLDS = "with", "tau_b", "folds"
"""Parameters that make the second side."""
AS_A, MEAN = "as A", "mean of all"
_BETWEEN = " and "


@dataclass(frozen=True)
class Side:
    """A run at a τ, in one fold (from 0) or, with None, by the mean of all, and how its
    expert sets are compared.
    """

    run: RunInfo = field(hash=False)
    tau: Tau
    fold: int | None = None
    overlap: Overlap = JACCARD

    @property
    def experts(self) -> Experts:
        """Overlap of its expert sets."""
        return Experts(self.tau, self.overlap)


@dataclass(frozen=True)
class Sides:
    """What is compared, and what it is called."""

    a: Side
    b: Side
    names: tuple[str, str]

    @property
    def same_run(self) -> bool:
        """Whether both sides are one run."""
        return self.a.run.id == self.b.run.id

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """The runs, one where both sides are the same."""
        return (self.a.run,) if self.same_run else (self.a.run, self.b.run)


def default_other(view: View) -> RunInfo:
    """What a run is compared with at first: its untrained control, else the last other
    checkpoint of its training, else of its design, else another run of most concepts in
    common, else itself.
    """
    if view.control is not None:
        return view.control
    line = view.selection.checkpoints(view.run)
    design = sorted(view.runs, key=by_family)
    for runs in (line, design):
        others = [run for run in runs if run.id != view.run.id]
        if others:
            return others[-1]
    mine = set(view.run.request.concepts)
    every = [run for run in view.selection.runs if run.id != view.run.id]
    shared = {run.id: len(mine.intersection(run.request.concepts)) for run in every}
    best = max(every, key=lambda run: shared[run.id], default=view.run)
    return best if shared.get(best.id) else view.run


def other_runs(view: View, _: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the runs that a run can be compared with, the default first."""
    first = default_other(view).id
    return (first, *(run.id for run in view.selection.runs if run.id != first))


def thresholds(view: View, _: Mapping[str, str]) -> tuple[str, ...]:
    """The thresholds of the second side, that of the first one first; sets of the best
    units have none of their own.
    """
    return (AS_A,) if view.overlap.top else (AS_A, *map(str, GRID))


def fold_pairs(view: View, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """What of the folds is compared where both sides are one run of several folds; at
    one τ two of its folds come first.
    """
    folds = view.run.request.folds
    if folds < 2 or _other(view, chosen).id != view.run.id:
        return ()
    pairs = [f"{a}{_BETWEEN}{b}" for a in range(1, folds + 1) for b in range(a + 1, folds + 1)]
    one_tau = chosen.get(TAU_B, AS_A) in (AS_A, str(view.tau))
    return (*pairs, MEAN) if one_tau else (MEAN, *pairs)


def sides_of(view: View, chosen: Mapping[str, str]) -> Sides:
    """The sides that a view and the chosen options make.

    Raises InputError for a run that is not there.
    """
    other = _other(view, chosen)
    asked = chosen.get(TAU_B, AS_A)
    tau = view.tau if asked == AS_A else Tau.parse(asked)
    folds: list[int | None] = [None, None]
    if other.id == view.run.id and _BETWEEN in chosen.get(FOLDS, MEAN):
        folds = [int(number) - 1 for number in chosen[FOLDS].split(_BETWEEN)]
    a = Side(view.run, view.tau, folds[0], view.overlap)
    b = Side(other, tau, folds[1], view.overlap)
    return Sides(a, b, _names(view, a, b))


def _other(view: View, chosen: Mapping[str, str]) -> RunInfo:
    given = chosen.get(WITH)
    if not given:
        return default_other(view)
    starts = [run for run in view.selection.runs if run.id.startswith(given)]
    if len(starts) != 1:
        raise InputError(
            f"{WITH}: got “{given}”, which is {'no run' if not starts else 'no single run'}.",
            "Expected the id of a finished run, or the start of one: `explorer runs list`.",
        )
    return starts[0]


def _names(view: View, a: Side, b: Side) -> tuple[str, str]:
    names = [a.run.label, b.run.label]
    if a.run.id != b.run.id and names[0] == names[1]:
        full = [view.selection.label(side.run) for side in (a, b)]
        names = full if full[0] != full[1] else [f"{s.run.label} · {s.run.id[:6]}" for s in (a, b)]
    if a.tau != b.tau:
        names = [f"{name}, τ {side.tau}" for name, side in zip(names, (a, b), strict=True)]
    for place, side in enumerate((a, b)):
        if side.fold is not None:
            names[place] += f", fold {side.fold + 1}"
    return names[0], names[1]


def refusal(view: View, chosen: Mapping[str, str], fewest: int = 2) -> str | None:
    """Why two sides cannot be compared, where so many common concepts are needed; None
    where they can.
    """
    sides = sides_of(view, chosen)
    if sides.a == sides.b:
        more = "two of its folds, " if view.run.request.folds > 1 else ""
        more += "" if view.overlap.top else "another τ "
        return (
            f"A and B are the same run at the same τ: {sides.names[0]}. Choose {more}or another "
            "run for B."
        )
    words = common(view.library, sides).words
    if len(words) >= fewest:
        return None
    if not words:
        return (
            "A and B have no concept in common, so nothing of them can be compared. Choose runs "
            "that share concepts."
        )
    if len(words) == 1:
        return (
            f"A and B have one concept in common, “{words[0]}”, and it takes two to make a pair. "
            "Choose runs that share more."
        )
    return (
        f"A and B have {len(words)} concepts in common, and {fewest} are needed here. Choose runs "
        "that share more."
    )


@dataclass(frozen=True, eq=False)
class Common:
    """The concepts of both sides, in the order of the first, and their ids in each."""

    words: tuple[str, ...]
    in_a: np.ndarray
    in_b: np.ndarray


def common(library: Library, sides: Sides) -> Common:
    """The concepts that both sides have."""
    return _common(library, sides.a.run.id, sides.b.run.id)


@remembered(512)
def _common(library: Library, a: str, b: str) -> Common:
    first, second = (library.run(run_id).request.concepts for run_id in (a, b))
    place = {word: k for k, word in enumerate(second)}
    rows = [(word, k, place[word]) for k, word in enumerate(first) if word in place]
    numbers = np.array([row[1:] for row in rows], np.int64).reshape(-1, 2)
    return Common(tuple(row[0] for row in rows), numbers[:, 0], numbers[:, 1])


def domains_of(library: Library, sides: Sides) -> list[str | None]:
    """The domains of the common concepts, as the first side names them."""
    column = concepts(library, sides.a.run.id)["domain"]
    return [None if d is None else str(d) for d in column.iloc[common(library, sides).in_a]]

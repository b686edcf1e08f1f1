"""Turnover of units between two checkpoints of one training."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.measure.turnover import shares, turnover
from explorer.results.checkpoints import family_of
from explorer.results.compare import Sides, common
from explorer.results.experts import experts, modules
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library

_FIXED = ("c_fc", "dense_h_to_4h", "gate_proj", "up_proj", "fc1", "fc_in")
"""Endings of modules whose outputs go through a nonlinearity one by one."""


def obstacle(library: Library, sides: Sides) -> str | None:
    """Why the units of two sides do not correspond; None where they do."""
    a, b = sides.a.run, sides.b.run
    if sides.same_run:
        return None
    if not _one_training(a, b):
        return (
            "Unit 7 of one model is not unit 7 of another: turnover is defined between "
            "checkpoints of one training only. "
            f"{a.label} and {b.label} {_why(a, b)}. Choose another checkpoint of the training of "
            "A for B."
        )
    if not modules(library, a.id).equals(modules(library, b.id)):
        return "The modules of A and B differ in name or width, so their units do not correspond."
    return None


def by_kind(view: View, sides: Sides) -> pd.DataFrame:
    """kind, experts (of A, per concept and fold), stayed (share of these that are
    experts of the same concept in B), low, high (95%, over concepts), chance (share if
    B had as many experts of the kind at random), others (share that are experts of
    another concept in B, mean), fixed (whether its outputs keep a fixed basis).
    """
    return _by_kind(view.library, sides)


@remembered(32)
def _by_kind(library: Library, sides: Sides) -> pd.DataFrame:
    table = modules(library, sides.a.run.id)
    kinds = list(dict.fromkeys(table["kind"]))
    of_module = np.array([kinds.index(kind) for kind in table["kind"]])
    groups = np.repeat(of_module, table["width"])
    widths = np.bincount(of_module, table["width"]).astype(float)
    both = common(library, sides)
    first, second = (experts(library, side.run.id, side.tau) for side in (sides.a, sides.b))
    parts = []
    for fold_a, fold_b in _folds(sides):
        before, after = first.sets(fold_a), second.sets(fold_b)
        parts.append(
            turnover([before[k] for k in both.in_a], [after[k] for k in both.in_b], groups, widths)
        )
    sizes, stayed, chance, others = (np.mean(part, axis=0) for part in zip(*parts, strict=True))
    share, low, high = shares(sizes, stayed)
    total = np.where(sizes.sum(1) > 0, sizes.sum(1), np.nan)
    return pd.DataFrame(
        {
            "kind": kinds,
            "experts": sizes.mean(1),
            "stayed": share,
            "low": low,
            "high": high,
            "chance": chance.sum(1) / total,
            "others": others.sum(1) / total,
            "fixed": [kind.endswith(_FIXED) for kind in kinds],
        }
    )


def _folds(sides: Sides) -> list[tuple[int, int]]:
    """The folds that are compared: each with its like."""
    if sides.a.fold is not None and sides.b.fold is not None:
        return [(sides.a.fold, sides.b.fold)]
    n = min(sides.a.run.request.folds, sides.b.run.request.folds)
    return [(k, k) for k in range(n)]


def _one_training(a: RunInfo, b: RunInfo) -> bool:
    starts = (a.request.checkpoint.random_init, b.request.checkpoint.random_init)
    return family_of(a) == family_of(b) and starts == (None, None)


def _why(a: RunInfo, b: RunInfo) -> str:
    if family_of(a) != family_of(b):
        return "are two models"
    return "did not start from the same weights"

"""Where the experts of two sides are, layer by layer and kind by kind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.results.compare import Side, Sides, common
from explorer.results.experts import experts, modules
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library

ATTENTION, MLP = "attention", "MLP"


def same_places(view: View, sides: Sides) -> bool:
    """Whether both sides have the same number of layers and the same kinds of
    module.
    """
    ends = (modules(view.library, side.run.id) for side in (sides.a, sides.b))
    a, b = (t[["layer", "kind"]].reset_index(drop=True) for t in ends)
    return bool(a.equals(b))


def by_module(view: View, sides: Sides) -> pd.DataFrame:
    """label, layer, kind, width, experts (mean per common concept and fold) of both
    sides.
    """
    both, tables = common(view.library, sides), []
    for name, letter, side, rows in zip(
        sides.names, "AB", (sides.a, sides.b), (both.in_a, both.in_b), strict=True
    ):
        table = modules(view.library, side.run.id)[["layer", "kind", "width"]]
        counts = _counts(view.library, side, tuple(rows.tolist()))
        tables.append(table.assign(label=f"{letter} · {name}", experts=counts))
    return pd.concat(tables, ignore_index=True)


def by_depth(table: pd.DataFrame) -> pd.DataFrame:
    """label, part (attention or MLP), layer, depth (0 in the first layer, 1 in the
    last), share (of the units there that are experts).

    table: of `by_module`.
    """
    part = np.where(["mlp" in kind or "fc" in kind for kind in table["kind"]], MLP, ATTENTION)
    groups = table.assign(part=part).groupby(["label", "part", "layer"], sort=False)
    rows = groups[["experts", "width"]].sum().reset_index()
    last = rows.groupby("label")["layer"].transform("max").clip(lower=1)
    return rows.assign(depth=rows["layer"] / last, share=rows["experts"] / rows["width"])


@remembered(64)
def _counts(library: Library, side: Side, rows: tuple[int, ...]) -> np.ndarray:
    """(modules,) experts of a concept, mean over some concepts and the folds."""
    found, n_units = experts(library, side.run.id, side.tau), library.run(side.run.id).n_units
    folds = range(found.n_folds) if side.fold is None else [side.fold]
    by_unit = np.zeros(n_units)
    for concept in rows:
        for fold in folds:
            by_unit[found.unit[found.rows(concept, fold)]] += 1
    starts = modules(library, side.run.id)["first_unit"].to_numpy()
    return np.asarray(np.add.reduceat(by_unit, starts) / (len(rows) * len(folds)))

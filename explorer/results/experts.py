"""The experts of a run as arrays: which units, of which concepts, in which folds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.results.memo import remembered
from explorer.store.library import Library


@dataclass(frozen=True, eq=False)
class ExpertTable:
    """Every (concept, fold, unit) whose AP is above a threshold, by concept, fold and
    unit.
    """

    n_folds: int
    starts: np.ndarray
    """(concepts × folds + 1,) where the rows of each concept and fold begin."""
    unit: np.ndarray
    ap: np.ndarray

    @property
    def n_concepts(self) -> int:
        """Of the run."""
        return (len(self.starts) - 1) // self.n_folds

    def rows(self, concept: int, fold: int | None = None) -> slice:
        """The rows of a concept, in one fold or in all."""
        first = concept * self.n_folds
        if fold is None:
            return slice(self.starts[first], self.starts[first + self.n_folds])
        return slice(self.starts[first + fold], self.starts[first + fold + 1])

    def places(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The concept and the fold of each of these rows."""
        return np.divmod(np.searchsorted(self.starts, rows, "right") - 1, self.n_folds)

    def sets(self, fold: int) -> list[np.ndarray]:
        """Per concept, the units of its expert set in a fold, ascending."""
        return [self.unit[self.rows(concept, fold)] for concept in range(self.n_concepts)]

    def folds_of(self, concept: int) -> list[np.ndarray]:
        """Per fold, the units of a concept's expert set, ascending."""
        return [self.unit[self.rows(concept, fold)] for fold in range(self.n_folds)]

    @cached_property
    def sizes(self) -> np.ndarray:
        """(concepts, folds) sizes of the expert sets."""
        return np.asarray(np.diff(self.starts).reshape(self.n_concepts, self.n_folds))

    def above(self, tau: float) -> ExpertTable:
        """The part above a higher threshold, compared in the precision of the AP."""
        return self.where(self.ap > self.ap.dtype.type(tau))

    def where(self, kept: np.ndarray) -> ExpertTable:
        """The rows of a mask; the table itself where that is all of them."""
        if kept.all():
            return self
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return ExpertTable(self.n_folds, starts, self.unit[kept], self.ap[kept])

    def best_of_each(self, k: int) -> ExpertTable:
        """The k units of highest AP of each concept and fold, all of those that have
        fewer; of equal APs at the edge those that come first in the model.
        """
        kept = np.ones(len(self.unit), bool)
        for first, last in zip(self.starts[:-1], self.starts[1:], strict=True):
            if (over := last - first - k) > 0:
                ap = self.ap[first:last]
                edge = np.partition(ap, over)[over]
                kept[first:last] = ap > edge
                tied = first + np.flatnonzero(ap == edge)
                kept[tied[: k - np.count_nonzero(ap > edge)]] = True
        return self.where(kept)

    def units_of(self, concept: int) -> pd.DataFrame:
        """unit, ap (mean), low, high (least and greatest AP), folds: of the folds in
        which the unit is an expert of the concept; by unit.
        """
        return pd.DataFrame(self.columns_of(concept))

    def columns_of(self, concept: int) -> dict[str, np.ndarray]:
        """The columns of `units_of`."""
        units, at = self._units(concept)
        ap, n = self.ap[self.rows(concept)].astype(float), len(units)
        low, high = np.full(n, np.inf), np.zeros(n)
        np.minimum.at(low, at, ap)
        np.maximum.at(high, at, ap)
        mean, folds = self.mean_ap(concept)[0], np.bincount(at, minlength=n)
        return {"unit": units, "ap": mean, "low": low, "high": high, "folds": folds}

    def strongest(self, concept: int, n: int) -> np.ndarray:
        """The n units of highest AP over folds, ascending: one that is an expert in few
        folds has no high mean over all of them.
        """
        columns = self.columns_of(concept)
        order = np.argsort(-columns["ap"] * columns["folds"], kind="stable")[:n]
        return np.sort(columns["unit"][order].astype(np.int64))

    def units_in(self, concept: int) -> np.ndarray:
        """The units that are experts of a concept in a fold at least, ascending."""
        return self._units(concept)[0]

    def mean_ap(self, concept: int) -> tuple[np.ndarray, np.ndarray]:
        """ap of `units_of`; and of each row of the concept the place of its unit
        there.
        """
        _, at = self._units(concept)
        ap = self.ap[self.rows(concept)]
        if self.n_folds == 1:
            return ap.astype(float), at
        return np.bincount(at, ap) / np.maximum(np.bincount(at), 1), at

    def _units(self, concept: int) -> tuple[np.ndarray, np.ndarray]:
        units = self.unit[self.rows(concept)]
        if self.n_folds == 1:
            return units, np.arange(len(units))
        return np.unique(units, return_inverse=True)

    def popularity(self, fold: int) -> np.ndarray:
        """By unit, the number of concepts that it is an expert of in a fold."""
        return np.bincount(np.concatenate(self.sets(fold)))

    @cached_property
    def served(self) -> np.ndarray:
        """By unit, the number of concepts that it is an expert of, in a fold at
        least.
        """
        counts, last = (np.full(int(self.unit.max(initial=-1)) + 1, k, np.int32) for k in (0, -1))
        for concept in range(self.n_concepts):
            for units in self.folds_of(concept):
                fresh = units[last[units] != concept]
                last[fresh] = concept
                counts[fresh] += 1
        return counts

    def best(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every unit that is an expert, ascending; the concept of its greatest AP (of
        equal ones the last), and that AP.
        """
        n = int(self.unit.max(initial=-1)) + 1
        best, of = np.zeros(n, self.ap.dtype), np.full(n, -1, np.int32)
        for concept in range(self.n_concepts):
            for fold in range(self.n_folds):
                rows = self.rows(concept, fold)
                units, ap = self.unit[rows], self.ap[rows]
                greater = ap >= best[units]
                best[units[greater]], of[units[greater]] = ap[greater], concept
        units = np.flatnonzero(of >= 0)
        return units, of[units], best[units]


@remembered(3)
def stored_experts(library: Library, run_id: str) -> ExpertTable:
    """All that a run file holds: every unit above its AP floor."""
    sizes, units, ap = library.expert_rows(run_id)
    return ExpertTable(sizes.shape[1], np.concatenate([[0], np.cumsum(sizes)]), units, ap)


@remembered(4)
def experts(library: Library, run_id: str, tau: Tau) -> ExpertTable:
    """The expert sets of a run at τ."""
    return stored_experts(library, run_id).above(tau.value)


@remembered(64)
def modules(library: Library, run_id: str) -> pd.DataFrame:
    """name, layer, kind, width, first_unit, by unit."""
    return library.modules(run_id)


def module_rows(table: pd.DataFrame, units: np.ndarray | pd.Series) -> np.ndarray:
    """Of each unit, the row of its module in a table of `modules`."""
    return np.searchsorted(table["first_unit"], units, "right") - 1


def with_places(library: Library, run_id: str, units: pd.DataFrame) -> pd.DataFrame:
    """A table with the column unit, and where each unit is: module, layer, kind,
    index.
    """
    table = modules(library, run_id)
    places = table.iloc[module_rows(table, units["unit"])].reset_index(drop=True)
    index = units["unit"].to_numpy() - places["first_unit"].to_numpy()
    return units.reset_index(drop=True).assign(
        module=places["name"], layer=places["layer"], kind=places["kind"], index=index
    )


def names_of(places: pd.DataFrame) -> pd.Series:
    """How an address names units, "module:index"; places: of `with_places`."""
    return places["module"] + ":" + places["index"].astype(str)

"""The experts of a run as arrays: which units, of which concepts, in which folds."""

from __future__ import annotations

from collections.abc import Iterator
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

    n_concepts: int
    n_folds: int
    concept: np.ndarray
    fold: np.ndarray
    unit: np.ndarray
    ap: np.ndarray

    @cached_property
    def _starts(self) -> np.ndarray:
        cells = self.concept.astype(np.int64) * self.n_folds + self.fold
        return np.searchsorted(cells, np.arange(self.n_concepts * self.n_folds + 1))

    def rows(self, concept: int, fold: int | None = None) -> slice:
        """The rows of a concept, in one fold or in all."""
        first = concept * self.n_folds
        if fold is None:
            return slice(self._starts[first], self._starts[first + self.n_folds])
        return slice(self._starts[first + fold], self._starts[first + fold + 1])

    def sets(self, fold: int) -> list[np.ndarray]:
        """Per concept, the units of its expert set in a fold, ascending."""
        return [self.unit[self.rows(concept, fold)] for concept in range(self.n_concepts)]

    def folds_of(self, concept: int) -> list[np.ndarray]:
        """Per fold, the units of a concept's expert set, ascending."""
        return [self.unit[self.rows(concept, fold)] for fold in range(self.n_folds)]

    @cached_property
    def sizes(self) -> np.ndarray:
        """(concepts, folds) sizes of the expert sets."""
        return np.asarray(np.diff(self._starts).reshape(self.n_concepts, self.n_folds))

    def above(self, tau: float) -> ExpertTable:
        """The part above a higher threshold, compared in the precision of the AP."""
        return self.where(self.ap > self.ap.dtype.type(tau))

    def where(self, kept: np.ndarray) -> ExpertTable:
        """The rows of a mask."""
        columns = (column[kept] for column in (self.concept, self.fold, self.unit, self.ap))
        return ExpertTable(self.n_concepts, self.n_folds, *columns)

    def units_of(self, concept: int) -> pd.DataFrame:
        """unit, ap (mean), low, high (least and greatest AP), folds: of the folds in
        which the unit is an expert of the concept; by unit.
        """
        rows = self.rows(concept)
        units, at, folds = np.unique(self.unit[rows], return_inverse=True, return_counts=True)
        ap = self.ap[rows].astype(float)
        low, high = np.full(len(units), np.inf), np.zeros(len(units))
        np.minimum.at(low, at, ap)
        np.maximum.at(high, at, ap)
        mean = np.bincount(at, ap, len(units)) / np.maximum(folds, 1)
        return pd.DataFrame({"unit": units, "ap": mean, "low": low, "high": high, "folds": folds})

    @cached_property
    def served(self) -> pd.Series:
        """unit → the number of concepts that it is an expert of, in a fold at least."""
        pairs = np.unique(self.unit.astype(np.int64) * self.n_concepts + self.concept)
        units, counts = np.unique(pairs // self.n_concepts, return_counts=True)
        return pd.Series(counts, index=units, name="concepts")

    def by_concept(self) -> Iterator[pd.DataFrame]:
        """`units_of` of every concept in turn."""
        return (self.units_of(concept) for concept in range(self.n_concepts))


@remembered(4)
def stored_experts(library: Library, run_id: str) -> ExpertTable:
    """All that a run file holds: every unit above its AP floor."""
    request, rows = library.run(run_id).request, library.expert_rows(run_id)
    columns = (rows[name].to_numpy() for name in ("concept", "fold", "unit", "ap"))
    return ExpertTable(len(request.concepts), request.folds, *columns)


@remembered(8)
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

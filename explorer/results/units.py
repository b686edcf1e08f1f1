"""Units of a run: which are experts, of how many concepts, and of which."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.tau import Tau
from explorer.results.concepts import beyond_words, control_id
from explorer.results.evidence import evidence_of_unit
from explorer.results.experts import experts, modules, with_places
from explorer.results.memo import remembered
from explorer.results.reading import concepts
from explorer.results.view import View
from explorer.store.library import Library


@remembered(3)
def ranked_units(library: Library, run_id: str, tau: Tau) -> pd.DataFrame:
    """Every unit that is an expert of a concept, of many first: unit, concepts (how
    many, in a fold at least), ap (greatest of a concept and fold), best (id of that
    concept).
    """
    found = experts(library, run_id, tau)
    units, best, ap = found.best()
    served = found.served[units]
    # Positive floats are ordered as their bits are; units are ascending already.
    key = served.astype(np.int64) << 32 | ap.astype(np.float32).view(np.int32)
    order = np.argsort(-key, kind="stable")
    columns = {"unit": units, "concepts": served, "ap": ap.astype(float), "best": best}
    return pd.DataFrame({name: values[order] for name, values in columns.items()})


def first_unit(library: Library, run_id: str, tau: Tau) -> int | None:
    """The first of `ranked_units`, without ranking them; None where there is none."""
    found = experts(library, run_id, tau)
    if not len(found.unit):
        return None
    most = found.served == found.served.max()
    rows = np.flatnonzero(most[found.unit])
    best = found.ap[rows] == found.ap[rows].max()
    return int(found.unit[rows[best]].min())


def in_words(library: Library, run_id: str, ranked: pd.DataFrame) -> pd.DataFrame:
    """Rows of `ranked_units` with their places, and the word of the best concept: unit,
    concepts, ap, best, module, layer, kind, index.
    """
    best = concepts(library, run_id)["word"].take(ranked["best"].to_numpy())
    return with_places(library, run_id, ranked.assign(best=best.to_numpy()))


def unit_table(library: Library, run_id: str, tau: Tau) -> pd.DataFrame:
    """All of `ranked_units` in words."""
    return in_words(library, run_id, ranked_units(library, run_id, tau))


def unit_number(view: View, name: str) -> int:
    """The unit that an address names as "module:index". Raises InputError, naming what
    there is.
    """
    module, _, index = name.rpartition(":")
    table = modules(view.library, view.run.id).set_index("name")
    if module not in table.index:
        raise InputError(
            f"“{name}” names no unit of {view.run.label}.",
            f"A unit is module:index, such as {table.index[0]}:0.",
        )
    width = int(table.loc[module, "width"])
    if not re.fullmatch(r"[0-9]{1,9}", index) or int(index) >= width:
        raise InputError(f"“{name}” names no unit.", f"{module} has units 0 to {width - 1:,}.")
    return int(table.loc[module, "first_unit"]) + int(index)


def concepts_of_unit(view: View, unit: int) -> pd.DataFrame:
    """The concepts that a unit is an expert of, greatest AP first: concept, domain, and
    what `beyond_words` says of it.
    """
    rows = evidence_of_unit(view.library, view.run.id, control_id(view), unit, view.tau)
    if rows.empty:
        return pd.DataFrame(columns=["concept", "domain", "ap", "low", "high", "folds", "rung"])
    rows = beyond_words(view, rows["number"], rows.reset_index(drop=True))
    table = concepts(view.library, view.run.id).iloc[rows["number"]].reset_index(drop=True)
    rows = rows.drop(columns="number").assign(concept=table["word"], domain=table["domain"])
    return rows.sort_values("ap", ascending=False, ignore_index=True)


def ap_by_fold(view: View, unit: int) -> pd.DataFrame:
    """concept, fold, ap of a unit, for the concepts and folds in which it is above the
    AP floor of the run.
    """
    found = experts(view.library, view.run.id, view.tau)
    at = np.flatnonzero(found.unit == unit)
    concept, fold = found.places(at)
    words = concepts(view.library, view.run.id)["word"].to_numpy()
    return pd.DataFrame({"concept": words[concept], "fold": fold, "ap": found.ap[at]})

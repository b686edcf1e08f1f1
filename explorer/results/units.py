"""Units of a run: which are experts, of how many concepts, and of which."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.tau import Tau
from explorer.results.concepts import control_id
from explorer.results.evidence import unit_evidence
from explorer.results.experts import experts, modules, with_places
from explorer.results.memo import remembered
from explorer.results.reading import concepts
from explorer.results.view import View
from explorer.store.library import Library


@remembered(8)
def unit_table(library: Library, run_id: str, tau: Tau) -> pd.DataFrame:
    """Every unit that is an expert of a concept, of many first.

    unit, module, layer, kind, index; concepts (how many, in a fold at least), ap
    (greatest of a concept and fold), best (that concept).
    """
    found, words = experts(library, run_id, tau), concepts(library, run_id)["word"].to_numpy()
    served = found.served
    order = np.argsort(found.ap, kind="stable")
    # The last of equal units in this order has the greatest AP.
    units, last = np.unique(found.unit[order][::-1], return_index=True)
    at = order[::-1][last]
    table = pd.DataFrame({"unit": units, "concepts": served.to_numpy()})
    table = table.assign(ap=found.ap[at].astype(float), best=words[found.concept[at]])
    table = table.sort_values(["concepts", "ap", "unit"], ascending=[False, False, True])
    return with_places(library, run_id, table)


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
    what `unit_evidence` says of it.
    """
    found = experts(view.library, view.run.id, view.tau)
    table = concepts(view.library, view.run.id)
    rows = []
    for concept in np.unique(found.concept[found.unit == unit]):
        every = unit_evidence(view.library, view.run.id, control_id(view), int(concept), view.tau)
        row = every[every["unit"] == unit].assign(
            concept=table["word"].iloc[concept], domain=table["domain"].iloc[concept]
        )
        rows.append(row)
    if not rows:
        return pd.DataFrame(columns=["concept", "domain", "ap", "low", "high", "folds", "rung"])
    result = pd.concat(rows, ignore_index=True)
    return result.sort_values("ap", ascending=False, ignore_index=True)


def ap_by_fold(view: View, unit: int) -> pd.DataFrame:
    """concept, fold, ap of a unit, for the concepts and folds in which it is above the
    AP floor of the run.
    """
    found = experts(view.library, view.run.id, view.tau)
    at = found.unit == unit
    words = concepts(view.library, view.run.id)["word"].to_numpy()
    return pd.DataFrame(
        {"concept": words[found.concept[at]], "fold": found.fold[at], "ap": found.ap[at]}
    )

"""Where experts are: layers and modules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.results.concepts import number_of
from explorer.results.experts import experts, modules
from explorer.results.view import View


def expert_places(view: View, word: str) -> pd.DataFrame:
    """label, layer, kind, width, experts (mean over folds) of the run and its
    control.
    """
    number = number_of(view, word)
    tables = []
    for run in view.pair:
        table = modules(view.library, run.id)
        found = experts(view.library, run.id, view.tau)
        units = found.unit[found.rows(number)]
        at = np.searchsorted(table["first_unit"], units, "right") - 1
        counts = np.bincount(at, minlength=len(table)) / found.n_folds
        tables.append(table[["layer", "kind", "width"]].assign(label=run.label, experts=counts))
    return pd.concat(tables, ignore_index=True)

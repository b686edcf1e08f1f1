"""How much an alignment owes to the choice of τ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.similarity import JACCARD, Experts, Overlap
from explorer.core.tau import GRID
from explorer.results.alignment import alignment_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.results.reading import concepts
from explorer.store.library import Library


@remembered(256)
def alignment_by_threshold(
    library: Library, run_id: str, ratings: Ratings, overlap: Overlap = JACCARD
) -> pd.DataFrame:
    """tau, rho, low, high, p, n, empty, note: ρ of experts at every τ of the grid.

    empty: share of word pairs of which a word has no expert, mean over folds; their
    overlap is 0.
    """
    pairs = human_pairs(library, run_id, ratings)
    i, j = pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)
    words = concepts(library, run_id)["word"].tolist()
    sizes = library.set_sizes(run_id)
    rows = []
    for tau in GRID:
        result = alignment_of(library, run_id, ratings, Experts(tau, overlap))
        at_tau = sizes[np.isclose(sizes["tau"], tau.value)]
        sets = at_tau.pivot(index="word", columns="fold", values="size").reindex(words)
        none = (sets == 0).to_numpy(bool)
        empty = float((none[i] | none[j]).mean()) if len(pairs) else np.nan
        measured = {name: getattr(result, name) for name in ("rho", "low", "high", "p", "n")}
        rows.append({"tau": tau.value, **measured, "empty": empty, "note": result.note})
    return pd.DataFrame(rows)

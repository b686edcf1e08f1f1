"""Raw and partial alignment: what is left when the words that sentences share are
constant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import Experts, similarities
from explorer.measure.alignment import Alignment, holm
from explorer.results.alignment import alignment_of
from explorer.results.shared_words import partial_alignment_of, surface_alignment_of
from explorer.store.library import Library

SURFACE = "shared words alone"


def partial_alignments(
    library: Library, runs: Sequence[RunInfo], ratings: Ratings, experts: Experts
) -> pd.DataFrame:
    """run, label, representation, rho, low, high, p, partial, partial_low,
    partial_high, partial_p, p_holm, n, note.

    One row a run and representation, then one a run for the shared words themselves,
    which have no partial ρ. p_holm: the partial p-values, over the rows of a run.
    """
    rows: list[dict[str, object]] = []
    for run in runs:
        for of in similarities(experts):
            raw = alignment_of(library, run.id, ratings, of)
            rest = partial_alignment_of(library, run.id, ratings, of)
            rows.append(_row(run, of.name, raw) | _partial(rest))
        rows.append(_row(run, SURFACE, surface_alignment_of(library, run.id, ratings)))
    table = pd.DataFrame(rows)
    adjusted = holm(table["partial_p"].to_numpy(float), table["run"].tolist())
    table.insert(table.columns.get_loc("partial_p") + 1, "p_holm", adjusted)
    return table


def _row(run: RunInfo, representation: str, raw: Alignment) -> dict[str, object]:
    no_partial = dict.fromkeys(("partial", "partial_low", "partial_high", "partial_p"), np.nan)
    return {
        "run": run.id,
        "label": run.label,
        "representation": representation,
        **{name: getattr(raw, name) for name in ("rho", "low", "high", "p")},
        **no_partial,
        "n": raw.n,
        "note": raw.note,
    }


def _partial(rest: Alignment) -> dict[str, object]:
    return {
        "partial": rest.rho,
        "partial_low": rest.low,
        "partial_high": rest.high,
        "partial_p": rest.p,
        "note": rest.note,
    }

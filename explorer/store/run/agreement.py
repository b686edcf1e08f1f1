"""Whether the overlaps and set sizes of a run file are those of its experts.

Set sizes are counted anew for every concept; overlaps, which would take as long as the
end of an extraction, for a sample that the run's id seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np

from explorer.core.request import RunRequest
from explorer.core.tau import TAUS
from explorer.store.run.arrays import Remembered

_PAIRS = 24
"""Pairs of concepts whose overlap is computed anew; no concept is in two of them."""
_TOLERANCE = 1e-5
"""Overlaps are stored in single precision."""
Experts = dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]
"""Concept and fold → units, ascending, and their AP."""


def disagreement(
    con: duckdb.DuckDBPyConnection, file: str, request: RunRequest, arrays: dict[str, Remembered]
) -> str:
    """What of the attached file does not follow from its experts; "" when nothing.

    The rows of every table are known to be whole and in their order; arrays: table →
    what is remembered of it.
    """
    shape = len(request.concepts), request.folds, len(TAUS)
    histograms, widths = arrays["ap_histogram"], arrays["modules"]["width"]
    if (histograms["total"] != widths[histograms["module"]] * float(request.folds)).any():
        return "its histograms of AP do not hold every unit of every fold"
    in_histograms = histograms["upper"].reshape(shape[0], -1).sum(axis=1)
    sizes = arrays["set_sizes"]["size"].reshape(shape)
    rows, above = _sizes(con, file, shape)
    if not np.array_equal(sizes, above):
        return "its set sizes are not the numbers of its experts"
    if (in_histograms < sizes[:, :, 0].sum(axis=1)).any():
        return "its histograms of AP hold fewer units than it has experts"
    rng = np.random.default_rng(int(request.id, 16))
    chosen = rng.permutation(shape[0])[: 2 * _PAIRS].tolist()
    experts = _experts(con, file, chosen, rows)
    pairs = sorted((min(p), max(p)) for p in zip(chosen[::2], chosen[1::2], strict=False))
    between = [
        np.mean([_overlap(experts, (a, f), (b, f), sizes) for f in range(shape[1])], axis=0)
        for a, b in pairs
    ]
    stored = arrays["pair_overlap"]["overlap"].reshape(shape[2], -1)
    if (row := _first_other(stored[:, [_place(a, b, shape[0]) for a, b in pairs]].T, between)) >= 0:
        words = " and ".join(f"“{request.concepts[concept]}”" for concept in pairs[row])
        return f"the overlap of {words} is not that of their experts"
    if shape[1] > 1:
        firsts = rng.integers(shape[1] - 1, size=len(chosen)).tolist()
        folds = [(c, f, f + 1) for c, f in zip(sorted(chosen), firsts, strict=True)]
        within = [_overlap(experts, (c, f), (c, g), sizes) for c, f, g in folds]
        held = arrays["fold_overlap"]["overlap"].reshape(shape[0], shape[2], -1)
        chosen_rows = np.array([held[c, :, _place(f, g, shape[1])] for c, f, g in folds])
        if (row := _first_other(chosen_rows, within)) >= 0:
            word = request.concepts[folds[row][0]]
            return f"the overlap of two folds of “{word}” is not that of its experts"
    return ""


def _place(a: int, b: int, n: int) -> int:
    """Where the pair a < b stands among all pairs of `n`, in their order."""
    return a * (2 * n - a - 1) // 2 + b - a - 1


def _first_other(stored: np.ndarray, computed: Sequence[np.ndarray]) -> int:
    """The first row whose stored overlaps over the grid of tau are not those computed;
    -1 where all are.
    """
    good = np.isclose(stored, np.array(computed), rtol=0, atol=_TOLERANCE).all(axis=1)
    return -1 if good.all() else int(np.argmin(good))


def _sizes(
    con: duckdb.DuckDBPyConnection, file: str, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """(concepts, folds) rows of `experts`, and (concepts, folds, taus) how many of them
    lie above each tau.
    """
    # Sums, since DuckDB counts with FILTER in three times the time.
    above = ", ".join(f"sum((ap > CAST({tau} AS FLOAT))::INTEGER)" for tau in TAUS)
    query = f'SELECT concept, fold, count(*), {above} FROM "{file}".experts GROUP BY concept, fold'
    concept, fold, *counts = con.execute(query).fetchnumpy().values()
    sizes = np.zeros((*shape[:2], 1 + shape[2]), np.int64)
    sizes[concept, fold] = np.column_stack(counts)
    return sizes[:, :, 0], sizes[:, :, 1:]


def _experts(
    con: duckdb.DuckDBPyConnection, file: str, concepts: Sequence[int], rows: np.ndarray
) -> Experts:
    """The experts of these concepts; rows: (concepts, folds) how many each has."""
    mask = np.isin(np.arange(len(rows)), concepts)
    # A filter keeps the order of the file, by concept, fold and unit, where IN joins.
    stored = con.execute(
        f'SELECT unit, ap FROM "{file}".experts WHERE get_bit($mask::BIT, concept) = 1',
        {"mask": "".join(map(str, mask.astype(int)))},
    ).fetchnumpy()
    keys = [(int(c), f) for c in np.flatnonzero(mask) for f in range(rows.shape[1])]
    ends = np.cumsum(rows[mask]).tolist()
    parts = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    return {
        key: (stored["unit"][part], stored["ap"][part])
        for key, part in zip(keys, parts, strict=True)
    }


def _overlap(
    experts: Experts, one: tuple[int, int], other: tuple[int, int], sizes: np.ndarray
) -> np.ndarray:
    """(taus,) Jaccard similarity of two expert sets, each of a concept in a fold."""
    (units, ap), (units2, ap2) = experts[one], experts[other]
    place = units2.searchsorted(units)
    # No unit is -1: it stands where those lead that come after the last.
    both = np.flatnonzero(np.append(units2, np.int32(-1))[place] == units)
    lower = np.minimum(ap[both], ap2[place[both]])
    shared = (lower[None, :] > np.asarray(TAUS, np.float32)[:, None]).sum(axis=1)
    union = sizes[one] + sizes[other] - shared
    overlap: np.ndarray = np.divide(shared, union, out=np.zeros(len(TAUS)), where=union > 0)
    return overlap

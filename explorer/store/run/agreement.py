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

_PAIRS = 24
"""Pairs of concepts whose overlap is computed anew; no concept is in two of them."""
_TOLERANCE = 1e-5
"""Overlaps are stored in single precision."""
Experts = dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]
"""Concept and fold → units, ascending, and their AP."""


def disagreement(con: duckdb.DuckDBPyConnection, file: str, request: RunRequest) -> str:
    """What of the attached file does not follow from its experts; "" when nothing.

    The rows of every table are known to be whole and in their order.
    """
    shape = len(request.concepts), request.folds, len(TAUS)
    sizes = _column(con, f'SELECT size FROM "{file}".set_sizes').reshape(shape)
    if not np.array_equal(sizes, _sizes(con, file, shape)):
        return "its set sizes are not the numbers of its experts"
    if _fewer_in_histogram(con, file, sizes[:, :, 0].sum(axis=1)):
        return "its histograms of AP hold fewer units than it has experts"
    rng = np.random.default_rng(int(request.id, 16))
    chosen = rng.permutation(shape[0])[: 2 * _PAIRS].tolist()
    experts = _experts(con, file, chosen)
    pairs = sorted((min(p), max(p)) for p in zip(chosen[::2], chosen[1::2], strict=False))
    between = [
        np.mean([_overlap(experts, (a, f), (b, f), sizes) for f in range(shape[1])], axis=0)
        for a, b in pairs
    ]
    stored = _column(con, f'SELECT overlap FROM "{file}".pair_overlap').reshape(shape[2], -1)
    if (row := _first_other(stored[:, [_place(a, b, shape[0]) for a, b in pairs]].T, between)) >= 0:
        words = " and ".join(f"“{request.concepts[concept]}”" for concept in pairs[row])
        return f"the overlap of {words} is not that of their experts"
    if shape[1] > 1:
        firsts = rng.integers(shape[1] - 1, size=len(chosen)).tolist()
        folds = [(c, f, f + 1) for c, f in zip(sorted(chosen), firsts, strict=True)]
        within = [_overlap(experts, (c, f), (c, g), sizes) for c, f, g in folds]
        held = _column(con, f'SELECT overlap FROM "{file}".fold_overlap')
        held = held.reshape(shape[0], shape[2], -1)
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


def _sizes(con: duckdb.DuckDBPyConnection, file: str, shape: tuple[int, int, int]) -> np.ndarray:
    """(concepts, folds, taus) experts above each tau, counted from `experts`."""
    # Sums, since DuckDB counts with FILTER in three times the time.
    above = ", ".join(f"sum((ap > CAST({tau} AS FLOAT))::INTEGER)" for tau in TAUS)
    query = f'SELECT concept, fold, {above} FROM "{file}".experts GROUP BY concept, fold'
    rows = np.array(con.execute(query).fetchall(), np.int64).reshape(-1, 2 + len(TAUS))
    sizes = np.zeros(shape, np.int64)
    sizes[rows[:, 0], rows[:, 1]] = rows[:, 2:]
    return sizes


def _fewer_in_histogram(con: duckdb.DuckDBPyConnection, file: str, experts: np.ndarray) -> bool:
    """Whether some concept has fewer units in the bins from 0.5 on than experts."""
    query = (
        f'SELECT sum(list_sum(counts[11:20])) FROM "{file}".ap_histogram '
        "GROUP BY concept ORDER BY concept"
    )
    return bool((_column(con, query) < experts).any())


def _experts(con: duckdb.DuckDBPyConnection, file: str, concepts: Sequence[int]) -> Experts:
    """The experts of these concepts."""
    mask = np.isin(np.arange(max(concepts) + 1), concepts).tolist()
    # A filter keeps the order of the file, by concept, fold and unit, where IN joins.
    found = con.execute(
        f'SELECT concept, fold, unit, ap FROM "{file}".experts WHERE ($mask)[concept + 1]',
        {"mask": mask},
    ).fetchnumpy()
    key = found["concept"].astype(np.int64) * 32 + found["fold"]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    keys = key[starts]
    units, aps = np.split(found["unit"], starts[1:]), np.split(found["ap"], starts[1:])
    return {
        (int(k) // 32, int(k) % 32): (u, ap) for k, u, ap in zip(keys, units, aps, strict=False)
    }


def _overlap(
    experts: Experts, one: tuple[int, int], other: tuple[int, int], sizes: np.ndarray
) -> np.ndarray:
    """(taus,) Jaccard similarity of two expert sets, each of a concept in a fold."""
    none = np.empty(0, np.int32), np.empty(0, np.float32)
    (units, ap), (units2, ap2) = experts.get(one, none), experts.get(other, none)
    _, i, j = np.intersect1d(units, units2, assume_unique=True, return_indices=True)
    lower = np.minimum(ap[i], ap2[j])
    shared = (lower[None, :] > np.asarray(TAUS, np.float32)[:, None]).sum(axis=1)
    union = sizes[one] + sizes[other] - shared
    overlap: np.ndarray = np.divide(shared, union, out=np.zeros(len(TAUS)), where=union > 0)
    return overlap


def _column(con: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    (column,) = con.execute(query).fetchnumpy().values()
    return np.asarray(column)

"""What a finished run file holds beyond the results of each concept: overlaps and set
sizes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from explorer.core.records import Draws
from explorer.measure.overlap import fold_overlaps, jaccard, overlap_grid

Sets = list[tuple[np.ndarray, np.ndarray]]
"""Per concept (or fold): units above the AP floor, ascending, and their AP."""


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Append columns to a table, matched by name."""
    con.register("fresh", rows)
    try:
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM fresh")
    finally:
        con.unregister("fresh")


def add_overlaps(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    n_concepts: int,
    folds: int,
    taus: Sequence[float],
    n_units: int,
) -> None:
    """Fill pair_overlap (mean over folds), fold_overlap and set_sizes from `experts`,
    sorted by now.
    """
    # AP is stored in single precision: tau is compared in the same, else an AP of
    # exactly 0.55 would exceed 0.55.
    grid_taus = np.asarray(taus, np.float32)
    pairs = np.zeros((len(taus), n_concepts, n_concepts))
    by_fold: list[Sets] = []
    for fold in range(folds):
        sets = _sets(con, schema, fold, n_concepts)
        pairs += overlap_grid([u for u, _ in sets], [a for _, a in sets], grid_taus, n_units)
        by_fold.append(sets)
    insert(con, f"{schema}.pair_overlap", _pair_rows(pairs / folds))
    insert(con, f"{schema}.set_sizes", _size_rows(by_fold, grid_taus))
    if folds > 1:
        insert(con, f"{schema}.fold_overlap", _fold_rows(by_fold, grid_taus))


def add_sharing(
    con: duckdb.DuckDBPyConnection, schema: str, concepts: Sequence[str], draws: Draws
) -> None:
    """Fill fold_sharing: the Jaccard similarity of the sentences that two folds
    drew.
    """
    rows = [
        (
            index,
            a,
            b,
            jaccard(draws[word][a][0], draws[word][b][0]),
            jaccard(draws[word][a][1], draws[word][b][1]),
        )
        for index, word in enumerate(concepts)
        for a, b in itertools.combinations(range(len(draws[word])), 2)
    ]
    if rows:
        names = ("concept", "fold_a", "fold_b", "positive", "negative")
        insert(
            con,
            f"{schema}.fold_sharing",
            pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
        )


def _sets(con: duckdb.DuckDBPyConnection, schema: str, fold: int, n_concepts: int) -> Sets:
    query = f"SELECT concept, unit, ap FROM {schema}.experts WHERE fold = ? ORDER BY concept, unit"
    found = con.execute(query, [fold]).fetchnumpy()
    cuts = np.searchsorted(found["concept"], np.arange(1, n_concepts))
    return list(zip(np.split(found["unit"], cuts), np.split(found["ap"], cuts), strict=True))


def _pair_rows(grid: np.ndarray) -> pa.Table:
    n_taus, n_concepts, _ = grid.shape
    a, b = np.triu_indices(n_concepts, 1)
    return pa.table(
        {
            "a": np.tile(a, n_taus).astype(np.int16),
            "b": np.tile(b, n_taus).astype(np.int16),
            "tau_index": np.repeat(np.arange(n_taus, dtype=np.int8), len(a)),
            "overlap": grid[:, a, b].ravel().astype(np.float32),
        }
    )


def _size_rows(by_fold: list[Sets], taus: np.ndarray) -> pa.Table:
    sizes = np.array([[(ap[None, :] > taus[:, None]).sum(1) for _, ap in sets] for sets in by_fold])
    concept, fold, tau = np.meshgrid(
        *(np.arange(n) for n in (sizes.shape[1], sizes.shape[0], len(taus))), indexing="ij"
    )
    return pa.table(
        {
            "concept": concept.ravel().astype(np.int16),
            "fold": fold.ravel().astype(np.int8),
            "tau_index": tau.ravel().astype(np.int8),
            "size": sizes.transpose(1, 0, 2).ravel().astype(np.int32),
        }
    )


def _fold_rows(by_fold: list[Sets], taus: np.ndarray) -> pa.Table:
    a, b = np.triu_indices(len(by_fold), 1)
    parts = []
    for concept in range(len(by_fold[0])):
        sets = [fold[concept] for fold in by_fold]
        grid = fold_overlaps([u for u, _ in sets], [ap for _, ap in sets], taus)
        parts.append(
            pa.table(
                {
                    "concept": np.full(len(taus) * len(a), concept, np.int16),
                    "fold_a": np.tile(a, len(taus)).astype(np.int8),
                    "fold_b": np.tile(b, len(taus)).astype(np.int8),
                    "tau_index": np.repeat(np.arange(len(taus), dtype=np.int8), len(a)),
                    "overlap": grid[:, a, b].ravel().astype(np.float32),
                }
            )
        )
    return pa.concat_tables(parts)

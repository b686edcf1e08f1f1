"""The result of one concept as rows of the tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from explorer.core.records import ConceptResult


def rows_of(number: int, result: ConceptResult) -> dict[str, pa.Table]:
    """Table → rows of the concept with this number."""
    concept = np.int16(number)
    folds = len(result.units)
    counts = [len(units) for units in result.units]
    experts = {
        "concept": np.full(sum(counts), concept),
        "fold": np.repeat(np.arange(folds, dtype=np.int8), counts),
        "unit": np.concatenate(result.units).astype(np.int32),
        "ap": np.concatenate(result.aps).astype(np.float32),
    }
    modules = np.arange(len(result.histogram), dtype=np.int16)
    histogram = {
        "concept": np.full(len(modules), concept),
        "module": modules,
        "counts": _lists(result.histogram, np.int32),
    }
    vectors = np.vstack([result.word_embedding[None, :], result.sentence_embedding])
    embeddings = {
        "kind": ["word"] + ["sentence"] * folds,
        "concept": np.full(folds + 1, concept),
        "fold": np.array([0, *range(folds)], np.int8),
        "vector": _lists(vectors, np.float32),
    }
    return {
        "experts": pa.table(experts),
        "ap_histogram": pa.table(histogram),
        "embeddings": pa.table(embeddings),
    }


def _lists(rows: np.ndarray, dtype: type) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(rows, dtype).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, rows.shape[1])

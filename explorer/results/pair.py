"""One pair of concepts: what they share, where, at which τ, and since when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import GRID
from explorer.results.checkpoints import step_of
from explorer.results.concepts import control_id, number_of
from explorer.results.evidence import unit_evidence
from explorer.results.experts import experts, module_rows, modules, with_places
from explorer.results.neighbours import rated_gaps
from explorer.results.pair_evidence import expected_overlaps, pair_evidence
from explorer.results.reading import similarity
from explorer.results.shared_words import word_vectors
from explorer.results.view import View


def pair_row(view: View, word: str, other: str) -> pd.Series:
    """The pair on the ladder, as `pair_evidence`, with human (score or NaN), gap and
    chosen (its overlap as it is looked at).
    """
    i, j = _numbers(view, word, other)
    every = pair_evidence(view.library, view.run.id, control_id(view), view.tau)
    row = every[(every["i"] == i) & (every["j"] == j)].iloc[0].copy()
    row["human"], row["gap"] = np.nan, np.nan
    row["chosen"] = similarity(view.library, view.run.id, view.experts)[i, j]
    if view.ratings is not None:
        rated = rated_gaps(view.library, view.run.id, view.ratings, view.experts)
        numbers = np.sort(rated[["i", "j"]].to_numpy(int), axis=1)
        own = rated[(numbers == (i, j)).all(1)]
        if len(own):
            row["human"], row["gap"] = own.iloc[0][["score", "gap"]]
    return row


def shared_by_layer(view: View, word: str, other: str) -> pd.DataFrame:
    """layer; shared, first, second (experts of both, of the first only, of the second
    only; means over folds).
    """
    a, b = number_of(view, word), number_of(view, other)
    found, table = experts(view.library, view.run.id, view.tau), modules(view.library, view.run.id)
    layers = table["layer"].to_numpy()
    n = int(layers.max()) + 1
    counts = np.zeros((3, n))
    for fold in range(found.n_folds):
        one, two = (found.unit[found.rows(c, fold)] for c in (a, b))
        parts = np.intersect1d(one, two), np.setdiff1d(one, two), np.setdiff1d(two, one)
        for k, units in enumerate(parts):
            counts[k] += np.bincount(layers[module_rows(table, units)], minlength=n)
    shared, first, second = counts / found.n_folds
    return pd.DataFrame({"layer": range(n), "shared": shared, "first": first, "second": second})


def shared_units(view: View, word: str, other: str) -> pd.DataFrame:
    """The units that are experts of both, in a fold at least: unit, module, layer,
    kind, index, first_ap, second_ap, concepts (how many it serves), rung (of the lower
    of the two); greatest lesser AP first.
    """
    tables = [
        unit_evidence(view.library, view.run.id, control_id(view), number_of(view, w), view.tau)
        for w in (word, other)
    ]
    names = ["unit", "ap", "concepts", "rung"]
    both = tables[0][names].merge(tables[1][names], on="unit", suffixes=("", "_second"))
    both = both.assign(rung=both[["rung", "rung_second"]].min(axis=1))
    both = both.rename(columns={"ap": "first_ap", "ap_second": "second_ap"})
    lesser = both[["first_ap", "second_ap"]].min(axis=1)
    both = both.iloc[np.argsort(-lesser, kind="stable")]
    columns = ["unit", "first_ap", "second_ap", "concepts", "rung"]
    return with_places(view.library, view.run.id, both[columns])


def overlap_over_tau(view: View, word: str, other: str) -> pd.DataFrame:
    """label, tau, overlap, expected (by popular units, given the sizes of the sets)."""
    i, j = _numbers(view, word, other)
    tables = [
        pd.DataFrame(
            {
                "label": run.label,
                "tau": [tau.value for tau in GRID],
                "overlap": view.library.overlap_of_pair(run.id, i, j),
                "expected": expected_overlaps(view.library, run.id)[:, i, j],
            }
        )
        for run in view.pair
    ]
    return pd.concat(tables, ignore_index=True)


def overlap_over_steps(view: View, word: str, other: str) -> pd.DataFrame:
    """label, step, overlap, middle (median of all pairs), high (95% of the pairs lie
    below) at every checkpoint of the run's training.
    """
    i, j = _numbers(view, word, other)
    rows = []
    for run in view.selection.checkpoints(view.run):
        matrix = similarity(view.library, run.id, view.experts)
        every = matrix[np.triu_indices(len(matrix), 1)]
        rows.append((run.label, step_of(run), matrix[i, j], *np.quantile(every, [0.5, 0.95])))
    return pd.DataFrame(rows, columns=["label", "step", "overlap", "middle", "high"])


def surface_words(view: View, word: str, other: str) -> tuple[pd.DataFrame, float]:
    """word, share (of the similarity) of the words that the sentences of both concepts
    use, greatest share first; and that similarity.
    """
    i, j = _numbers(view, word, other)
    vectors = word_vectors(view.library, view.run)
    similarity = float(vectors.similarity[i, j])
    table = pd.DataFrame(vectors.in_common(i, j), columns=["word", "share"])
    return table.assign(share=table["share"] / (similarity or 1.0)), similarity


def _numbers(view: View, word: str, other: str) -> tuple[int, int]:
    a, b = number_of(view, word), number_of(view, other)
    return min(a, b), max(a, b)

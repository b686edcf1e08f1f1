"""What is near a concept, for the model and for people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.similarity import JACCARD, Experts
from explorer.measure.evidence.beyond_words import rank_among_alike
from explorer.results.concepts import control_id, number_of
from explorer.results.memo import remembered
from explorer.results.pair_evidence import pair_evidence
from explorer.results.reading import concepts, rated_pairs, similarity
from explorer.results.view import View
from explorer.store.library import Library


def neighbours(view: View, word: str) -> pd.DataFrame:
    """concept, domain, overlap, expected (overlap of pairs whose sentences share as
    many words), rung, human (score; NaN where not rated), gap; greatest overlap first.

    gap: the pair's place among the rated pairs of the run by the model minus its place
    by people, each from 0 (least similar) to 1.
    """
    number, table = number_of(view, word), concepts(view.library, view.run.id)
    every = _every(view)
    rows = every[(every["i"] == number) | (every["j"] == number)]
    other = np.where(rows["i"] == number, rows["j"], rows["i"])
    result = pd.DataFrame(
        {
            "concept": table["word"].to_numpy()[other],
            "domain": table["domain"].to_numpy()[other],
            "overlap": rows["overlap"].to_numpy(),
            "expected": rows["alike"].to_numpy(),
            "rung": rows["rung"].to_numpy(),
        }
    )
    rated = _rated(view)
    own = rated[(rated["i"] == number) | (rated["j"] == number)]
    scores = pd.Series(
        dict(zip(np.where(own["i"] == number, own["j"], own["i"]), own.index, strict=True)),
        dtype=float,
    )
    at = scores.reindex(other).to_numpy()
    known = ~np.isnan(at)
    for name, source in (("human", "score"), ("gap", "gap")):
        values = np.full(len(result), np.nan)
        values[known] = rated.loc[at[known].astype(int), source]
        result[name] = values
    return result.sort_values(["overlap", "concept"], ascending=[False, True], ignore_index=True)


def _every(view: View) -> pd.DataFrame:
    """The pairs on the ladder, with their overlap as it is looked at."""
    every = pair_evidence(view.library, view.run.id, control_id(view), view.tau)
    if view.overlap == JACCARD:
        return every
    matrix = similarity(view.library, view.run.id, view.experts)
    overlap = matrix[every["i"].to_numpy(int), every["j"].to_numpy(int)]
    _, alike = rank_among_alike(overlap, every["words"].to_numpy())
    return every.assign(overlap=overlap, alike=alike)


def _rated(view: View) -> pd.DataFrame:
    """i, j, score, gap of the rated pairs; empty where no ratings cover a pair."""
    if view.ratings is None:
        return pd.DataFrame(columns=["i", "j", "score", "gap"])
    return rated_gaps(view.library, view.run.id, view.ratings, view.experts)


@remembered(32)
def rated_gaps(library: Library, run_id: str, ratings: Ratings, experts: Experts) -> pd.DataFrame:
    """As `rated_pairs` by experts, with gap (see `neighbours`)."""
    pairs = rated_pairs(library, run_id, ratings, experts)
    places = pairs[["similarity", "score"]].rank().sub(1) / max(len(pairs) - 1, 1)
    return pairs.assign(gap=places["similarity"] - places["score"])

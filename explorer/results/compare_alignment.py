"""Alignment of two sides with the same human ratings, and its difference."""

from __future__ import annotations

import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.similarity import EXPERTS, WORD, Similarity, similarities
from explorer.measure.alignment import align, compare, holm
from explorer.results.compare import Side, Sides
from explorer.results.compare_matrices import matrix_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.view import View
from explorer.store.library import Library

_PAIR = ["dataset", "split", "word1", "word2"]


def shared_ratings(library: Library, sides: Sides, ratings: Ratings) -> pd.DataFrame:
    """dataset, split, word1, word2, score, i, j (concept ids of the first side), i_b,
    j_b (of the second) of the rated pairs that both sides cover.
    """
    return _shared(library, sides.a.run.id, sides.b.run.id, ratings)


def alignments(view: View, sides: Sides) -> pd.DataFrame:
    """representation, rho_a, low_a, high_a, rho_b, low_b, high_b, delta (of A minus
    that of B), low, high, p, p_holm (over the rows), n, note.

    What cannot differ is left out: embeddings know no τ, that of a single word no
    folds.
    """
    rows = [
        {"representation": a.name, **_measured(view.library, sides.a, a, sides.b, b, view.rated)}
        for a, b in representations(sides)
    ]
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"].to_numpy(float)))
    return table


def representations(sides: Sides) -> list[tuple[Similarity, Similarity]]:
    """The similarities of both sides that can differ."""
    every = zip(similarities(sides.a.experts), similarities(sides.b.experts), strict=True)
    if not sides.same_run:
        return list(every)
    by_fold = sides.a.fold != sides.b.fold
    return [pair for pair in every if pair[0].name == EXPERTS or (by_fold and pair[0].name != WORD)]


@remembered(64)
def _shared(library: Library, a: str, b: str, ratings: Ratings) -> pd.DataFrame:
    mine, others = (human_pairs(library, run_id, ratings) for run_id in (a, b))
    return mine.merge(others[[*_PAIR, "i", "j"]], on=_PAIR, suffixes=("", "_b"))


@remembered(256)
def _measured(
    library: Library, a: Side, of_a: Similarity, b: Side, of_b: Similarity, ratings: Ratings
) -> dict[str, float | int | str]:
    pairs = _shared(library, a.run.id, b.run.id, ratings)
    score = pairs["score"].to_numpy(float)
    values = []
    for side, of, names in ((a, of_a, ("i", "j")), (b, of_b, ("i_b", "j_b"))):
        i, j = (pairs[name].to_numpy(int) for name in names)
        values.append(matrix_of(library, side, of)[i, j])
    words = words_of(pairs)
    result = compare(values[0], values[1], score, words)
    row: dict[str, float | int | str] = {}
    for name, end in zip("ab", (align(x, score, words) for x in values), strict=True):
        row |= {f"rho_{name}": end.rho, f"low_{name}": end.low, f"high_{name}": end.high}
    measured = ("delta", "low", "high", "p", "n", "note")
    return row | {name: getattr(result, name) for name in measured}

"""Alignment with what else could explain it held constant: each alone, and together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.similarity import Experts, similarities
from explorer.measure import confounds as measures
from explorer.measure.alignment import holm
from explorer.measure.partial import partial_align
from explorer.results.expert_overlap import set_sizes
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.reading import concepts, rated_pairs
from explorer.results.shared_words import shared_words
from explorer.results.view import View
from explorer.store.library import Library

NOTHING, EVERYTHING = "nothing", "everything"
SHARED, FREQUENCY = "shared words", "word frequency"
SPELLING, SIZES = "spelling", "sizes of expert sets"
HELD = (NOTHING, SHARED, FREQUENCY, SPELLING, SIZES, EVERYTHING)


def confounds(view: View) -> pd.DataFrame:
    """run, label, weights, representation, held, rho, low, high, p, p_holm (over the
    rows of a run), n, note: ρ of the run and its control given what is held constant.
    """
    tables = [
        _confounds(view.library, run.id, view.rated, view.experts).assign(
            run=run.id, label=run.label, weights=weights
        )
        for run, weights in zip(view.pair, ("run", "control"), strict=False)
    ]
    return pd.concat(tables, ignore_index=True)


@remembered(64)
def _confounds(library: Library, run_id: str, ratings: Ratings, experts: Experts) -> pd.DataFrame:
    held = _covariates(library, run_id, ratings, experts)
    rows = []
    for of in similarities(experts):
        pairs = rated_pairs(library, run_id, ratings, of)
        model, human = pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float)
        for name in HELD:
            result = partial_align(model, human, held[name], words_of(pairs))
            measured = {
                part: getattr(result, part) for part in ("rho", "low", "high", "p", "n", "note")
            }
            rows.append({"representation": of.name, "held": name, **measured})
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"].to_numpy(float)))
    return table


@remembered(64)
def _covariates(
    library: Library, run_id: str, ratings: Ratings, experts: Experts
) -> dict[str, list[np.ndarray]]:
    pairs = words_of(human_pairs(library, run_id, ratings))
    i, j = pairs.T
    names = concepts(library, run_id)["word"].tolist()
    sizes = set_sizes(library, run_id, experts).mean(1)
    held = {
        NOTHING: [],
        SHARED: [shared_words(library, library.run(run_id))[i, j]],
        FREQUENCY: measures.of_pairs(_frequency(library, run_id), pairs),
        SPELLING: [measures.spelling_overlap(names)[i, j]],
        SIZES: measures.of_pairs(np.log1p(sizes), pairs),
    }
    return held | {EVERYTHING: [column for columns in held.values() for column in columns]}


@remembered(64)
def _frequency(library: Library, run_id: str) -> np.ndarray:
    stored = library.export(run_id, "sentences").groupby("concept")["text"].agg(list)
    names = concepts(library, run_id)["word"].tolist()
    return measures.word_frequency({word: stored.get(word, []) for word in names})

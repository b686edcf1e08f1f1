"""Alignment with what else could explain it held constant: each alone, and together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.ratings import Ratings
from explorer.core.similarity import Experts, similarities
from explorer.measure import confounds as measures
from explorer.measure.alignment import holm
from explorer.measure.partial import partial_align
from explorer.probes.covariate import kept_values, values_of
from explorer.probes.kept import Kept, label_of
from explorer.results.expert_overlap import set_sizes
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.reading import concepts, rated_pairs
from explorer.results.shared_words import shared_words
from explorer.results.view import View
from explorer.store.library import Library
from explorer.store.word_tokens import read_tokens, tokens_path

NOTHING, EVERYTHING = "nothing", "everything"
SHARED, FREQUENCY = "shared words", "word frequency"
SPELLING, PARTS, SIZES = "spelling", "part of speech", "sizes of expert sets"
TOKENS = "tokens"
HELD = (NOTHING, SHARED, FREQUENCY, SPELLING, PARTS, SIZES, EVERYTHING)
_MEASURED = ("rho", "low", "high", "p", "n", "note")


def confounds(view: View, own: str = "", *, tokens: bool = False) -> pd.DataFrame:
    """run, label, weights, representation, held, rho, low, high, p, p_holm (over the
    rows of a run), n, note: ρ of the run and its control given what is held constant.

    own: values of the user's own to be held too, by what they are called
    (`probes.covariate`); a pair without two of them is left out of the rows that hold
    them. tokens: whether those of the words are held, which must be known. Raises
    InputError where there are none of that name.
    """
    file = _file(own) if own else None
    tables = [
        _confounds(view.library, run.id, view.rated, view.experts, file, tokens).assign(
            run=run.id, label=run.label, weights=weights
        )
        for run, weights in zip(view.pair, ("run", "control"), strict=False)
    ]
    return pd.concat(tables, ignore_index=True)


def own_name(own: str) -> str:
    """What values of the user's own are called where they are held."""
    return f"{own.rpartition(' ')[0]} (yours)"


def covered(view: View, own: str) -> tuple[int, int, int]:
    """Words of the rated pairs with a value of the user's own, all of these words, and
    pairs with two values.
    """
    pairs = human_pairs(view.library, view.run.id, view.rated)[["word1", "word2"]]
    known = pairs.isin(list(values_of(_file(own)))).to_numpy()
    words = set(pairs.to_numpy().ravel())
    return len(words & set(values_of(_file(own)))), len(words), int(known.all(1).sum())


def tokens_known(view: View) -> bool:
    """Whether the tokens of the concepts of the run and its control are kept."""
    return all(_tokens(view.library, run.id) is not None for run in view.pair)


def unknown_parts(view: View) -> int:
    """How many concepts of the run have no known part of speech."""
    names = concepts(view.library, view.run.id)["word"].tolist()
    return sum(not part for part in measures.parts_of_words(names))


def _file(own: str) -> Kept:
    kept = kept_values()
    if own not in kept:
        raise InputError(
            f"There are no values called “{own[:60]}” in this cache.",
            "Give their file: `--covariate FILE`, or upload it on the page of alignment.",
        )
    return kept[own]


@remembered(64)
def _confounds(
    library: Library,
    run_id: str,
    ratings: Ratings,
    experts: Experts,
    own: Kept | None,
    tokens: bool,
) -> pd.DataFrame:
    held = _covariates(library, run_id, ratings, experts, own)
    if tokens:
        *alone, (_, together) = held.items()
        columns = _of_tokens(library, run_id, ratings)
        held = dict([*alone, (TOKENS, columns), (EVERYTHING, [*together, *columns])])
    rows = []
    for of in similarities(experts):
        pairs = rated_pairs(library, run_id, ratings, of)
        model, human = pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float)
        for name, columns in held.items():
            result = partial_align(model, human, columns, words_of(pairs))
            measured = {part: getattr(result, part) for part in _MEASURED}
            rows.append({"representation": of.name, "held": name, **measured})
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"].to_numpy(float)))
    return table


@remembered(64)
def _covariates(
    library: Library, run_id: str, ratings: Ratings, experts: Experts, own: Kept | None
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
        PARTS: [measures.part_overlap(measures.parts_of_words(names))[i, j]],
        SIZES: measures.of_pairs(np.log1p(sizes), pairs),
    }
    if own is not None:
        values = np.array([values_of(own).get(name, np.nan) for name in names])
        held[own_name(label_of(own))] = measures.of_pairs(values, pairs)
    return held | {EVERYTHING: [column for columns in held.values() for column in columns]}


def _of_tokens(library: Library, run_id: str, ratings: Ratings) -> list[np.ndarray]:
    ids = _tokens(library, run_id)
    if ids is None:
        raise InputError(
            "The tokens of the words are not known.", f"Keep them: explorer tokens {run_id[:8]}"
        )
    pairs = words_of(human_pairs(library, run_id, ratings))
    i, j = pairs.T
    numbers = np.array([len(row) for row in ids], float)
    shared = measures.set_overlap([frozenset(row) for row in ids])[i, j]
    return [shared, *measures.of_pairs(numbers, pairs)]


def _tokens(library: Library, run_id: str) -> list[list[int]] | None:
    return read_tokens(tokens_path(library.folder, run_id), library.run(run_id).request.concepts)


@remembered(64)
def _frequency(library: Library, run_id: str) -> np.ndarray:
    stored = library.words(run_id).groupby("concept")["text"].agg(list)
    names = concepts(library, run_id)["word"].tolist()
    return measures.word_frequency({word: stored.get(word, []) for word in names})

"""A map of all runs: near are those that find the same pairs of concepts similar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import Experts
from explorer.measure.compare import FEWEST_CONCEPTS, of_pairs
from explorer.measure.scaling import grown, stress
from explorer.measure.statistics.correlation import standardised
from explorer.results.checkpoints import family_of, step_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs
from explorer.results.ratings import FEW
from explorer.results.reading import similarity
from explorer.results.selection import selection
from explorer.results.shared_words import shared_words
from explorer.results.view import View
from explorer.store.library import Library

HUMAN, WORDS = "human ratings", "shared words"
"""Landmarks: what a run may agree with that is no run."""
_MOST_WORDS, _FEWER_WORDS, _MANY_SETS = 200, 60, 10
"""Concepts whose pairs are correlated, fewer where runs have more different sets of
concepts than the last.
"""


@dataclass(frozen=True, eq=False)
class ModelMap:
    """Runs and landmarks in the plane.

    points: run (id; None for a landmark), label, family, step, x, y, rho (second-order
    similarity with the run that is looked at), alignment (with the ratings). stress:
    Kruskal's, of all distances. left_out: labels of runs with too few concepts in
    common with the others.
    """

    points: pd.DataFrame
    stress: float
    left_out: tuple[str, ...]
    n_words: int
    """Most concepts whose pairs were correlated."""


def model_map(view: View) -> ModelMap:
    """The map of all runs, with human ratings where the view has some.

    Runs enter in the order in which they were made, after the landmarks, so that a new
    one leaves the others about where they were.
    """
    runs = sorted(view.selection.runs, key=lambda run: (run.created, run.id))
    ids = tuple(run.id for run in runs)
    names, distances, n_words = _distances(view.library, ids, view.ratings, view.experts)
    drawn = _connected(distances)
    own = distances[np.ix_(drawn, drawn)]
    places = _places(view.library, ids, view.ratings, view.experts)
    by_id = {run.id: run for run in runs}
    me = names.index(view.run.id)
    human = names.index(HUMAN) if HUMAN in names else None
    rows = []
    for (x, y), k in zip(places, drawn, strict=True):
        run = by_id.get(names[k])
        align = np.nan if human is None or run is None else 1 - distances[k, human]
        rows.append((*_described(run, names[k]), x, y, 1 - distances[k, me], align))
    columns = ["run", "label", "family", "step", "x", "y", "rho", "alignment"]
    apart = set(names).difference(names[k] for k in drawn)
    missing = tuple(run.label for run in runs if run.id in apart)
    return ModelMap(pd.DataFrame(rows, columns=columns), stress(own, places), missing, n_words)


def _described(run: RunInfo | None, name: str) -> tuple[str | None, str, str, float]:
    if run is None:
        return None, name, name, np.nan
    start = run.request.checkpoint.random_init is not None
    family = f"{family_of(run)} · random init" * start or family_of(run)
    return run.id, run.label, family, step_of(run)


def _connected(distances: np.ndarray) -> np.ndarray:
    """Numbers of those that have a distance to another at least; not all of them need
    have one to each other.
    """
    return np.flatnonzero((~np.isnan(distances)).sum(1) > 1)


@remembered(8)
def _places(
    library: Library, ids: tuple[str, ...], ratings: Ratings | None, experts: Experts
) -> np.ndarray:
    """(n, 2) places of the landmarks and runs that have distances."""
    _, distances, _ = _distances(library, ids, ratings, experts)
    drawn = _connected(distances)
    return grown(distances[np.ix_(drawn, drawn)])


@remembered(8)
def _distances(
    library: Library, ids: tuple[str, ...], ratings: Ratings | None, experts: Experts
) -> tuple[list[str], np.ndarray, int]:
    """Names (landmarks, then ids), 1 − ρ of every two (NaN where not known), and the
    number of concepts used.
    """
    rho, n_words = _between_runs(library, ids, experts)
    marks = [WORDS] if ratings is None else [HUMAN, WORDS]
    names, n = [*marks, *ids], len(marks)
    every = np.full((len(names), len(names)), np.nan)
    every[n:, n:] = rho
    speaker = selection(library).default
    assert speaker is not None
    lexical = shared_words(library, speaker)
    columns = []
    for run_id in ids:
        overlap = similarity(library, run_id, experts)
        words = _with_words(library, run_id, overlap, speaker.id, lexical)
        people = [] if ratings is None else [_with_people(library, run_id, overlap, ratings)]
        columns.append([*people, words])
    every[:n, n:] = np.array(columns).T
    every[n:, :n] = every[:n, n:].T
    if ratings is not None:
        every[0, 1] = every[1, 0] = _with_people(library, speaker.id, lexical, ratings)
    np.fill_diagonal(every, 1.0)
    return names, np.clip(1 - every, 0.0, None), n_words


def _with_people(library: Library, run_id: str, matrix: np.ndarray, ratings: Ratings) -> float:
    """ρ with human ratings over the rated pairs of a run."""
    pairs = human_pairs(library, run_id, ratings)
    if len(pairs) < FEW:
        return np.nan
    values = matrix[pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)]
    return _rho(values, pairs["score"].to_numpy(float))


def _with_words(
    library: Library, run_id: str, overlap: np.ndarray, speaker: str, lexical: np.ndarray
) -> float:
    """ρ with the words that the sentences of the default run share."""
    mine, others = (library.run(r).request.concepts for r in (run_id, speaker))
    place = {word: k for k, word in enumerate(others)}
    rows = [(k, place[word]) for k, word in enumerate(mine) if word in place]
    if len(rows) < FEWEST_CONCEPTS:
        return np.nan
    own, there = (list(part) for part in zip(*rows, strict=True))
    return _rho(of_pairs(overlap[np.ix_(own, own)]), of_pairs(lexical[np.ix_(there, there)]))


def _rho(a: np.ndarray, b: np.ndarray) -> float:
    return float(standardised(a) @ standardised(b))


@remembered(8)
def _between_runs(
    library: Library, ids: tuple[str, ...], experts: Experts
) -> tuple[np.ndarray, int]:
    """(n, n) second-order similarity of runs, NaN where they share too few concepts;
    and the number of concepts used at most.

    The work is bounded: of many concepts those that most runs have are used.
    """
    requests = [library.run(run_id).request for run_id in ids]
    sets = Counter(frozenset(request.concepts) for request in requests)
    most = _MOST_WORDS if len(sets) <= _MANY_SETS else _FEWER_WORDS
    used_by = Counter(word for words, n in sets.items() for word in [*words] * n)
    chosen = {
        words: sorted(sorted(words, key=lambda word: (-used_by[word], word))[:most])
        for words in sets
    }
    matrices: dict[str, np.ndarray] = {}
    members: dict[frozenset[str], list[int]] = {}
    for k, (run_id, request) in enumerate(zip(ids, requests, strict=True)):
        words = frozenset(request.concepts)
        members.setdefault(words, []).append(k)
        rows = [request.concepts.index(word) for word in chosen[words]]
        matrix = similarity(library, run_id, experts)
        matrices[run_id] = matrix[np.ix_(rows, rows)].astype(np.float32)
    rho = np.full((len(ids), len(ids)), np.nan)
    groups = list(members)
    place = {words: {word: k for k, word in enumerate(chosen[words])} for words in groups}
    for g, first in enumerate(groups):
        for second in groups[g:]:
            both = [word for word in chosen[first] if word in place[second]]
            if len(both) < FEWEST_CONCEPTS:
                continue
            ends = []
            for words in (first, second):
                rows = [place[words][word] for word in both]
                own = [of_pairs(matrices[ids[k]][np.ix_(rows, rows)]) for k in members[words]]
                ends.append(standardised(np.array(own)))
            block = np.clip(ends[0] @ ends[1].T, -1.0, 1.0)
            rho[np.ix_(members[first], members[second])] = block
            rho[np.ix_(members[second], members[first])] = block.T
    return rho, max(map(len, chosen.values()))

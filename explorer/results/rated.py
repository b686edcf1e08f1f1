"""The rated pairs of a run: those in its file, and those that came later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from explorer.core.errors import ExplorerError
from explorer.core.ratings import Ratings
from explorer.core.records import HumanPair, RunInfo
from explorer.probes import human as published
from explorer.probes.datasets import DATASETS, DEFAULT
from explorer.probes.kept import Kept, asked_for, kept_files, label_of, pairs_of
from explorer.results.memo import remembered
from explorer.store.library import Library

COLUMNS = ["dataset", "split", "word1", "word2", "score", "i", "j"]


def human_pairs(library: Library, run_id: str, ratings: Ratings | None = None) -> pd.DataFrame:
    """dataset, split, word1, word2, score, i, j of the rated pairs that the run covers.

    i, j: concept ids. ratings: None for all. A run file is never written again, and
    ratings need no model: a file that is kept beside the runs counts for every run, and
    published ratings count once they are at hand: the usual ones where they could not
    be had when the run was made or were asked for later, the others in any case.
    """
    late = tuple(name for name in DATASETS if published.at_hand(name))
    every = _joined(library, run_id, kept_files(), late, asked_for(run_id))
    if ratings is None:
        return every
    mine = every["dataset"] == ratings.dataset
    if ratings.split is not None:
        mine &= every["split"] == ratings.split
    return every[mine].reset_index(drop=True)


@remembered(128)
def _joined(
    library: Library,
    run_id: str,
    kept: tuple[Kept, ...],
    late: tuple[str, ...],
    asked: tuple[str, ...],
) -> pd.DataFrame:
    stored = library.human_pairs(run_id)
    number = {word: k for k, word in enumerate(library.concepts(run_id)["word"])}
    parts = [stored]
    asked_then = set(library.skipped_ratings(run_id))
    missed = (asked_then | {*asked} | set(DATASETS) - set(DEFAULT)) - set(stored["dataset"])
    parts += [_covered(_published(name), name, number) for name in late if name in missed]
    for file in kept:
        rows = _covered(pairs_of(file), label_of(file), number)
        twins = stored[stored["dataset"] == Path(file[0]).stem]
        if not _same(rows, twins):
            parts.append(rows)
    # A part without rows has no numbers, and would make objects of those of the others.
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else next(iter(parts), stored)


def words_of(pairs: pd.DataFrame) -> np.ndarray:
    """(pairs, 2) concept ids of the words of rated pairs."""
    return np.asarray(pairs[["i", "j"]], int)


def own_files(library: Library, run: RunInfo, dataset: str) -> list[Kept]:
    """The files of ratings of this name that are kept: what came later, or what the run
    was given, which has as many pairs, and all those the run holds.
    """
    columns = human_pairs(library, run.id, Ratings(dataset))[["word1", "word2", "score"]]
    stored = set(columns.itertuples(index=False, name=None))
    files = []
    for file in kept_files():
        pairs = pairs_of(file) if Path(file[0]).stem == dataset else ()
        same_size = len(pairs) == run.human.get(dataset, {}).get("pairs")
        given = same_size and stored <= {(p.word1, p.word2, p.score) for p in pairs}
        if label_of(file) == dataset or given:
            files.append(file)
    return files


def _published(name: str) -> tuple[HumanPair, ...]:
    try:
        return tuple(published.load(name))
    except ExplorerError:
        return ()


def _covered(pairs: tuple[HumanPair, ...], dataset: str, number: dict[str, int]) -> pd.DataFrame:
    rows = [
        (dataset, p.split, p.word1, p.word2, p.score, number[p.word1], number[p.word2])
        for p in pairs
        if p.word1 in number and p.word2 in number
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _same(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    columns = ["word1", "word2", "score"]
    one, two = (set(t[columns].itertuples(index=False, name=None)) for t in (a, b))
    return one == two

"""Odd-one-out judgements that a run can be compared with."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.core.errors import ExplorerError
from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import Experts, similarities
from explorer.measure.triplets import Agreement, agreement, odd_one_out
from explorer.probes.kept import Kept
from explorer.probes.triplets import Triplet, are_triplets, read_triplets
from explorer.results.memo import remembered
from explorer.results.rated import own_files
from explorer.results.reading import similarity
from explorer.store.library import Library


def triplets_of(library: Library, run: RunInfo, ratings: Ratings) -> Kept | None:
    """The file of triplets that ratings were made of; None where they were not, or
    where it is not on this machine.
    """
    files = own_files(library, run, ratings.dataset)
    return next((file for file in files if are_triplets(Path(file[0]))), None)


def odd_ones(
    library: Library, runs: Sequence[RunInfo], file: Kept, experts: Experts
) -> pd.DataFrame:
    """run, label, representation, accuracy, low, high, p, n_triplets, n_answers: how
    often each representation picks the odd one as people do, over the triplets whose
    three words are concepts of a run.
    """
    rows = []
    for run in runs:
        words, answers = _covered(library, run.id, file)
        for of in similarities(experts):
            result = odd_one_out(similarity(library, run.id, of), words, answers)
            named = {"run": run.id, "label": run.label, "representation": of.name}
            rows.append(named | vars(result))
    return pd.DataFrame(rows)


def agreement_on(library: Library, run: RunInfo, file: Kept) -> Agreement:
    """How far people agree on the triplets that a run covers."""
    return agreement(_covered(library, run.id, file)[1])


@remembered(32)
def _covered(library: Library, run_id: str, file: Kept) -> tuple[np.ndarray, np.ndarray]:
    """(triplets, 3) concept ids and answers."""
    number = {word: k for k, word in enumerate(library.concepts(run_id)["word"])}
    covered = [t for t in _read(file) if all(word in number for word in t.words)]
    words = [[number[word] for word in t.words] for t in covered]
    answers = [t.answers for t in covered]
    return np.array(words, int).reshape(-1, 3), np.array(answers, int).reshape(-1, 3)


@functools.lru_cache(8)
def _read(file: Kept) -> tuple[Triplet, ...]:
    try:
        return tuple(read_triplets(Path(file[0])))
    except (ExplorerError, OSError):
        return ()

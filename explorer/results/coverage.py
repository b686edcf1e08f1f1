"""Rated pairs that a run cannot speak of, because a word is none of its concepts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from explorer.core.errors import ExplorerError
from explorer.core.ratings import Ratings
from explorer.core.records import HumanPair, RunInfo
from explorer.probes import human as human_data
from explorer.probes.datasets import DATASETS
from explorer.probes.kept import pairs_of
from explorer.results.rated import human_pairs, own_files
from explorer.store.library import Library


@dataclass(frozen=True)
class Coverage:
    """Of the pairs of a set of ratings, those whose two words are concepts of a run,
    and the others.
    """

    covered: int
    total: int | None
    """None where only the run file is at hand and it counts the splits together."""
    missing: pd.DataFrame | None
    """word1, word2, score, split, without a probe set; None where the ratings are not
    on this machine.
    """
    note: str = ""
    """Why something is unknown."""

    @property
    def text(self) -> str:
        """ "302 of 1,000 pairs covered"."""
        of = "" if self.total is None else f" of {self.total:,}"
        return f"{self.covered:,}{of} pairs covered"


def coverage(library: Library, run: RunInfo, ratings: Ratings) -> Coverage:
    """How much of a set of ratings a run covers; never fetches anything."""
    counts = run.human.get(ratings.dataset, {})
    covered = len(human_pairs(library, run.id, ratings))
    pairs, note = _ratings(library, run, ratings.dataset)
    if pairs is None:
        one_split = ratings.split is None or counts.get("covered") == covered
        total = counts.get("pairs") if one_split else None
        known = (
            f"{counts.get('covered', covered):,} of {counts['pairs']:,}"
            if "pairs" in counts
            else ""
        )
        all_of = f" The run covers {known} pairs of {ratings.dataset}." if known else ""
        return Coverage(covered, total, None, note + all_of)
    wanted = [pair for pair in pairs if ratings.split in (None, pair.split)]
    return Coverage(covered, len(wanted), _missing(wanted, frozenset(run.request.concepts)))


def _missing(pairs: list[HumanPair], concepts: frozenset[str]) -> pd.DataFrame:
    rows = [
        {
            "word1": pair.word1,
            "word2": pair.word2,
            "score": pair.score,
            "split": pair.split,
            "without a probe set": ", ".join(
                word for word in (pair.word1, pair.word2) if word not in concepts
            ),
        }
        for pair in pairs
        if not concepts.issuperset((pair.word1, pair.word2))
    ]
    return pd.DataFrame(rows, columns=["word1", "word2", "score", "split", "without a probe set"])


def _ratings(library: Library, run: RunInfo, dataset: str) -> tuple[list[HumanPair] | None, str]:
    """All pairs of a set of ratings, where it lies on this machine; else the sentence
    that says it does not.
    """
    if dataset in DATASETS:
        if human_data.at_hand(dataset):
            try:
                return human_data.load(dataset), ""
            except ExplorerError as error:
                return None, f"The pairs that are not covered cannot be listed: {error.what}"
        return None, (
            f"The ratings of {dataset} are not on this machine, so the pairs that are not "
            "covered cannot be listed. They are fetched with the first extraction."
        )
    files = own_files(library, run, dataset)
    if not files:
        return None, (
            f"The file “{dataset}.csv” is not in the cache of this machine, so the pairs that "
            "are not covered cannot be listed."
        )
    return list(pairs_of(files[0])), ""

"""Tables of finished run files: attached READ_ONLY, never locked, never written."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.tau import TAUS
from explorer.store import queries
from explorer.store.folder import RunFolder


class Library(RunFolder):
    """What can be read of the finished runs of a folder.

    Reading raises RunFileError for an unknown or damaged run and InputError for a word
    or τ that the run does not have.
    """

    def concepts(self, run_id: str) -> pd.DataFrame:
        """word, domain (or None), experts (mean over folds at tau 0.5), in the order of
        concept ids.
        """
        found = self._query(run_id, queries.VIEWS["concepts"], [tau_index(TAUS[0])])
        return found.assign(
            domain=found["domain"].astype(object).where(found["domain"].notna(), None)
        )

    def modules(self, run_id: str) -> pd.DataFrame:
        """name, layer, kind, width, first_unit, in the order of the units."""
        return self._query(
            run_id, "SELECT name, layer, kind, width, first_unit FROM {run}.modules ORDER BY module"
        )

    def human_pairs(
        self, run_id: str, dataset: str | None = None, split: str | None = None
    ) -> pd.DataFrame:
        """dataset, split, word1, word2, score, i, j; i and j are concept ids."""
        return self._query(run_id, queries.VIEWS["human_pairs"], [dataset, split])

    def skipped_ratings(self, run_id: str) -> tuple[str, ...]:
        """Names of the human ratings that were asked for and could not be had."""
        query = "SELECT value FROM {run}.meta WHERE key = 'human_skipped'"
        values = self._query(run_id, query)["value"]
        return tuple(map(str, json.loads(values.iloc[0]))) if len(values) else ()

    def taus(self, run_id: str) -> np.ndarray:
        """The tau grid."""
        taus = self._query(run_id, "SELECT tau FROM {run}.taus ORDER BY tau_index")["tau"]
        return np.asarray(taus, np.float64)

    def pair_overlap(self, run_id: str, tau: float) -> np.ndarray:
        """(concepts, concepts) overlap at a tau of the grid, mean over folds; the
        diagonal is 1.
        """
        n = len(self.run(run_id).request.concepts)
        query = "SELECT a, b, overlap FROM {run}.pair_overlap WHERE tau_index = ?"
        found = self._query(run_id, query, [tau_index(tau)])
        return _symmetric(found, np.zeros((n, n)), ())

    def pair_overlap_grid(self, run_id: str) -> np.ndarray:
        """(taus, concepts, concepts) overlap, mean over folds; the diagonal is 1."""
        n = len(self.run(run_id).request.concepts)
        found = self._query(run_id, "SELECT a, b, tau_index, overlap FROM {run}.pair_overlap")
        return _symmetric(found, np.zeros((len(TAUS), n, n)), (found["tau_index"].to_numpy(),))

    def overlap_of_pair(self, run_id: str, a: int, b: int) -> np.ndarray:
        """(taus,) overlap of two concepts, a < b, mean over folds."""
        query = "SELECT overlap FROM {run}.pair_overlap WHERE a = ? AND b = ? ORDER BY tau_index"
        return np.asarray(self._query(run_id, query, [a, b])["overlap"], np.float64)

    def fold_overlap(self, run_id: str) -> pd.DataFrame:
        """word, fold_a, fold_b, tau, overlap, shared_positive, shared_negative (Jaccard
        of the sentences).
        """
        return self._query(run_id, queries.QUERIES["fold_overlap"])

    def set_sizes(self, run_id: str) -> pd.DataFrame:
        """word, fold, tau, size."""
        return self._query(run_id, queries.QUERIES["set_sizes"])

    def embeddings(self, run_id: str, kind: str) -> np.ndarray:
        """(folds, concepts, hidden); kind "word" has one fold, "sentence" as many as
        the run.
        """
        query = "SELECT vector FROM {run}.embeddings WHERE kind = ? ORDER BY fold, concept"
        vectors = self._query(run_id, query, [kind])["vector"]
        if vectors.empty:
            raise InputError(f"embedding: got {kind}, expected word or sentence.")
        n_concepts = len(self.run(run_id).request.concepts)
        return np.stack(list(vectors)).reshape(-1, n_concepts, len(vectors.iloc[0]))

    def experts(self, run_id: str, word: str, tau: float = 0.5) -> pd.DataFrame:
        """module, layer, kind, index, ap (mean over the folds in which it is an
        expert), folds (their number).
        """
        floor = self.run(run_id).request.ap_floor
        if tau < floor:
            raise InputError(
                f"tau: got {tau:g}, expected at least {floor:g}, the AP floor of the run."
            )
        return self._query(run_id, queries.VIEWS["experts"], [self._concept(run_id, word), tau])

    def expert_rows(self, run_id: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(concepts, folds) numbers of units above the AP floor; and the id and the AP
        of each, by concept, fold and unit.
        """
        request = self.run(run_id).request
        counts = "SELECT concept, fold, count(*) AS n FROM {run}.experts GROUP BY concept, fold"
        found = self._query(run_id, counts)
        sizes = np.zeros((len(request.concepts), request.folds), np.int64)
        sizes[found["concept"], found["fold"]] = found["n"]
        # The file holds them in this order, which was checked when it was first seen;
        # sorting millions would take most of the time, and a table another copy.
        rows = self._arrays(run_id, "SELECT unit, ap FROM {run}.experts")
        return sizes, rows["unit"], rows["ap"]

    def first_set(self, run_id: str, concept: int, tau: float) -> np.ndarray:
        """The experts of a concept in the first fold, ascending."""
        found = self._query(run_id, queries.VIEWS["first_set"], [concept, tau])
        return np.asarray(found["unit"], np.int64)

    def sizes_and_shared(
        self, run_id: str, units: np.ndarray, tau: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """(concepts,) sizes of all expert sets of the first fold, and how many of these
        units each has. Only these units are read.
        """
        n = len(self.run(run_id).request.concepts)
        sizes, shared = np.zeros(n, np.int64), np.zeros(n, np.int64)
        query = "SELECT concept, size FROM {run}.set_sizes WHERE fold = 0 AND tau_index = ?"
        rows = self._query(run_id, query, [tau_index(tau)])
        sizes[rows["concept"]] = rows["size"]
        rows = self._query(run_id, queries.VIEWS["shared"], [tau, units.tolist()])
        shared[rows["concept"]] = rows["n"]
        return sizes, shared

    def sentences(self, run_id: str, word: str) -> pd.DataFrame:
        """text, source and folds (in how many it was drawn) of the positive sentences
        of a concept. Raises InputError where they were withheld.
        """
        self._check_texts(run_id)
        return self._query(run_id, queries.VIEWS["sentences"], [self._concept(run_id, word)])

    def texts(self, run_id: str) -> list[str]:
        """The text of every sentence that the run forwarded, by its number. Raises
        InputError where they were withheld.
        """
        self._check_texts(run_id)
        query = "SELECT text FROM {run}.sentences ORDER BY sentence"
        return list(map(str, self._query(run_id, query)["text"]))

    def drawn(self, run_id: str) -> list[list[tuple[np.ndarray, np.ndarray]]]:
        """Per concept and fold, the numbers of its positive and negative sentences."""
        query = "SELECT positive, negative FROM {run}.draws ORDER BY concept, fold"
        rows = self._query(run_id, query)
        pairs = list(zip(rows["positive"], rows["negative"], strict=True))
        folds = self.run(run_id).request.folds
        return [pairs[i : i + folds] for i in range(0, len(pairs), folds)]

    def ap_histogram(self, run_id: str, word: str | None = None) -> pd.DataFrame:
        """layer, kind, bin_low, count of units by AP in 20 bins, summed over folds (and
        concepts).
        """
        return self._query(
            run_id,
            queries.VIEWS["ap_histogram"],
            [None if word is None else self._concept(run_id, word)],
        )

    def export(self, run_id: str, table: str) -> pd.DataFrame:
        """A whole table with names in place of ids. Raises InputError for an unknown
        table, and for sentences that were withheld.
        """
        if table not in queries.QUERIES:
            raise InputError(
                f"There is no table “{table}”.", f"Tables: {', '.join(queries.QUERIES)}."
            )
        if table == "sentences":
            self._check_texts(run_id)
        return self._query(run_id, queries.QUERIES[table])

    def words(self, run_id: str) -> pd.DataFrame:
        """concept, text, source of all sentences, for what counts a concept's words:
        where the sentences were withheld a text holds words of several.
        """
        return self._query(run_id, queries.QUERIES["sentences"])

    def _check_texts(self, run_id: str) -> None:
        if self.run(run_id).withheld:
            raise InputError(
                "The sentences of this run were left out when it was handed on.",
                "Ask for the run with its sentences, or extract it anew.",
            )

    def _concept(self, run_id: str, word: str) -> int:
        concepts = self.run(run_id).request.concepts
        if word not in concepts:
            raise InputError(
                f"“{word}” is not a concept of this run.", f"It has {len(concepts)} concepts."
            )
        return concepts.index(word)


def tau_index(tau: float) -> int:
    """Position of a tau on the grid. Raises InputError when it is not on it."""
    found = np.flatnonzero(np.isclose(TAUS, tau, atol=1e-6))
    if not len(found):
        raise InputError(
            f"tau: got {tau:g}, expected one of {', '.join(f'{t:.2f}' for t in TAUS)}."
        )
    return int(found[0])


def _symmetric(found: pd.DataFrame, grid: np.ndarray, layer: tuple[np.ndarray, ...]) -> np.ndarray:
    a, b, overlap = (found[c].to_numpy() for c in ("a", "b", "overlap"))
    grid[(*layer, a, b)] = grid[(*layer, b, a)] = overlap
    diagonal = np.arange(grid.shape[-1])
    grid[..., diagonal, diagonal] = 1.0
    return grid

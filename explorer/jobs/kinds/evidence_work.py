"""The work of collecting evidence: from a run's sentences to a file of responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core.evidence import ConceptEvidence
from explorer.core.records import RunInfo
from explorer.jobs.kind import Context
from explorer.jobs.kinds.evidence_answers import Answers, joined, strongest
from explorer.jobs.progress import Progress
from explorer.measure.evidence.beyond_context import beyond_context
from explorer.measure.precision_recall import area, precision_recall
from explorer.measure.surface import context_words
from explorer.probes.sampling import rng
from explorer.results.experts import module_rows, modules, stored_experts
from explorer.results.library import open_library
from explorer.store.evidence import write_evidence

Folds = Sequence[tuple[np.ndarray, np.ndarray]]
"""Per fold, the numbers of the positive and of the negative sentences."""
_TOKEN_BYTES = 400_000_000
"""Of the pool's token responses in memory at a time; concepts beyond take another
pass."""


@dataclass(frozen=True, eq=False)
class _Chosen:
    """The units of a concept."""

    concept: int
    units: np.ndarray
    expert: np.ndarray


def collect(
    run: RunInfo, words: Sequence[str], n_units: int, seed: int, path: Path, context: Context
) -> None:
    """Forward the sentences of some concepts and keep what their chosen units answer.

    The negative pool is forwarded once for as many concepts as memory holds. Raises
    ExplorerError, and Cancelled soon after the user asked to stop.
    """
    context.report(Progress("loading model", 0, 0, None, f"Loading {run.label}"))
    work = _Work(run, words, n_units, seed, context)
    write_evidence(
        path,
        run.id,
        work.parts(),
        lambda: {"greatest_error": work.greatest_error, "units": n_units, "seed": seed},
    )
    context.tell(
        f"Finished: {path.name}, {path.stat().st_size / 1e6:.1f} MB. AP from these responses "
        f"differs from the run's by {work.greatest_error:.1e} at most."
    )


def sentences_of(run: RunInfo, words: Sequence[str]) -> tuple[int, int]:
    """How many sentences are forwarded for some concepts of a run, and about how many
    words they have.
    """
    library = open_library()
    draws, texts = library.drawn(run.id), library.texts(run.id)
    pool = _forwarded_first(draws, len(texts))
    numbers = {run.request.concepts.index(word) for word in words}
    own = [np.setdiff1d(_positives(draws[number]), pool) for number in sorted(numbers)]
    n = len(pool) + sum(map(len, own))
    mean = float(np.mean([len(text.split()) for text in texts[:: max(1, len(texts) // 500)]]))
    return n, round(n * mean)


class _Work:
    def __init__(
        self, run: RunInfo, words: Sequence[str], n_units: int, seed: int, context: Context
    ) -> None:
        from explorer.models.checkpoints import load_checkpoint

        self._run, self._context = run, context
        self._library = open_library()
        self._draws = self._library.drawn(run.id)
        self._texts = self._library.texts(run.id)
        numbers = sorted(run.request.concepts.index(word) for word in set(words))
        self._chosen = [self._choose(number, n_units, seed) for number in numbers]
        self._loaded = load_checkpoint(run.request.checkpoint, run.request.dtype, context.tell)
        self._done, self._pool = 0, _forwarded_first(self._draws, len(self._texts))
        self._total = len(self._pool) * len(self._groups()) + sum(
            len(self._fresh(chosen.concept)) for chosen in self._chosen
        )
        self.greatest_error = 0.0

    def parts(self) -> Iterator[ConceptEvidence]:
        """The evidence of one concept after the other."""
        for group in self._groups():
            units = np.unique(np.concatenate([chosen.units for chosen in group]))
            pool = self._responses(self._pool, units)
            for chosen in group:
                yield self._concept(chosen, units, pool)

    def _groups(self) -> list[list[_Chosen]]:
        tokens = 25 * len(self._pool)
        most = max(1, _TOKEN_BYTES // (4 * tokens * max(len(c.units) for c in self._chosen)))
        return [self._chosen[i : i + most] for i in range(0, len(self._chosen), most)]

    def _choose(self, concept: int, n_units: int, seed: int) -> _Chosen:
        """The units of highest mean AP, and as many others of the same modules."""
        best = stored_experts(self._library, self._run.id).strongest(concept, n_units)
        places = modules(self._library, self._run.id)
        first, width = (places[c].to_numpy(np.int64) for c in ("first_unit", "width"))
        draw = rng(seed, self._run.id, concept, "units")
        others: set[int] = set()
        for module in module_rows(places, best):
            free = np.setdiff1d(np.arange(first[module], first[module] + width[module]), best)
            free = np.setdiff1d(free, list(others))
            if len(free):
                others.add(int(draw.choice(free)))
        units = np.union1d(best, np.array(sorted(others), np.int64))
        return _Chosen(concept, units, np.isin(units, best))

    def _fresh(self, concept: int) -> np.ndarray:
        return np.setdiff1d(_positives(self._draws[concept]), self._pool)

    def _responses(self, ids: np.ndarray, units: np.ndarray) -> Answers:
        from explorer.extract.token_responses import token_responses

        def advance(n: int) -> None:
            self._context.check()
            self._done += n
            message = f"{self._done:,} of {self._total:,} sentences"
            self._context.report(Progress("forwarding", self._done, self._total, None, message))

        found = token_responses(
            self._loaded,
            [self._texts[i] for i in ids],
            units,
            self._run.request.pooling,
            advance,
        )
        return Answers(ids, found.pooled, found.tokens, found.spans)

    def _concept(self, chosen: _Chosen, units: np.ndarray, pool: Answers) -> ConceptEvidence:
        columns = np.searchsorted(units, chosen.units)
        own = self._responses(self._fresh(chosen.concept), chosen.units)
        folds = self._draws[chosen.concept]
        positive = _positives(folds)
        negative = np.unique(np.concatenate([n for _, n in folds]))
        sentences = np.union1d(positive, negative)
        answers = joined(pool.columns(columns), own)
        rows = np.array([answers.row[int(i)] for i in sentences])
        pooled = answers.pooled[rows]
        self._compare(chosen, sentences, pooled)
        kept = set(positive.tolist()) | strongest(pooled, sentences, negative)
        return ConceptEvidence(
            chosen.concept,
            chosen.units,
            chosen.expert,
            sentences,
            pooled,
            {i: answers.tokens[answers.row[i]] for i in kept},
            {i: answers.spans[answers.row[i]] for i in kept},
            beyond_context(
                context_words(
                    self._run.request.concepts[chosen.concept],
                    [self._texts[i] for i in sentences],
                ),
                np.isin(sentences, positive),
                pooled,
                chosen.expert,
            ),
        )

    def _compare(self, chosen: _Chosen, sentences: np.ndarray, pooled: np.ndarray) -> None:
        """The greatest difference of an AP from what the run holds."""
        table = stored_experts(self._library, self._run.id)
        for fold, (positive, negative) in enumerate(self._draws[chosen.concept]):
            rows = table.rows(chosen.concept, fold)
            known = dict(zip(table.unit[rows].tolist(), table.ap[rows].tolist(), strict=True))
            sides = [np.isin(sentences, ids) for ids in (positive, negative)]
            for column, unit in enumerate(chosen.units.tolist()):
                if unit in known:
                    values = pooled[:, column]
                    _, precision, recall = precision_recall(*(values[side] for side in sides))
                    error = abs(area(precision, recall) - known[unit])
                    self.greatest_error = max(self.greatest_error, error)


def _positives(folds: Folds) -> np.ndarray:
    return np.unique(np.concatenate([positive for positive, _ in folds]))


def _forwarded_first(draws: Sequence[Folds], n_sentences: int) -> np.ndarray:
    """What an extraction forwards before any concept: the negative pool, and what
    several concepts have as positives.
    """
    ids, counts = np.unique(np.concatenate(list(map(_positives, draws))), return_counts=True)
    negatives = np.unique(np.concatenate([n for folds in draws for _, n in folds]))
    undrawn = np.setdiff1d(np.arange(n_sentences), np.union1d(ids, negatives))
    return np.unique(np.concatenate([negatives, undrawn, ids[counts > 1]]))

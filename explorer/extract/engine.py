"""Extraction: from requests and a probe set to the results of each concept."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
import torch

from explorer.core import settings
from explorer.core.errors import ExplorerError
from explorer.core.records import ConceptResult, Module, Sentence
from explorer.core.request import RunRequest
from explorer.extract.cells import Cell, common_request
from explorer.extract.ranking.pool import Ranking
from explorer.extract.response_store import allocate
from explorer.extract.responses import forward, word_embeddings
from explorer.models.architectures import n_units
from explorer.models.batching import tokenize, without_long
from explorer.models.checkpoints import Loaded, load_checkpoint
from explorer.probes.probe_set import ProbeSet
from explorer.probes.sampling import JointPlan, join, plan

BINS = 20
CHECKED_AT_ONCE = 10_000
"""Sentences whose tokens are in memory at once while they are checked."""
Progress = Callable[[int, int], None]


class Extraction:
    """Holds the model and the negative pool of one run, or of several that differ in
    their sets only.

    Every distinct sentence is forwarded once, whatever number of runs, concepts and
    folds use it: those of the negative pool and those that are positives of several
    concepts in `prepare`, the others with their concept. What a concept yields does not
    depend on which concepts were done before it, so a resumed run equals an
    uninterrupted one.
    """

    def __init__(
        self,
        requests: Sequence[RunRequest],
        probe_set: ProbeSet,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Draw the sets and load the model.

        Raises InputError when the requests cannot share their forward passes
        or a sentence is one the model cannot read, SentencesError before the model is
        touched, ModelError.
        """
        self.request = common_request(requests)
        self._draw(requests, probe_set.sentences)
        self.loaded: Loaded = load_checkpoint(self.request.checkpoint, self.request.dtype, tell)
        if self.request.drops_long:
            self._draw(requests, without_long(self.loaded, probe_set.sentences, tell))
        self._check_sentences()
        self._ranking: Ranking | None = None
        self._threads = torch.get_num_threads()
        self._scratch = settings.cache_dir() / "scratch"

    def _draw(
        self, requests: Sequence[RunRequest], sentences: Mapping[str, Sequence[Sentence]]
    ) -> None:
        self.cells = [Cell(request, plan(request, sentences)) for request in requests]
        self._plan: JointPlan = join([cell.plan for cell in self.cells])

    @property
    def modules(self) -> list[Module]:
        """The unit-bearing modules."""
        return self.loaded.modules

    @property
    def n_sentences(self) -> int:
        """How many sentences are forwarded in all."""
        return len(self._plan.sentences)

    @property
    def commit(self) -> str | None:
        """Commit hash of the checkpoint, where known."""
        return self.loaded.commit

    @property
    def versions(self) -> dict[str, str]:
        """Versions of what the numbers depend on."""
        names = ("torch", "transformers", "tokenizers", "numpy", "numba")
        device = self.loaded.model.device.type
        return {name: importlib.metadata.version(name) for name in names} | {
            "python": platform.python_version(),
            "device": device,
            "threads": str(self._threads),
        }

    def _check_sentences(self) -> None:
        """Refuse what the model cannot read now, and not after minutes of work."""
        texts = [sentence.text for sentence in self._plan.sentences]
        for start in range(0, len(texts), CHECKED_AT_ONCE):
            tokenize(self.loaded, texts[start : start + CHECKED_AT_ONCE], self.request.pooling)
        self._words = word_embeddings(self.loaded, self.request.concepts)

    def prepare(self, progress: Progress = lambda *_: None) -> None:
        """Forward the negative pool and the shared positives, and sort the pool once
        per unit.

        Raises ResourceError when the sorted pool fits neither in memory nor on the
        disk.
        """
        shared = self._shared()
        self._kept = self._allocate(len(shared))
        advance = _counter(progress, len(shared))
        self._kept_embeddings = self._forward(shared, self._kept, np.arange(len(shared)), advance)
        self._row = {int(sentence): row for row, sentence in enumerate(shared)}
        rows = np.array([self._row[int(i)] for i in self._plan.pool])
        self._ranking = Ranking(self._kept, rows, self._threads, self._scratch)

    def _shared(self) -> np.ndarray:
        positives = [self._plan.positives(concept) for concept in self.request.concepts]
        ids, counts = np.unique(np.concatenate(positives), return_counts=True)
        return np.union1d(self._plan.pool, ids[counts > 1])

    def concepts(
        self, skip: Collection[str] = (), progress: Progress = lambda *_: None
    ) -> Iterator[list[ConceptResult]]:
        """Results of every concept not in `skip`, in the order of the request, one for
        each cell.

        `progress` hears (sentences forwarded, sentences to forward) of the concept at
        hand.
        """
        for index, concept in enumerate(self.request.concepts):
            if concept not in skip:
                yield self._concept(index, concept, progress)

    def _concept(self, index: int, concept: str, progress: Progress) -> list[ConceptResult]:
        began = time.perf_counter()
        if self._ranking is None:
            raise ExplorerError("The negative pool is not there yet.", "Call prepare() first.")
        ids = self._plan.positives(concept)
        responses, embeddings = self._responses(ids, progress)
        folds = [fold for draws in self._plan.draws for fold in draws[concept]]
        positive = np.stack([np.isin(ids, drawn) for drawn, _ in folds], axis=1)
        negative = np.stack([np.isin(self._plan.pool, drawn) for _, drawn in folds], axis=1)
        ap = self._ranking.average_precision(negative, responses, positive)
        results, first, share = [], 0, len(self.cells)
        for cell in self.cells:
            own = slice(first, first + cell.request.folds)
            means = np.stack([embeddings[member].mean(0) for member in positive.T[own]])
            results.append(
                self._result(cell, index, ap[own], means, (time.perf_counter() - began) / share)
            )
            first = own.stop
        return results

    def _result(
        self, cell: Cell, index: int, ap: np.ndarray, embeddings: np.ndarray, seconds: float
    ) -> ConceptResult:
        units = [np.flatnonzero(fold > cell.request.ap_floor).astype(np.int32) for fold in ap]
        return ConceptResult(
            concept=self.request.concepts[index],
            units=units,
            aps=[fold[kept].astype(np.float32) for fold, kept in zip(ap, units, strict=True)],
            histogram=self._histogram(ap),
            sentence_embedding=embeddings,
            word_embedding=self._words[index],
            seconds=seconds,
        )

    def _responses(self, ids: np.ndarray, progress: Progress) -> tuple[torch.Tensor, np.ndarray]:
        """Responses and embeddings of sentences in the order of `ids`; those kept are
        not forwarded again.
        """
        kept = np.array([int(i) in self._row for i in ids])
        embeddings = np.empty((len(ids), self._kept_embeddings.shape[1]), np.float32)
        responses = self._allocate(len(ids))
        rows, places = np.array([self._row[int(i)] for i in ids[kept]], int), np.flatnonzero(kept)
        held = self._kept[torch.from_numpy(rows).to(self._kept.device)]
        responses.index_copy_(
            0, torch.from_numpy(places).to(responses.device), held.to(responses.device)
        )
        embeddings[kept] = self._kept_embeddings[rows]
        fresh = ids[~kept]
        embeddings[~kept] = self._forward(
            fresh, responses, np.flatnonzero(~kept), _counter(progress, len(fresh))
        )
        return responses, embeddings

    def _forward(
        self, ids: np.ndarray, out: torch.Tensor, rows: np.ndarray, advance: Callable[[int], None]
    ) -> np.ndarray:
        """Responses of sentences into rows of `out`; returns their embeddings."""
        # Another number of threads moves responses by an ulp: enough to break ties, and
        # to make a resumed run differ from an uninterrupted one.
        torch.set_num_threads(self._threads)
        texts = [self._plan.sentences[i].text for i in ids]
        return forward(
            self.loaded, texts, self.request.pooling, out=out, rows=rows, advance=advance
        )[1]

    def _allocate(self, rows: int) -> torch.Tensor:
        return allocate(rows, n_units(self.modules), self.loaded.model.device, self._scratch)

    def _histogram(self, ap: np.ndarray) -> np.ndarray:
        bins = np.minimum((ap * BINS).astype(np.int64), BINS - 1)
        counts = np.zeros((len(self.modules), BINS), np.int32)
        for row, module in zip(counts, self.modules, strict=True):
            row[:] = np.bincount(
                bins[:, module.offset : module.offset + module.width].ravel(), minlength=BINS
            )
        return counts


def _counter(progress: Progress, total: int) -> Callable[[int], None]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    return advance

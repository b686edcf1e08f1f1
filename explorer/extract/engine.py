"""One extraction: from a request and a probe set to the results of each concept."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Collection, Iterator

import numpy as np
import torch

from explorer.errors import ExplorerError, ResourceError
from explorer.extract.average_precision import SortedPool, average_precision, sort_pool
from explorer.extract.checkpoints import Loaded, load
from explorer.extract.responses import forward, word_embeddings
from explorer.probes.probe_set import ProbeSet
from explorer.probes.sampling import Plan, plan
from explorer.records import ConceptResult, Draws, Module, RunRequest, Sentence

BINS = 20
Progress = Callable[[int, int], None]


class Extraction:
    """Holds the model and the negative pool of one run.

    Every distinct sentence is forwarded once: those of the negative pool and those that are
    positives of several concepts in `prepare`, the others with their concept. What a concept
    yields does not depend on which concepts were done before it, so a resumed run equals an
    uninterrupted one.
    """

    def __init__(self, request: RunRequest, probe_set: ProbeSet, tell: Callable[[str], None] = lambda _: None) -> None:
        """Draw the sets and load the model. Raises SentencesError before the model is touched."""
        self.request = request
        self.plan: Plan = plan(request, probe_set.sentences)
        self.loaded: Loaded = load(request.checkpoint, request.dtype, tell)
        self._pool: SortedPool | None = None
        self._threads = torch.get_num_threads()

    @property
    def modules(self) -> list[Module]:
        """The unit-bearing modules."""
        return self.loaded.modules

    @property
    def sentences(self) -> list[Sentence]:
        """Every sentence that is forwarded; the draws' ids index it."""
        return list(self.plan.sentences)

    @property
    def draws(self) -> Draws:
        """Concept → per fold, positive and negative sentence ids."""
        return self.plan.draws

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

    def prepare(self, progress: Progress = lambda *_: None) -> None:
        """Forward the negative pool and the shared positives, and sort the pool once per unit."""
        shared = self._common()
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            progress(done, len(shared))

        texts = [self.plan.sentences[i].text for i in shared]
        try:
            self._kept, self._kept_embeddings = self._forward(texts, advance)
            self._row = {int(sentence): row for row, sentence in enumerate(shared)}
            self._pool = sort_pool(self._kept[[self._row[int(i)] for i in self.plan.pool]], self._threads)
        except MemoryError as error:
            raise ResourceError("The negative pool does not fit in memory.", "Lower N⁻.") from error
        self._words = word_embeddings(self.loaded, self.request.concepts)

    def _common(self) -> np.ndarray:
        positives = [self.plan.positives(concept) for concept in self.request.concepts]
        ids, counts = np.unique(np.concatenate(positives), return_counts=True)
        return np.union1d(self.plan.pool, ids[counts > 1])

    def concepts(self, skip: Collection[str] = (), progress: Progress = lambda *_: None) -> Iterator[ConceptResult]:
        """Results of every concept not in `skip`, in the order of the request.

        `progress` hears (sentences forwarded, sentences to forward) of the concept at hand.
        """
        for index, concept in enumerate(self.request.concepts):
            if concept not in skip:
                yield self._concept(index, concept, progress)

    def _concept(self, index: int, concept: str, progress: Progress) -> ConceptResult:
        began = time.perf_counter()
        if self._pool is None:
            raise ExplorerError("The negative pool is not there yet.", "Call prepare() first.")
        ids = self.plan.positives(concept)
        responses, embeddings = self._responses(ids, progress)
        folds = self.plan.draws[concept]
        positive = np.stack([np.isin(ids, drawn) for drawn, _ in folds], axis=1)
        negative = np.stack([np.isin(self.plan.pool, drawn) for _, drawn in folds], axis=1)
        ap = average_precision(self._pool, negative, responses, positive, self._threads)
        units = [np.flatnonzero(fold > self.request.ap_floor).astype(np.int32) for fold in ap]
        return ConceptResult(
            concept=concept,
            units=units,
            aps=[fold[kept].astype(np.float32) for fold, kept in zip(ap, units, strict=True)],
            histogram=self._histogram(ap),
            sentence_embedding=np.stack([embeddings[member].mean(0) for member in positive.T]),
            word_embedding=self._words[index],
            seconds=time.perf_counter() - began,
        )

    def _responses(self, ids: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        kept = np.array([int(i) in self._row for i in ids])
        fresh = [self.plan.sentences[i].text for i in ids[~kept]]
        responses = np.empty((len(ids), self._kept.shape[1]), np.float32)
        embeddings = np.empty((len(ids), self._kept_embeddings.shape[1]), np.float32)
        rows = [self._row[int(i)] for i in ids[kept]]
        responses[kept], embeddings[kept] = self._kept[rows], self._kept_embeddings[rows]
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            progress(done, len(fresh))

        responses[~kept], embeddings[~kept] = self._forward(fresh, advance)
        return responses, embeddings

    def _forward(self, texts: list[str], advance: Callable[[int], None]) -> tuple[np.ndarray, np.ndarray]:
        # Another number of threads moves responses by an ulp: enough to break ties, and to make a resumed run
        # differ from an uninterrupted one.
        torch.set_num_threads(self._threads)
        return forward(self.loaded, texts, self.request.pooling, advance=advance)

    def _histogram(self, ap: np.ndarray) -> np.ndarray:
        bins = np.minimum((ap * BINS).astype(np.int64), BINS - 1)
        counts = np.zeros((len(self.modules), BINS), np.int32)
        for row, module in zip(counts, self.modules, strict=True):
            row[:] = np.bincount(bins[:, module.offset : module.offset + module.width].ravel(), minlength=BINS)
        return counts

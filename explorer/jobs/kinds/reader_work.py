"""The work of a reader: load, calibrate, answer, wait."""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core import memory, settings
from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.core.records import RunInfo
from explorer.core.sentence import Question, Reading
from explorer.core.tau import Tau
from explorer.jobs.kind import Context
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.reader_calibration import calibrate, chosen_experts, negative_sentences
from explorer.jobs.problems import told_in_sentences
from explorer.jobs.progress import Progress
from explorer.measure.sentence import Calibration, Scorer
from explorer.models import catalog
from explorer.store import sentence
from explorer.store.calibration import calibration_path, read_calibration, write_calibration

if TYPE_CHECKING:
    from explorer.models.checkpoints import Loaded

LOADING, CALIBRATING, READY = "loading model", "calibrating", "ready"
IDLE_S = 600.0
"""How long models stay loaded after the last sentence."""
_POLL_S = 0.05
_MODELS, _FREE = 4, 2_000_000_000
"""Models that are kept, and the memory that must be free to keep any but the last."""


def serve(context: Context, idle_s: float = IDLE_S) -> None:
    """Answer questions in the order they came, until none has come for a while.

    Raises Cancelled soon after the user asked to stop.
    """
    folder, models = settings.readings_dir(), Readers(context)
    context.report(Progress(READY, 0, 0, None, "Ready for sentences"))
    last = time.monotonic()
    while time.monotonic() - last < idle_s:
        context.check()
        question = sentence.take(folder)
        if question is None:
            time.sleep(_POLL_S)
            continue
        sentence.answer(folder, question, _answer(models, question, context))
        context.report(Progress(READY, 0, 0, None, "Ready for sentences"))
        last = time.monotonic()


def _answer(models: Readers, question: Question, context: Context) -> Reading | ExplorerError:
    try:
        with told_in_sentences(context.log):
            return models.of(question.run, question.tau).read(question.text)
    except Cancelled:
        raise
    except ExplorerError as error:
        context.explain(error)
        return error


class Readers:
    """The models that were used last, each calibrated for a run at τ."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ready: OrderedDict[tuple[str, Tau], SentenceReader] = OrderedDict()

    def of(self, run_id: str, tau: Tau) -> SentenceReader:
        """Load and calibrate it where it is not ready."""
        key = run_id, tau
        if key not in self._ready:
            run = published_runs().get(run_id)
            if run is None:
                raise InputError(f"There is no finished run “{run_id}”.", "Choose another run.")
            if sentence := catalog.weights_changed(run):
                raise InputError(sentence)
            while self._ready and (len(self._ready) >= _MODELS or memory.free() < _FREE):
                self._ready.popitem(last=False)
            same = (m.loaded for (other, _), m in self._ready.items() if other == run_id)
            self._ready[key] = SentenceReader(run, tau, self._context, next(same, None))
        self._ready.move_to_end(key)
        return self._ready[key]


class SentenceReader:
    """A loaded model that knows what the experts of a run answer to negatives."""

    def __init__(self, run: RunInfo, tau: Tau, context: Context, loaded: Loaded | None) -> None:
        from explorer.models.checkpoints import load_checkpoint

        self._run, self._tau, self._context = run, tau, context
        if loaded is None:
            self._report(LOADING, f"Loading {run.label}")
            loaded = load_checkpoint(run.request.checkpoint, run.request.dtype, context.tell)
        self.loaded = loaded
        path = calibration_path(settings.readings_dir(), run.id, tau)
        kept = read_calibration(path, len(run.request.concepts), run.n_units)
        self._calibration = kept or self._calibrated(path)
        own = self._calibration
        self._scorer = Scorer.of(own.units, own.experts, own.mean, own.scale)

    def read(self, text: str) -> Reading:
        """What the experts answer to each token. Raises InputError for a text without
        one.
        """
        own = self._calibration
        responses, spans = self._responses([text], own.units)
        if not len(spans[0]):
            raise InputError("The sentence has no token for this model.", "Type another one.")
        scores = self._scorer.scores(responses[0])
        return Reading(
            text,
            spans[0],
            own.concepts,
            np.array([len(units) for units in own.experts]),
            scores,
            own.p(scores),
            np.array([tail.n for tail in own.others]),
        )

    def _responses(
        self, texts: Sequence[str], units: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        from explorer.extract.token_responses import token_responses

        found = token_responses(self.loaded, texts, units, self._run.request.pooling)
        return found.tokens, found.spans

    def _calibrated(self, path: Path) -> Calibration:
        """From the run's negative sentences; kept for the next time."""
        chosen = chosen_experts(self._run, self._tau)
        if not chosen:
            raise InputError(f"No concept of this run has an expert at τ {self._tau}.", "Lower τ.")
        texts, negative = negative_sentences(self._run, list(chosen))
        units = np.unique(np.concatenate(list(chosen.values())))
        found = calibrate(
            list(chosen),
            list(chosen.values()),
            negative,
            lambda first, last: self._read_negatives(texts, units, first, last),
        )
        # A cache that cannot be written is calibrated again the next time.
        with contextlib.suppress(OSError):
            write_calibration(path, found)
        return found

    def _read_negatives(
        self, texts: Sequence[str], units: np.ndarray, first: int, last: int
    ) -> list[np.ndarray]:
        self._context.check()
        self._report(
            CALIBRATING,
            f"Once for this run and τ: {first:,} of {len(texts):,} negative sentences read",
            first,
            len(texts),
        )
        return self._responses(texts[first:last], units)[0]

    def _report(self, stage: str, message: str, done: int = 0, total: int = 0) -> None:
        self._context.report(Progress(stage, done, total, None, message))

"""How far an extraction is, and when it will be done."""

from __future__ import annotations

import time
from collections.abc import Callable

from explorer.core.errors import Cancelled
from explorer.jobs.progress import Progress, Report, Stage

LOADING, PREPARING, CONCEPTS, FINISHING = (
    "loading model",
    "preparing",
    "concepts",
    "finishing",
)
_INTERVAL = 0.5


class Tracker:
    """Turns what the engine tells into progress with an ETA, and stops it when the user
    asks to.

    The ETA of the preparation counts sentences, that of the concepts counts the
    concepts done in this session: those of an earlier session say nothing about this
    machine's speed now.
    """

    def __init__(
        self,
        report: Report,
        cancelled: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report, self._cancelled, self._clock = report, cancelled, clock
        self._stage, self._began, self._last = "", clock(), float("-inf")
        self._seconds_per_sentence: float | None = None

    def check(self) -> None:
        """Raise Cancelled when the user has asked to stop."""
        if self._cancelled():
            raise Cancelled(
                "The extraction was cancelled.",
                "Finished concepts are kept: resume it at any time.",
            )

    def stage(self, stage: Stage, message: str, done: int = 0, total: int = 0) -> None:
        """Enter a stage."""
        self.check()
        self._stage, self._began = stage, self._clock()
        self._tell(Progress(stage, done, total, None, message))

    def prepared(self, done: int, total: int, later: float) -> None:
        """`done` of `total` sentences of the pool are forwarded; `later` sentences come
        with the concepts.
        """
        self.check()
        if done:
            self._seconds_per_sentence = (self._clock() - self._began) / done
            eta = self._seconds_per_sentence * (total - done + later)
            message = f"Forwarding the negative pool: {done:,} of {total:,} sentences"
            self._tell(Progress(PREPARING, done, total, eta, message), done == total)

    def concept(
        self, done_before: int, done_now: int, total: int, fraction: float, later: float, word: str
    ) -> None:
        """`done_now` concepts of this session and a fraction of the next; `later`
        sentences are left.
        """
        self.check()
        done = done_before + done_now
        elapsed, worked = self._clock() - self._began, done_now + fraction
        eta: float | None = None
        if done_now:
            eta = elapsed / worked * (total - done - fraction)
        elif self._seconds_per_sentence is not None:
            eta = self._seconds_per_sentence * later
        message = (
            f"Concept {min(done + 1, total)} of {total}: {word}"
            if word
            else f"{done} of {total} concepts"
        )
        self._tell(Progress(CONCEPTS, done, total, eta, message), not fraction)

    def _tell(self, progress: Progress, always: bool = True) -> None:
        now = self._clock()
        if always or now - self._last >= _INTERVAL:
            self._last = now
            self._report(progress)

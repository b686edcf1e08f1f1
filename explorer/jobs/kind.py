"""What a kind of job is, and what a job offers to the work that is done inside it."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from explorer.core.errors import Cancelled, ExplorerError
from explorer.core.text import duration
from explorer.jobs.problems import told_in_sentences
from explorer.jobs.progress import Progress

if TYPE_CHECKING:
    from explorer.jobs.cost.estimate import Estimate

Request = TypeVar("Request")


@dataclass(frozen=True)
class Link:
    """The address of something that a job made: a page and its parameters."""

    page: str
    params: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    """In place of the page's title."""


@dataclass(frozen=True)
class Outcome:
    """What became of a part of a job: done, or the sentence of what failed."""

    part: str
    problem: str = ""


class Context:
    """What the work hears from its job and tells it.

    As it stands it tells nobody and never stops, for work without a job.
    """

    log = "the log"
    """Where a person finds details, as a sentence names it."""

    def report(self, progress: Progress) -> None:
        """Record how far it is."""

    def tell(self, line: str) -> None:
        """Record a line for the log."""

    def stopped(self) -> bool:
        """Whether the user has asked to stop."""
        return False

    def record(self, outcome: Outcome) -> None:
        """Record what became of a part."""

    def explain(self, error: ExplorerError) -> None:
        """Record the error that is being handled, with its traceback where there is a
        log for it.
        """
        self.tell(f"Failed: {error}")

    def check(self) -> None:
        """Raise Cancelled when the user has asked to stop."""
        if self.stopped():
            raise Cancelled("The job was cancelled.", "What is finished is kept.")

    def child(self, kind: Kind[Any], request: Any, place: str) -> Outcome:
        """Do the work of another kind inside this job.

        `place` says which part it is, such as "2 of 4, pythia-70m". A failure is told,
        recorded and returned: whether the others go on is the caller's to say. Raises
        Cancelled.
        """
        self.tell(place)
        problem = ""
        try:
            with told_in_sentences(self.log):
                kind.run(request, _Inside(self, place))
        except Cancelled:
            raise
        except ExplorerError as error:
            self.explain(error)
            problem = str(error)
        outcome = Outcome(place, problem)
        self.record(outcome)
        return outcome

    def children(self, kind: Kind[Any], parts: Sequence[tuple[Any, str]]) -> list[Outcome]:
        """Do several requests of another kind, each with its place as for `child`: one
        after the other, or at once where each can be a job of its own. Raises
        Cancelled.
        """
        return [self.child(kind, request, place) for request, place in parts]


class _Inside(Context):
    """A job as one of its children sees it: every message says which part it is."""

    def __init__(self, outer: Context, place: str) -> None:
        self._outer, self._place = outer, place
        self.log = outer.log

    def report(self, progress: Progress) -> None:
        # The time left is that of the part; the whole job's is not known.
        left = f", {duration(progress.eta_s)} left of it" if progress.eta_s is not None else ""
        message = f"{self._place}: {progress.message}{left}"
        self._outer.report(dataclasses.replace(progress, eta_s=None, message=message))

    def tell(self, line: str) -> None:
        self._outer.tell(line)

    def stopped(self) -> bool:
        return self._outer.stopped()

    def record(self, outcome: Outcome) -> None:
        self._outer.record(Outcome(f"{self._place}: {outcome.part}", outcome.problem))

    def explain(self, error: ExplorerError) -> None:
        self._outer.explain(error)


class Kind(ABC, Generic[Request]):
    """A kind of job: everything that the queue, the worker, the page and the command
    line need to know of it.

    To add one, write a subclass and put an object of it into the table of
    `explorer.jobs.kinds`.
    """

    name: ClassVar[str]
    """As it is written into files; never changed."""
    stages: ClassVar[Mapping[str, str]]
    """Stage → words for people, in their order."""
    counted: ClassVar[Mapping[str, str]] = {}
    """Stage → what its `done` counts, for the stages that keep what is done."""
    kept: ClassVar[str] = "what is finished is kept"
    """What a stop leaves, as the end of a sentence."""

    @abstractmethod
    def read(self, fields: Mapping[str, Any]) -> Request:
        """The request that `write` gave. Raises InputError, KeyError, TypeError or
        ValueError on anything else.
        """

    @abstractmethod
    def write(self, request: Request) -> dict[str, Any]:
        """The request as JSON; without anything secret."""

    @abstractmethod
    def identity(self, request: Request) -> str:
        """Hex digits; the same for the same work."""

    @abstractmethod
    def title(self, request: Request) -> str:
        """A few words; read from the request alone, since lists ask often."""

    @abstractmethod
    def summary(self, request: Request) -> str:
        """A line; read from the request alone."""

    @abstractmethod
    def finished(self, request: Request) -> bool:
        """Whether what it asks for is there."""

    @abstractmethod
    def run(self, request: Request, context: Context) -> None:
        """Do the work, or what is left of it.

        Raises ExplorerError, and Cancelled soon after `context.stopped()` turns true.
        """

    def checked(self, request: Request) -> Request:
        """The request as it can be carried out from any folder, before it is queued.

        Raises ExplorerError when it is plain that it cannot be.
        """
        return request

    def exclusive(self, request: Request) -> bool:  # noqa: ARG002
        """Whether it needs the machine to itself: such jobs go one at a time."""
        return False

    def in_parts(self, request: Request) -> bool:  # noqa: ARG002
        """Whether all its work is done by children, each of which could be a job."""
        return False

    def result(self, request: Request) -> str:  # noqa: ARG002
        """The sentence that tells what it made."""
        return "What it was asked for is there."

    def links(self, request: Request) -> Sequence[Link]:  # noqa: ARG002
        """Where on the pages to see what it made."""
        return ()

    def cost(self, request: Request) -> Estimate | None:  # noqa: ARG002
        """What it will take; None where that is not known. Raises ExplorerError."""
        return None

    def discard(self, request: Request) -> None:
        """Remove what it has begun and not finished."""

    def tidy(self) -> list[Path]:
        """Remove what killed processes have left and nobody needs; returns what was."""
        return []

    def published(self, job_id: str) -> Request | None:  # noqa: ARG002
        """The request whose product is there under this id, with or without a job."""
        return None

"""What an executor is: it starts the worker of a job somewhere, says whether it is
still there, and stops it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from explorer.core.place import Place
from explorer.jobs.claim import Claim
from explorer.jobs.folder import JobFolder

End = Literal["interrupted", "cancelled", "failed"]


@dataclass(frozen=True)
class Standing:
    """How the worker of a job stands."""

    there: bool
    """Whether it works, or is about to."""
    waiting: str = ""
    """The sentence of what it waits for before it can work."""
    end: End = "interrupted"
    """What became of one that is not there."""
    message: str = ""
    """The sentence of that; "" where nothing more than its absence is known."""
    hint: str = ""
    lasting: bool = False
    """Whether it should be written down, since nobody will be able to tell later."""
    where: str = ""
    """Where it is, in a few words; "" for this machine."""


GONE = Standing(there=False)


class Executor(ABC):
    """A way to have a worker started: the same program on the same folder."""

    @abstractmethod
    def check(self, place: Place) -> None:
        """Raise InputError when it is plain that nothing can be started there."""

    @abstractmethod
    def start(self, folder: JobFolder, place: Place) -> None:
        """Have a worker started, and record who has the job. Raises ExplorerError, with
        nothing left behind, where that cannot be.
        """

    @abstractmethod
    def standing(self, folder: JobFolder, claim: Claim) -> Standing:
        """How the worker stands that claimed a job."""

    @abstractmethod
    def stop(self, claim: Claim) -> None:
        """End a worker that does not listen, or that waits for its turn."""

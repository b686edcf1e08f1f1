"""The words of the corpus: an input, a door, and what is the same at every door."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import psutil

from tests.hostile.place import Place

LONGEST = 5.0
"""Seconds that any door may take over any input on a quiet machine."""
_BUSY = 4
"""How many times longer where others use the machine."""


class Hostile(NamedTuple):
    """`make` puts something at a path or spoils what is there; it may return what to
    give in place of that path. `said`: a pattern of the sentence, "" where the input is
    taken or passed over.
    """

    name: str
    make: Callable[[Path], object]
    said: str


class Text(NamedTuple):
    """What somebody writes where a name, a number or a path is asked for."""

    name: str
    text: str


class Door(NamedTuple):
    """Where an input enters: `put` gives it to the program and returns what was told.

    said: a pattern of the sentence where the door, not the input, decides it; taken:
    names of inputs that are good ones here; at_once: how many inputs a look is at.
    """

    name: str
    put: Callable[[Place, Any], str]
    said: str = ""
    taken: Sequence[str] = ()
    at_once: int = 1


class Kind(NamedTuple):
    """Inputs of a kind, and every door where they can enter."""

    name: str
    inputs: Sequence[Hostile | Text]
    doors: Sequence[Door]


class Case(NamedTuple):
    """One input before one door."""

    kind: str
    input: Any
    door: Door

    def __str__(self) -> str:
        return f"{self.kind}: {self.input.name}: {self.door.name}"

    @property
    def said(self) -> str:
        """The pattern of what must be told."""
        return self.door.said or getattr(self.input, "said", "")


class TooLong(BaseException):
    """No error that the program could take for one of its own."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong in what takes much longer, also where it waits."""

    def over(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong(f"longer than {_BUSY * seconds:.0f} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, _BUSY * seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def memory_at_most(n_bytes: int) -> Iterator[None]:
    """Let this process take so much more address space and no more: MemoryError is then
    raised in what an input would fill the machine with.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = psutil.Process().memory_info().vms + n_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

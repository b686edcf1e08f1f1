"""What every question is given, and the form of its answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from unittest import mock

import torch


@dataclass(frozen=True)
class Asked:
    """Where to compute, and whether to see in seconds that it works or to measure."""

    device: torch.device
    quick: bool

    @property
    def cuda(self) -> bool:
        """Whether there is a GPU."""
        return self.device.type == "cuda"

    def finish(self) -> None:
        """Wait for what a GPU still works on."""
        if self.cuda:
            torch.cuda.synchronize(self.device)


@dataclass
class Answer:
    """One table, the same as numbers, and what was not as it must be."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[dict[str, object]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, row: Sequence[str], **numbers: object) -> None:
        """One row, as words and as numbers."""
        self.rows.append(list(row))
        self.numbers.append(numbers)

    def demand(self, holds: bool, fault: str) -> None:
        """Note a fault unless something holds."""
        if not holds:
            self.faults.append(fault)


@contextlib.contextmanager
def hidden() -> Iterator[None]:
    """While open, models are loaded as on a machine without a GPU."""
    with mock.patch("torch.cuda.is_available", return_value=False):
        yield

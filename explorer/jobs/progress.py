"""How far a job is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Stage = str
WAITING, DONE = "waiting", "done"
"""The stages that every job has, whatever its kind."""


@dataclass(frozen=True)
class Progress:
    """`done` of `total` count what the stage counts; `eta_s` is None when unknown."""

    stage: Stage
    done: int
    total: int
    eta_s: float | None
    message: str


Report = Callable[[Progress], None]

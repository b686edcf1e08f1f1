"""The runs that one pass over the sentences serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.errors import InputError
from explorer.core.records import Draws, Sentence
from explorer.core.request import RunRequest
from explorer.probes.sampling import Plan


@dataclass(frozen=True)
class Cell:
    """One run of an extraction: its request, its sentences and its sets."""

    request: RunRequest
    plan: Plan

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of this run; the draws' ids index it."""
        return list(self.plan.sentences)

    @property
    def draws(self) -> Draws:
        """Concept → per fold, positive and negative sentence ids."""
        return self.plan.draws


def common_request(requests: Sequence[RunRequest]) -> RunRequest:
    """The first of requests that differ in their sets only. Raises InputError when they
    differ in more.
    """
    first = requests[0]
    for other in requests[1:]:
        for name in ("checkpoint", "probe_digest", "concepts", "pooling", "drops_long", "dtype"):
            got, expected = getattr(other, name), getattr(first, name)
            if got != expected:
                raise InputError(
                    f"One pass cannot serve runs of different {name}: {got} and {expected}."
                )
    return first

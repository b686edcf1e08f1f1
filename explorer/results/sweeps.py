"""Runs that differ in set sizes and source of the sentences only, and how to make more
of them.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from explorer.core.records import RunInfo
from explorer.core.request import RunRequest

_LEAST_ALIKE = 0.5
"""Runs of another source belong to a sweep when their concepts and the run's have this
Jaccard similarity.
"""


@dataclass(frozen=True)
class Sweep:
    """Runs of one design that vary N⁺, N⁻ and the probe set, one for each
    combination.
    """

    runs: tuple[RunInfo, ...]
    words: tuple[str, ...]
    """Concepts that all of them have."""
    left_out: tuple[str, ...]
    """Concepts that only some of them have."""

    def sizes(self, along: str) -> list[int]:
        """The set sizes that occur, "n_positive" or "n_negative"."""
        return sorted({getattr(run.request, along) for run in self.runs})


def sweep_of(run: RunInfo, runs: Sequence[RunInfo]) -> Sweep | None:
    """The sweep that a run belongs to; None when no other run differs from it in set
    sizes or source only.

    Runs of the same probe set have the same concepts; another probe set may lack some
    words, and takes part with the concepts most like the run's.
    """
    mine = set(run.request.concepts)
    found: dict[str, set[str]] = {run.request.probe_digest: mine}
    candidates = [other for other in runs if _design(other.request) == _design(run.request)]
    for other in candidates:
        concepts = set(other.request.concepts)
        best = found.get(other.request.probe_digest, set())
        if other.request.probe_digest != run.request.probe_digest and _alike(
            concepts, mine
        ) > _alike(best, mine):
            found[other.request.probe_digest] = concepts
    cells: dict[tuple[str, int, int], RunInfo] = {}
    for other in [run, *candidates]:
        asked = other.request
        concepts = found.get(asked.probe_digest, set())
        if set(asked.concepts) == concepts and _alike(concepts, mine) >= _LEAST_ALIKE:
            cells.setdefault((asked.probe_digest, asked.n_positive, asked.n_negative), other)
    if len(cells) < 2:
        return None
    common = set.intersection(*(set(one.request.concepts) for one in cells.values()))
    every = set().union(*(one.request.concepts for one in cells.values()))
    ordered = tuple(cells[key] for key in sorted(cells))
    words = tuple(word for word in run.request.concepts if word in common)
    return Sweep(ordered, words, tuple(sorted(every - common)))


def _design(request: RunRequest) -> RunRequest:
    same = {"probe_set": "", "probe_digest": "", "concepts": ("any", "other"), "domains": {}}
    return replace(request, n_positive=1, n_negative=1, ap_floor=0.0, **same)  # type: ignore[arg-type]


def _alike(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b)


def source_names(runs: Iterable[RunInfo]) -> dict[str, str]:
    """Digest of each probe set → what to call it: its source where that is one and
    tells it from the others.
    """
    sets = {run.request.probe_digest: run for run in runs}
    names = {
        key: run.sources[0] if len(run.sources) == 1 else run.request.probe_set
        for key, run in sets.items()
    }
    endings = (
        {key: f" ({run.request.probe_set})" for key, run in sets.items()},
        {key: f" {key[:7]}" for key in sets},
    )
    for ending in endings:
        count = Counter(names.values())
        names = {
            key: name + ending[key] if count[name] > 1 else name for key, name in names.items()
        }
    return names


def command(request: RunRequest, verb: str) -> str:
    """The line that plans or runs the paper's sweep with a run's model, probe set and
    folds, up to its set sizes.
    """
    checkpoint = request.checkpoint
    flags = {
        "models": checkpoint.model,
        "revisions": checkpoint.revision,
        "probes": request.probe_set,
        "concepts": "all",
        "positives": _up_to(request.n_positive),
        "negatives": _up_to(request.n_negative),
        "folds": str(max(request.folds, 2)),
    }
    given = " ".join(f"--{flag} {shlex.quote(value)}" for flag, value in flags.items())
    return f"python -m explorer study {verb} paper-stability {given}"


def _up_to(size: int) -> str:
    """Quarter, half and whole: sizes for which the pool of a run of this size has
    sentences enough.
    """
    return ",".join(str(part) for part in sorted({max(size // 4, 1), max(size // 2, 1), size}))

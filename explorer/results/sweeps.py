"""Runs that differ in set sizes and source of the sentences only, and how to
make more.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from explorer.core.records import RunInfo
from explorer.core.request import RunRequest

_LEAST_ALIKE = 0.5
"""Runs of another source belong to a sweep when their concepts and the run's have this
Jaccard similarity.
"""


_VARIES = (
    "n_positive",
    "n_negative",
    "ap_floor",
    "probe_set",
    "probe_digest",
    "concepts",
    "domains",
)


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

    runs: those of the same `sweep_key`. Runs of one probe set have the same concepts;
    another probe set may lack some words, and takes part with the concepts most like
    the run's.
    """
    mine = set(run.request.concepts)
    concepts = _concepts_by_source(run, runs)
    cells: dict[tuple[str, int, int], RunInfo] = {}
    for other in [run, *runs]:
        request = other.request
        expected = concepts.get(request.probe_digest, set())
        if set(request.concepts) == expected and _alike(expected, mine) >= _LEAST_ALIKE:
            cell = (request.probe_digest, request.n_positive, request.n_negative)
            cells.setdefault(cell, other)
    if len(cells) < 2:
        return None
    every = [set(other.request.concepts) for other in cells.values()]
    common, all_words = set.intersection(*every), set.union(*every)
    words = tuple(word for word in run.request.concepts if word in common)
    ordered = tuple(cells[cell] for cell in sorted(cells))
    return Sweep(ordered, words, tuple(sorted(all_words - common)))


def sweep_key(request: RunRequest) -> tuple[object, ...]:
    """What the runs of a sweep have in common: all but sizes, source and AP floor."""
    names = (field.name for field in dataclasses.fields(request))
    return tuple(getattr(request, name) for name in names if name not in _VARIES)


def _concepts_by_source(run: RunInfo, runs: Sequence[RunInfo]) -> dict[str, set[str]]:
    """Digest of a probe set → the concepts with which it takes part."""
    mine = set(run.request.concepts)
    concepts = {run.request.probe_digest: mine}
    for other in runs:
        digest, words = other.request.probe_digest, set(other.request.concepts)
        if digest == run.request.probe_digest:
            continue
        if _alike(words, mine) > _alike(concepts.get(digest, set()), mine):
            concepts[digest] = words
    return concepts


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


def sweep_command(request: RunRequest, verb: str) -> str:
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
    return f"explorer study {verb} paper-stability {given}"


def _up_to(size: int) -> str:
    """Quarter, half and whole: sizes for which the pool of a run of this size has
    sentences enough.
    """
    return ",".join(str(part) for part in sorted({max(size // 4, 1), max(size // 2, 1), size}))

"""What an extraction will cost, told before it starts."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.core import memory, settings
from explorer.core.errors import InputError
from explorer.core.records import Sentence, Speed
from explorer.core.request import RunRequest
from explorer.core.text import size
from explorer.jobs.cost import gpus, speeds
from explorer.models import catalog, first_use
from explorer.probes import probe_set
from explorer.probes.sampling import Plan, plan

TOKENS_PER_WORD = 1.35
BYTES_PER_EXPERT = 7
EXPERT_SHARE = 0.05
"""Share of units above the AP floor, as seen in trained models at N⁺=100, N⁻=500."""
RULE_SPREAD, MEASURED_SPREAD = (0.4, 2.0), (0.8, 1.3)
"""Actual time ÷ estimate that is told, low and high; tests/benchmarks/bench_estimate.py
compares it with real runs.
"""
GPU_SPEED = 40e12
PROGRAM_BYTES, _EMPTY_RUN_BYTES = 600_000_000, 2_000_000
_GPU_WORK = 1.2
"""Weights and a batch at work ÷ weights, on a GPU where neither was measured."""


@dataclass(frozen=True)
class Estimate:
    """Time in seconds, sizes in bytes. `seconds_low`–`seconds_high` is where runs have
    ended up.
    """

    seconds: float
    seconds_low: float
    seconds_high: float
    memory_bytes: int
    disk_bytes: int
    n_sentences: int
    n_units: int
    memory_available: int
    disk_available: int
    note: str
    measured: bool = False
    """Whether it rests on a measurement rather than on a rule of thumb."""
    gpu_bytes: int = 0
    """Weights and a batch at work; 0 where there is no GPU."""
    gpu_available: int = 0
    repeated_seconds: float = 0.0
    """What every shard of the pass repeats: the model is loaded, the pool read and
    sorted.
    """

    @property
    def fits(self) -> bool:
        """Whether memory, disk and, where there is one, the GPU at hand suffice."""
        on_gpu = self.gpu_bytes <= self.gpu_available
        return (
            on_gpu
            and self.memory_bytes < self.memory_available
            and self.disk_bytes < self.disk_available
        )


def estimate(request: RunRequest, sentences: probe_set.ProbeSet | None = None) -> Estimate:
    """The cost of a request on this machine: from its measured speed where there is
    one, else from a rule of thumb.

    The sets are really drawn, so too few sentences is told here: raises SentencesError,
    and ModelError for a checkpoint that cannot be described. sentences: in place of the
    request's probe set.
    """
    sentences = sentences or probe_set.load(request.probe_set)
    if sentences.info.digest != request.probe_digest:
        raise InputError(
            f"The probe set “{request.probe_set}” has changed since.", "Open the form again."
        )
    work = _Work(request, plan(request, sentences.sentences), catalog.describe(request.checkpoint))
    speed, gpu = speeds.known(request), gpus.free_memory()
    first = first_use.of(request.checkpoint)
    seconds = _seconds(work, speed, work.plan.sentences, len(request.concepts)) + first.seconds
    pool = [work.plan.sentences[i] for i in work.plan.pool]
    low, high = MEASURED_SPREAD if speed else RULE_SPREAD
    weights = _weight_bytes(work, speed)
    largest_pool = max(map(len, sentences.sentences.values()))
    ranking = _ranking_bytes(work, largest_pool, memory.free())
    # On their way to a GPU, weights pass through memory before there are responses.
    in_memory = weights + ranking.memory if gpu is None else max(weights, ranking.memory)
    return Estimate(
        seconds=seconds,
        seconds_low=low * seconds,
        seconds_high=high * seconds,
        memory_bytes=in_memory + PROGRAM_BYTES,
        disk_bytes=_run_file_bytes(work) + ranking.scratch + first.disk_bytes,
        n_sentences=len(work.plan.sentences),
        n_units=work.card.n_units,
        memory_available=memory.free(),
        disk_available=free_disk(),
        note=_note(work, speed is not None, ranking.scratch, first.note),
        measured=speed is not None,
        gpu_bytes=0 if gpu is None else int((1 if speed else _GPU_WORK) * weights),
        gpu_available=gpu or 0,
        repeated_seconds=_seconds(work, speed, pool, 0),
    )


@dataclass(frozen=True)
class _Work:
    """What a request takes: its drawn sentences and its model."""

    request: RunRequest
    plan: Plan
    card: catalog.ModelCard


@dataclass(frozen=True)
class _RankingBytes:
    """Responses and sorted pool, in memory and beyond it."""

    memory: int
    scratch: int


def _seconds(
    work: _Work, speed: Speed | None, sentences: Sequence[Sentence], n_concepts: int
) -> float:
    """Of forwarding these sentences, sorting the pool and ranking so many concepts."""
    if speed:
        return _measured(speed, len(sentences), n_concepts, work.card)
    return _by_rule(work, sentences, n_concepts)


def _weight_bytes(work: _Work, speed: Speed | None) -> int:
    if speed:
        return speed.model_bytes
    return int(work.card.size_bytes * (1 if work.request.dtype == "float32" else 0.5))


def _ranking_bytes(work: _Work, largest_pool: int, available: int) -> _RankingBytes:
    """What of responses and sorted pool memory holds, and what goes to scratch
    files.
    """
    request, units, n_pool = work.request, work.card.n_units, len(work.plan.pool)
    rows = n_pool + min(request.n_positive * request.folds, largest_pool)
    responses, pool = 4 * units * rows, 6 * units * n_pool
    limits = ((responses, settings.RESPONSE_MEMORY_SHARE), (pool, settings.POOL_MEMORY_SHARE))
    scratch = sum(size for size, share in limits if size > share * available)
    return _RankingBytes(responses + pool - scratch, scratch)


def _run_file_bytes(work: _Work) -> int:
    sets = len(work.request.concepts) * work.request.folds
    return _EMPTY_RUN_BYTES + int(BYTES_PER_EXPERT * EXPERT_SHARE * work.card.n_units * sets)


def free_disk() -> int:
    """Bytes free where the cache is."""
    home = settings.cache_dir()
    home.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(home).free


def _note(work: _Work, measured: bool, scratch: int, first: str) -> str:
    parts = [
        f"{len(work.plan.sentences):,} distinct sentences, each forwarded once",
        "measured on this machine" if measured else "by rule of thumb, not yet measured",
    ]
    if scratch:
        parts.append(
            f"{size(scratch)} more than fits in memory go to scratch files, which is slower"
        )
    if first:
        parts.append(first)
    return "; ".join(parts)


def _measured(speed: Speed, n_sentences: int, n_concepts: int, card: catalog.ModelCard) -> float:
    ranking = speed.sort_per_unit + speed.rank_per_unit * n_concepts
    return 6 + speed.load + speed.per_sentence * n_sentences + ranking * card.n_units


def _by_rule(work: _Work, sentences: Sequence[Sentence], n_concepts: int) -> float:
    request = work.request
    words = sum(len(row.text.split()) for row in sentences)
    tokens = words * TOKENS_PER_WORD if request.pooling != "selfcond" else 128.0 * len(sentences)
    forward = 2.0 * work.card.n_weights * tokens / flops_per_second()
    merge = (
        2.5e-9
        * work.card.n_units
        * n_concepts
        * (len(work.plan.pool) + request.n_positive * request.folds)
    )
    return 8 + 1.15 * forward + merge


@functools.cache
def flops_per_second() -> float:
    """Floating-point operations per second of a float32 matrix product here, or a GPU's
    round figure.
    """
    if gpus.free_memory() is not None:
        return GPU_SPEED
    a, b = np.ones((1024, 576), np.float32), np.ones((576, 1536), np.float32)
    a @ b
    times = []
    for _ in range(5):
        began = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - began)
    return 2 * a.size * b.shape[1] / sorted(times)[2]

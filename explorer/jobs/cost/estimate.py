"""What an extraction will cost, told before it starts."""

from __future__ import annotations

import functools
import shutil
import time
from dataclasses import dataclass

import numpy as np

from explorer.core import memory, settings
from explorer.core.errors import InputError
from explorer.core.records import Speed
from explorer.core.request import RunRequest
from explorer.jobs.cost import gpus, speeds
from explorer.models import builtin, catalog
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
_FIRST_USE_SECONDS = 60


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
    drawn = plan(request, sentences.sentences)
    card = catalog.describe(request.checkpoint)
    speed = speeds.known(request)
    first = (
        _FIRST_USE_SECONDS
        if request.checkpoint.model == builtin.NAME and not builtin.is_ready()
        else 0
    )
    seconds = first + (
        _measured(speed, request, drawn, card) if speed else _by_rule(request, drawn, card)
    )
    low, high = MEASURED_SPREAD if speed else RULE_SPREAD
    rows = len(drawn.pool) + min(
        request.n_positive * request.folds, max(map(len, sentences.sentences.values()))
    )
    weights = (
        speed.model_bytes
        if speed
        else int(card.size_bytes * (1 if request.dtype == "float32" else 0.5))
    )
    available = memory.free()
    responses, pool = 4 * card.n_units * rows, 6 * card.n_units * len(drawn.pool)
    shares = ((responses, settings.RESPONSE_MEMORY_SHARE), (pool, settings.POOL_MEMORY_SHARE))
    scratch = sum(size for size, share in shares if size > share * available)
    held, gpu = responses + pool - scratch, gpus.free_memory()
    # On their way to a GPU, weights pass through memory before there are responses.
    needed = (weights + held if gpu is None else max(weights, held)) + 600_000_000
    disk = 2_000_000 + int(
        BYTES_PER_EXPERT * EXPERT_SHARE * card.n_units * len(request.concepts) * request.folds
    )
    disk += scratch
    note = f"{len(drawn.sentences):,} distinct sentences, each forwarded once"
    note += "; measured on this machine" if speed else "; by rule of thumb, not yet measured"
    if scratch:
        note += f"; {scratch / 1e9:.1f} GB more than fits in memory go to scratch files, which is slower"
    if first:
        note += "; the built-in model is fetched first (93 MB, once)"
    home = settings.cache_dir()
    home.mkdir(parents=True, exist_ok=True)
    return Estimate(
        seconds,
        low * seconds,
        high * seconds,
        needed,
        disk,
        len(drawn.sentences),
        card.n_units,
        available,
        shutil.disk_usage(home).free,
        note,
        speed is not None,
        0 if gpu is None else int((1 if speed else 1.2) * weights),
        gpu or 0,
    )


def _measured(speed: Speed, request: RunRequest, drawn: Plan, card: catalog.ModelCard) -> float:
    ranking = speed.sort_per_unit + speed.rank_per_unit * len(request.concepts)
    return 6 + speed.load + speed.per_sentence * len(drawn.sentences) + ranking * card.n_units


def _by_rule(request: RunRequest, drawn: Plan, card: catalog.ModelCard) -> float:
    words = sum(len(row.text.split()) for row in drawn.sentences)
    tokens = (
        words * TOKENS_PER_WORD if request.pooling != "selfcond" else 128.0 * len(drawn.sentences)
    )
    forward = 2.0 * card.n_weights * tokens / flops_per_second()
    merge = (
        2.5e-9
        * card.n_units
        * len(request.concepts)
        * (len(drawn.pool) + request.n_positive * request.folds)
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

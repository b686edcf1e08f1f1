"""The machine a benchmark ran on, in one line, and its clocks and memory gauges."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import torch


def describe() -> str:
    """Processor, cores, memory, system and the versions that the numbers depend on."""
    memory = psutil.virtual_memory().total / 2**30
    names = ("torch", "transformers", "numpy", "numba", "scikit-learn")
    # Not every machine that is measured has the oracle of the tests.
    there = {d.name: d.version for d in importlib.metadata.distributions() if d.name in names}
    versions = ", ".join(f"{name} {there[name]}" for name in names if name in there)
    return (
        f"{_processor()}, {cores()} cores, {memory:.0f} GiB; {platform.system()}, Python "
        f"{platform.python_version()}, "
        f"{versions}; {torch.get_num_threads()} thread(s) for the forward pass"
    )


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    width = next(
        (name for name in ("avx512f", "avx2") if name in facts.get("flags", "").split()), ""
    )
    model = f"family {facts.get('cpu family')} model {facts.get('model')}"
    return (
        f"{facts.get('model name', platform.machine())} ({', '.join(filter(None, (model, width)))})"
    )


def cpu_seconds() -> float:
    """User and system time of all threads of this process and of its children that have
    ended.
    """
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


class Stopwatch:
    """Wall and CPU seconds of a `with` block; CPU counts all threads and ended
    children.
    """

    wall = 0.0
    cpu = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter(), cpu_seconds()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wall += time.perf_counter() - self._began[0]
        self.cpu += cpu_seconds() - self._began[1]


def peak_bytes() -> int:
    """Highest resident memory of this process so far, mapped files included."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class AnonymousMemory:
    """Highest resident memory that no file backs, sampled 50 times a second in a `with`
    block.

    Pages of a scratch file count as resident, but the system drops them when it needs
    the room.
    """

    peak = 0

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @staticmethod
    def now() -> int:
        """What it is at the moment."""
        held = psutil.Process().memory_info()
        return int(held.rss - getattr(held, "shared", 0))

    def _sample(self) -> None:
        while True:
            self.peak = max(self.peak, self.now())
            if self._over.wait(0.02):
                return

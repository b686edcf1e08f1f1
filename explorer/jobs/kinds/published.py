"""The finished runs of the cache, as kinds of jobs ask for them: all at once."""

from __future__ import annotations

import atexit
import functools
from pathlib import Path

from explorer.core import settings
from explorer.core.records import RunInfo
from explorer.store.library import Library


def published_runs() -> dict[str, RunInfo]:
    """Run id → run, for every readable finished run of the cache, under whatever file
    name.
    """
    return {run.id: run for run in _library(settings.runs_dir()).runs()}


@functools.lru_cache(maxsize=1)
def _library(folder: Path) -> Library:
    return Library(folder)


# At exit an open connection makes DuckDB's binding print what it takes for leaks.
atexit.register(_library.cache_clear)

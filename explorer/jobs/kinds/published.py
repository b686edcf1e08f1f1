"""The finished runs of the cache, as kinds of jobs ask for them: all at once."""

from __future__ import annotations

from explorer.core.records import RunInfo
from explorer.results.library import open_library


def published_runs() -> dict[str, RunInfo]:
    """Run id → run, for every readable finished run of the cache, under whatever file
    name.
    """
    return {run.id: run for run in open_library().runs()}

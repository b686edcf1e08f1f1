"""The files of a pass: which are there, and which are in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from explorer.core import settings
from explorer.core.request import RunRequest
from explorer.core.shard import Shard
from explorer.jobs.kinds.published import published_runs
from explorer.store import files
from explorer.store.run import merge

Tell = Callable[[str], None]


def is_complete(requests: Sequence[RunRequest], shard: Shard) -> bool:
    """Whether the files of a shard hold all of its concepts, of every run."""
    return all(merge.is_complete(settings.runs_dir(), request, shard) for request in requests)


def published_among(requests: Sequence[RunRequest], tell: Tell) -> set[str]:
    """The ids of the runs that are there; what is left of their extraction is
    removed.
    """
    published = published_runs()
    for request in requests:
        if request.id in published:
            files.discard_partial(settings.runs_dir(), request.id)
            tell(f"The run exists already: {Path(published[request.id].path).name}.")
    return {request.id for request in requests} & published.keys()


def tell_finished(path: Path, tell: Tell) -> None:
    """Tell of a run that is done."""
    tell(f"Finished: {path.name}, {path.stat().st_size / 1e6:.1f} MB.")


def set_damaged_aside(request: RunRequest, tell: Tell) -> None:
    """Make room for a run whose file cannot be read."""
    path = settings.runs_dir() / f"{request.id}.duckdb"
    if path.exists():
        tell(f"{path.name} is there but unreadable; set aside as {files.quarantine(path).name}.")

"""The shards of a pass become its runs."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.core import settings
from explorer.core.request import RunRequest
from explorer.jobs.kind import Context
from explorer.jobs.kinds import tracker as stages
from explorer.jobs.kinds.pass_files import published_among, set_damaged_aside, tell_finished
from explorer.jobs.kinds.tracker import Tracker
from explorer.store.run.merge import merge


def merge_shards(requests: Sequence[RunRequest], number: int, context: Context) -> None:
    """Make the files of the runs that are not there of their shards. Raises
    ExplorerError.
    """
    published = published_among(requests, lambda _: None)
    tracker = Tracker(context.report, context.stopped)
    for request in requests:
        if request.id not in published:
            set_damaged_aside(request, context.tell)
            n = len(request.concepts)
            tracker.stage(stages.FINISHING, "Computing overlaps", n, n)
            path = merge(settings.runs_dir(), request, number, context.tell)
            tell_finished(path, context.tell)

"""One process at a time makes a run, whichever jobs on whichever machines want it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator

from explorer.core.locking import Held
from explorer.jobs.kind import Context
from explorer.jobs.locks import lock
from explorer.jobs.progress import WAITING, Progress

_POLL_S = 0.5


@contextlib.contextmanager
def alone_with(run_ids: Collection[str], context: Context) -> Iterator[None]:
    """Be the only process that makes these runs; waits for others. Raises Cancelled,
    and ResourceError where nothing can be locked.
    """
    with contextlib.ExitStack() as locks:
        # In one order, so that no two wait for each other.
        for run_id in sorted(set(run_ids)):
            while not _taken(locks, run_id):
                context.check()
                told = f"Waiting for another job that makes the run {run_id}"
                context.report(Progress(WAITING, 0, 0, None, told))
                time.sleep(_POLL_S)
        yield


def _taken(locks: contextlib.ExitStack, run_id: str) -> bool:
    with contextlib.suppress(Held):
        locks.enter_context(lock(f"{run_id}.run", timeout=0))
        return True
    return False

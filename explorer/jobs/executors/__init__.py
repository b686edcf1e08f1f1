"""The executors there are. Where a job is started follows from its order; how it stands
follows from who claimed it.
"""

from __future__ import annotations

from explorer.core.place import LOCAL, Place, place_named
from explorer.jobs.executors.executor import GONE, Executor, Standing
from explorer.jobs.executors.local import LOCAL_EXECUTOR
from explorer.jobs.executors.slurm import SLURM
from explorer.jobs.folder import JobFolder
from explorer.jobs.kind import Kind
from explorer.jobs.order import Order

_NAMED: dict[str, Executor] = {"local": LOCAL_EXECUTOR, "slurm": SLURM}


def usual_place(kind: Kind, request: object) -> Place:
    """Where a job goes that nobody has said a place for: what the environment says, for
    work that would otherwise need this machine to itself. Raises InputError.
    """
    return place_named({}) if kind.exclusive(request) else LOCAL


def check(place: Place) -> None:
    """Raise InputError when it is plain that nothing can be started at a place."""
    _NAMED[place.executor].check(place)


def works_elsewhere(order: Order) -> bool:
    """Whether the worker of a job is started by a scheduler."""
    return not order.place.is_local and not order.kind.in_parts(order.request)


def start(folder: JobFolder, order: Order) -> None:
    """Have a worker started where a job belongs. Raises ExplorerError."""
    name = order.place.executor if works_elsewhere(order) else "local"
    _NAMED[name].start(folder, order.place)


def standing_of(folder: JobFolder) -> Standing:
    """How the worker of a job stands."""
    claim = folder.claimed()
    if claim is None:
        return GONE
    executor = SLURM if claim.job else LOCAL_EXECUTOR
    return executor.standing(folder, claim)


def where_was(folder: JobFolder) -> str:
    """Where the worker of a job was that has ended, in a few words; nobody is asked."""
    claim = folder.claimed()
    if claim is None or (not claim.job and claim.is_here):
        return ""
    on = f"on {claim.host}" if claim.host else ""
    return f"Slurm job {claim.job} {on}".strip() if claim.job else on


def stop(folder: JobFolder) -> bool:
    """End the worker of a job where a scheduler has it; whether it did. Raises
    ExplorerError.
    """
    claim = folder.claimed()
    if claim is None or not claim.job:
        return False
    SLURM.stop(claim)
    return True

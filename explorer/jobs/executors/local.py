"""Workers that are processes of this machine, or were started so on another one that
shares the folder.
"""

from __future__ import annotations

from explorer.core.place import Place
from explorer.jobs import heartbeat, workers
from explorer.jobs.claim import Claim
from explorer.jobs.executors.executor import GONE, Executor, Standing
from explorer.jobs.folder import JobFolder


class Local(Executor):
    """As many workers as are asked for; those that need the machine take turns."""

    def check(self, place: Place) -> None:
        """Nothing: this machine is here."""

    def start(self, folder: JobFolder, place: Place) -> None:  # noqa: ARG002
        workers.start(folder)

    def standing(self, folder: JobFolder, claim: Claim) -> Standing:
        if claim.is_here:
            return Standing(there=True) if claim.living_pid else GONE
        where = f"on {claim.host}"
        if not heartbeat.is_silent(folder.beat):
            return Standing(there=True, where=where)
        return Standing(
            there=False,
            message=f"Its worker on {claim.host} has given no sign of life for "
            f"{heartbeat.SILENT_S:.0f} s",
            lasting=True,
            where=where,
        )

    def stop(self, claim: Claim) -> None:
        """Nothing: a process of ours stops by itself when it is asked to."""


LOCAL_EXECUTOR = Local()

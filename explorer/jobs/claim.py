"""Who works on a job: a process of a machine, or a job that Slurm has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from explorer.core import machine


@dataclass(frozen=True)
class Claim:
    """`pid` 0 while no process has begun; `job`: its id at the scheduler, "" for a
    process that nobody scheduled.
    """

    host: str
    pid: int
    started: float
    job: str = ""

    @property
    def is_here(self) -> bool:
        """Whether its process is one of this machine; pids of others say nothing."""
        return self.host == machine.name()

    @property
    def living_pid(self) -> int | None:
        """The process, if it is of this machine and lives; a pid that was given to
        another does not count.
        """
        if not self.pid or not self.is_here:
            return None
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 1.0
            return self.pid if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (psutil.Error, ValueError, OverflowError):
            return None

    def to_table(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def of_process(pid: int, job: str = "") -> Claim | None:
    """The claim of a process of this machine; None when it has ended."""
    try:
        return Claim(machine.name(), pid, psutil.Process(pid).create_time(), job)
    except psutil.NoSuchProcess:
        return None


def claim_from(table: Mapping[str, Any]) -> Claim | None:
    """The claim that `to_table` gave; None for anything else. The last version, which
    named no machine, knew only this one.
    """
    try:
        job = str(table.get("job", ""))
        if not re.fullmatch("[0-9_]*", job):
            return None  # it is handed to Slurm's programs
        host = str(table.get("host", machine.name()))
        return Claim(host, int(table["pid"]), float(table["started"]), job)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None

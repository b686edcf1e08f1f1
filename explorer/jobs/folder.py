"""A job on disk: what it was asked, how far it is, who works on it, and its log."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from explorer.core import machine, settings
from explorer.core.disk import read_table, replacing, strange
from explorer.core.errors import InputError
from explorer.jobs.claim import Claim, claim_from, of_process
from explorer.jobs.kind import Outcome
from explorer.jobs.order import Order, Unreadable, read_order, written

_REQUEST, _PROGRESS, _WORKER, _OUTCOMES = (
    "request.json",
    "progress.json",
    "worker.json",
    "outcomes.json",
)
_LONGEST_ID = 200


class JobFolder:
    """The files of one job. Every file is replaced in one piece, so readers never see
    half of one.
    """

    def __init__(self, job_id: str) -> None:
        if not _names_a_folder(job_id):
            raise InputError(f"“{job_id}” is not the id of a job.", "See `status` for the ids.")
        self.id = job_id
        self.path = settings.jobs_dir() / job_id
        self.log = self.path / "log.txt"
        self.cancel_flag = self.path / "cancel"
        self.beat = self.path / "beat"

    def order(self) -> Order | Unreadable | None:
        """What was asked; None when there is no such job. An unchanged file is parsed
        once.
        """
        path = self.path / _REQUEST
        try:
            stat = path.stat()
        except OSError:
            return None
        return _parsed(path, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)

    def write_order(self, order: Order) -> None:
        """Record what is asked."""
        self._write(_REQUEST, written(self.id, order))

    def progress(self) -> dict[str, Any]:
        """What the worker last reported; empty when nothing yet."""
        return self._read(_PROGRESS)

    def write_progress(self, **fields: object) -> None:
        """Record how far the job is."""
        told = {"updated": now().isoformat(), "host": machine.name()}
        self._write(_PROGRESS, {**fields, **told})

    def outcomes(self) -> list[Outcome]:
        """What became of the parts of the job so far."""
        try:
            return [Outcome(str(part), str(problem)) for part, problem in self._parts()]
        except (TypeError, ValueError):
            return []

    def add_outcome(self, outcome: Outcome) -> None:
        """Record what became of a part."""
        parts = [*self.outcomes(), outcome]
        self._write(_OUTCOMES, {"parts": [(part.part, part.problem) for part in parts]})

    def forget_outcomes(self) -> None:
        """Begin the record of parts anew."""
        (self.path / _OUTCOMES).unlink(missing_ok=True)

    def claim(self, pid: int, job: str = "") -> None:
        """Record which process of this machine works on the job, and as which job of
        the scheduler.
        """
        if (claim := of_process(pid, job)) is not None:
            self._write(_WORKER, claim.to_table())

    def claim_for(self, job: str) -> None:
        """Record that a scheduler has the job, unless its worker has said so by now."""
        claim = self.claimed()
        if claim is None or claim.job != job:
            self._write(_WORKER, Claim("", 0, 0.0, job).to_table())

    def claimed(self) -> Claim | None:
        """Who has last said to work on the job; None when nobody has."""
        return claim_from(self._read(_WORKER))

    def worker_pid(self) -> int | None:
        """The process of this machine that works on the job, if it lives."""
        claim = self.claimed()
        return claim.living_pid if claim else None

    def forget_worker(self) -> None:
        """Record that nobody works on the job."""
        (self.path / _WORKER).unlink(missing_ok=True)

    def open_log(self) -> BinaryIO:
        """The log, to append to. Raises OSError, and InputError when something else is
        in its place.
        """
        if os.path.lexists(self.log) and (what := strange(self.log)):
            raise InputError(f"{self.log} is {what}, expected a file.", "Remove it.")
        return self.log.open("ab")

    def log_tail(self, n_bytes: int) -> str:
        """The end of the log; empty when there is none."""
        if strange(self.log):
            return ""
        try:
            with self.log.open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - n_bytes))
                return stream.read(n_bytes).decode("utf-8", "replace")
        except OSError:
            return ""

    def write_log(self, line: str) -> None:
        """Append a line with its time to the log; a log that cannot be written stops
        nothing.
        """
        with contextlib.suppress(OSError, InputError), self.open_log() as stream:
            stream.write(f"{now().astimezone():%H:%M:%S}  {line}\n".encode())

    def _parts(self) -> Sequence[Any]:
        parts: Sequence[Any] = self._read(_OUTCOMES).get("parts", ())
        return parts

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return read_table(self.path / name)
        except (OSError, InputError):
            return {}

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        with replacing(self.path / name) as scratch:
            scratch.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")


def all_folders() -> list[JobFolder]:
    """Every job there is, unreadable ones included."""
    names = sorted(path.parent.name for path in settings.jobs_dir().glob(f"*/{_REQUEST}"))
    return [JobFolder(name) for name in names if _names_a_folder(name)]


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


@functools.lru_cache(maxsize=4096)
def _parsed(path: Path, *_stamp: int) -> Order | Unreadable:
    return read_order(path)


def _names_a_folder(job_id: str) -> bool:
    # A folder that somebody copied is listed too, whatever it is called.
    plain = job_id.isprintable() and not set(job_id) & set("/\\")
    return plain and not job_id.startswith(".") and 0 < len(job_id.encode()) <= _LONGEST_ID

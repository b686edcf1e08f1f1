"""A job on disk: what it was asked, how far it is, who works on it, and its log."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
from filelock import FileLock

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.request import RunRequest

DEFAULT_HUMAN = ("MEN", "SimLex-999", "WordSim-353")


@dataclass(frozen=True)
class Order:
    """What `request.json` holds. `human` are keys of published data sets and paths of
    CSV files.
    """

    request: RunRequest
    human: tuple[str, ...]
    created: datetime.datetime
    restarts: int = 0
    also: tuple[RunRequest, ...] = ()
    """More runs, such as the others of a study; those that differ in their sets only
    share a forward pass.
    """


class JobFolder:
    """The files of one job. Every file is replaced in one piece, so readers never see
    half of one.
    """

    def __init__(self, run_id: str) -> None:
        if not run_id.isalnum():
            raise InputError(f"“{run_id}” is not the id of a job.", "See `status` for the ids.")
        self.path = settings.jobs_dir() / run_id
        self.log = self.path / "log.txt"
        self.cancel_flag = self.path / "cancel"

    def exists(self) -> bool:
        """Whether the job was ever submitted."""
        return (self.path / "request.json").exists()

    def order(self) -> Order | None:
        """What was asked; None when it is missing or unreadable."""
        found = self._read("request.json")
        try:
            return Order(
                RunRequest.from_json(json.dumps(found["request"])),
                tuple(found["human"]),
                datetime.datetime.fromisoformat(found["created"]),
                int(found["restarts"]),
                tuple(RunRequest.from_json(json.dumps(one)) for one in found.get("also", ())),
            )
        except (InputError, KeyError, TypeError, ValueError):
            return None

    def write_order(self, order: Order) -> None:
        """Record what is asked."""
        fields = {
            "request": json.loads(order.request.to_json()),
            "human": order.human,
            "created": order.created.isoformat(),
            "restarts": order.restarts,
            "also": [json.loads(one.to_json()) for one in order.also],
        }
        self._write("request.json", fields)

    def progress(self) -> dict[str, Any]:
        """What the worker last reported; empty when nothing yet."""
        return self._read("progress.json")

    def write_progress(self, **fields: object) -> None:
        """Record how far the job is."""
        self._write("progress.json", {**fields, "updated": now().isoformat()})

    def claim(self, pid: int) -> None:
        """Record which process works on the job."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self._write("worker.json", {"pid": pid, "started": psutil.Process(pid).create_time()})

    def worker_pid(self) -> int | None:
        """The process that works on the job, if it lives; a pid that was given to
        another does not count.
        """
        found = self._read("worker.json")
        try:
            process = psutil.Process(int(found["pid"]))
            same = abs(process.create_time() - float(found["started"])) < 1.0
            return process.pid if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (psutil.Error, KeyError, TypeError, ValueError):
            return None

    def forget_worker(self) -> None:
        """Record that nobody works on the job."""
        (self.path / "worker.json").unlink(missing_ok=True)

    def write_log(self, line: str) -> None:
        """Append a line with its time to the log; a log that cannot be written stops
        nothing.
        """
        with contextlib.suppress(OSError), self.log.open("a", encoding="utf-8") as stream:
            stream.write(f"{now().astimezone():%H:%M:%S}  {line}\n")

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.path / name).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        scratch = self.path / f".{name}.{os.getpid()}"
        try:
            scratch.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
            os.replace(scratch, self.path / name)
        finally:
            scratch.unlink(missing_ok=True)


def all_folders() -> list[JobFolder]:
    """Every job there is."""
    return [JobFolder(path.parent.name) for path in settings.jobs_dir().glob("*/request.json")]


@contextlib.contextmanager
def lock(name: str, timeout: float = -1) -> Iterator[None]:
    """Hold a lock that the operating system frees when this process dies. Raises
    filelock.Timeout.
    """
    # Outside the job's folder, so that a forgotten job does not pull the lock from
    # under anyone.
    folder = settings.jobs_dir() / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{name}.lock", timeout=timeout):
        yield


def worker_command(run_id: str) -> Sequence[str]:
    """The command line of a detached worker."""
    return sys.executable, "-m", "explorer", "worker", run_id


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)

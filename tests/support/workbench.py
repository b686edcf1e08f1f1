"""A cache folder of its own, a probe set in it, and the fake engine in this process and
in its workers.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.core.request import RunRequest
from explorer.jobs import queue, workers
from explorer.jobs.folder import JobFolder
from explorer.jobs.kind import Context, Outcome
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.progress import Progress
from explorer.probes import probe_set
from tests.support import fake_engine, forked
from tests.support.fixtures import CONCEPTS, DOMAINS, FakeExtraction, small_request

PROJECT = Path(__file__).resolve().parent.parent.parent
_HOOK = """
import importlib.abc, importlib.util, sys
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "explorer.extract.engine":
            return importlib.util.spec_from_file_location(name, {engine!r})
sys.meta_path.insert(0, Finder())
"""


class Heard(Context):
    """Keeps what a kind of job says while it works in this process."""

    def __init__(self, stopped: Callable[[Heard], bool] = lambda _: False) -> None:
        self.progress: list[Progress] = []
        self.lines: list[str] = []
        self.outcomes: list[Outcome] = []
        self._stopped = stopped

    def report(self, progress: Progress) -> None:
        self.progress.append(progress)

    def tell(self, line: str) -> None:
        self.lines.append(line)

    def stopped(self) -> bool:
        return self._stopped(self)

    def record(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


class Workbench:
    """What a test of jobs or of the command line needs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.runs, self.starts = folder, folder / "runs", folder / "starts.txt"
        self.env = monkeypatch.setenv
        hook = folder / "hook"
        hook.mkdir(parents=True)
        hook.joinpath("sitecustomize.py").write_text(_HOOK.format(engine=fake_engine.__file__))
        self.env("PYTHONPATH", f"{hook}{os.pathsep}{PROJECT}")
        self.env("EXPERT_EXPLORER_CACHE", str(folder))
        self.env("EXPERT_EXPLORER_DOWNLOADS", str(folder / "downloads"))
        self.env("XDG_STATE_HOME", str(folder.parent / "state"))
        self.env("FAKE_STARTS", str(self.starts))
        monkeypatch.delenv("EXPERT_EXPLORER_EXECUTOR", raising=False)
        self.env("OMP_NUM_THREADS", "1")
        monkeypatch.setitem(sys.modules, "explorer.extract.engine", fake_engine)
        self._patch = monkeypatch.setattr
        self._start_anew = workers.start
        self._patch(workers, "start", forked.start_worker)
        rows = FakeExtraction(small_request()).sentences
        domains = {word: domain for domain, words in DOMAINS.items() for word in words}
        self.info = probe_set.save("fixture", rows, {"made_by": "test", "domains": domains})

    def request(self, **changes: object) -> RunRequest:
        """A request for the probe set of this workbench."""
        fields: dict[str, object] = {"probe_digest": self.info.digest, **changes}
        return dataclasses.replace(small_request(concepts=CONCEPTS), **fields)  # type: ignore[arg-type]

    def submit(
        self, *requests: RunRequest, human: tuple[str, ...] = (), start: bool = True
    ) -> queue.Job:
        """Queue a pass over these runs, over `request()` when none is named."""
        asked = requests or (self.request(),)
        return queue.submit(EXTRACTION, Pass(asked, human), start=start)

    def extract(
        self, *requests: RunRequest, human: tuple[str, ...] = (), heard: Heard | None = None
    ) -> Heard:
        """Carry a pass over these runs out in this process, without a job."""
        heard = heard or Heard()
        EXTRACTION.run(Pass(requests or (self.request(),), human), heard)
        return heard

    def start_workers_anew(self) -> None:
        """Have workers start as they do outside tests, which takes seconds each."""
        self._patch(workers, "start", self._start_anew)

    def n_starts(self) -> int:
        """How often the engine was started."""
        return len(self.starts.read_text().splitlines()) if self.starts.exists() else 0

    def wait(
        self, run_id: str, until: Callable[[queue.Job], bool], seconds: float = 90
    ) -> queue.Job:
        """The job as soon as it is so; fails the test when it does not become so."""
        end = time.monotonic() + seconds
        job = None
        while time.monotonic() < end:
            job = queue.get(run_id)
            if job is not None and until(job):
                return job
            time.sleep(0.02)
        pytest.fail(f"waited in vain: {job}\n{queue.log_tail(run_id)}")

    def wait_for(self, true: Callable[[], bool], seconds: float = 90) -> None:
        """Return as soon as it is so; fails the test when it does not become so."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                pytest.fail(f"waited in vain: {queue.jobs()}")
            time.sleep(0.02)

    def stop_workers(self) -> None:
        """End what a test has left running."""
        for job in queue.jobs():
            pid = JobFolder(job.id).worker_pid()
            if pid is not None and pid != os.getpid():
                os.kill(pid, 9)
        for child in workers.children:
            child.wait(10)
        workers.children.clear()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """A workbench; its workers end with the test."""
    workbench = Workbench(tmp_path / "cache", monkeypatch)
    yield workbench
    workbench.stop_workers()

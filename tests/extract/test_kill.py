"""`kill -9` of a worker that runs a real model, then resume: the file equals an
uninterrupted one.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.probes import probe_set
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from tests.support import tiny

pytestmark = pytest.mark.slow

LINE = (
    "cat dog bus car rain snow bread soup piano guitar house church doctor teacher red blue shirt "
    "hat tree leaf "
    "moon sun river bridge"
)
WORDS = LINE.split()


def request(model: Path) -> RunRequest:
    rows = [
        Sentence(word, f"The {word} of the {place} was seen {when} by {i} people", "test")
        for word in WORDS
        for i, place in enumerate(("field", "village", "garden", "old town", "north", "market"))
        for when in ("on Sunday", "at night", "again", "in winter", "once")
    ]
    info = probe_set.save("frames", rows, {"made_by": "test"})
    return RunRequest(
        Checkpoint(str(model)),
        "frames",
        info.digest,
        tuple(WORDS),
        15,
        30,
        3,
        pooling="selfcond",
        ap_floor=0.3,
    )


def wait(run_id: str, *, concepts: int = 0, state: str = "") -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        job = queue.get(run_id)
        if job is not None and (
            job.state == state if state else job.stage == "concepts" and job.done >= concepts
        ):
            return
        time.sleep(0.01)
    pytest.fail(queue.log_tail(run_id))


def content(folder: Path, run_id: str) -> dict[str, pd.DataFrame]:
    library = Library(folder / "runs")
    return {
        table: library.export(run_id, table)
        for table in QUERIES
        if table not in ("meta", "progress")
    }


def test_a_killed_extraction_resumes_to_the_file_of_an_uninterrupted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny.checkpoint(tmp_path / "model", "gpt_neox")
    found = {}
    for name in ("killed", "whole"):
        monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / name))
        asked = request(model)
        queue.submit(EXTRACTION, Pass((asked,), ()))
        if name == "killed":
            wait(asked.id, concepts=3)
            pid = JobFolder(asked.id).worker_pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            wait(asked.id, state="interrupted")
            assert not (tmp_path / name / "runs" / f"{asked.id}.duckdb").exists(), (
                "it must have been killed midway"
            )
            queue.resume(asked.id)
        wait(asked.id, state="done")
        found[name] = content(tmp_path / name, asked.id)
        if name == "killed":
            assert "Resuming: " in queue.log_tail(asked.id)
    assert len(found["whole"]["experts"]) > 1_000
    for table, frame in found["whole"].items():
        pd.testing.assert_frame_equal(found["killed"][table], frame)

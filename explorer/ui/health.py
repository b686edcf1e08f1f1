"""How the server is, for whoever watches it: told within a stated time, without names,
addresses or anything secret.
"""

from __future__ import annotations

import concurrent.futures
import os
import threading
import time
from collections import Counter
from typing import Any

import psutil

from explorer import __version__
from explorer.core import access, settings
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.store.files import finished_files

SECONDS = 3.0
"""After which an answer is given without what a slow disk has not told."""
_STARTED = time.time()
_lock = threading.Lock()
_asked: concurrent.futures.Future[dict[str, Any]] | None = None


def health() -> dict[str, Any]:
    """What can be told of the server; `status` is "ok", or the sentence of what is
    wrong. Answers within SECONDS.
    """
    told = {"program": __version__, "up_seconds": round(time.time() - _STARTED)}
    try:
        return {"status": "ok", **told, **_disk().result(SECONDS)}
    except TimeoutError:
        return {"status": f"The cache folder did not answer within {SECONDS:g} seconds.", **told}
    except OSError as error:
        why = error.strerror or "an error"
        return {"status": f"The cache folder cannot be read: {why}.", **told}


def metrics(told: dict[str, Any]) -> str:
    """The same in the text format of Prometheus, with memory and files of the
    process.
    """
    process = psutil.Process()
    lines = [
        *_lines("info", "Version of the program.", {f'version="{__version__}"': 1}),
        *_lines("healthy", "Whether the cache folder can be read.", {"": told["status"] == "ok"}),
        *_lines("up_seconds", "Since the server started.", {"": told["up_seconds"]}),
        *_lines("memory_bytes", "Resident memory.", {"": process.memory_info().rss}),
        *_lines("open_files", "Open files.", {"": process.num_fds()}),
    ]
    if told["status"] == "ok":
        jobs = {f'state="{state}"': n for state, n in told["jobs"].items()}
        lines += _lines("runs", "Finished run files.", {"": told["runs"]})
        lines += _lines("jobs", "Jobs by state.", jobs)
        lines += _lines("workers", "Worker processes that live.", {"": told["workers"]})
        lines += _lines("cache_writable", "Whether jobs can write.", {"": told["writable"]})
    return "\n".join(lines) + "\n"


def _disk() -> concurrent.futures.Future[dict[str, Any]]:
    """What the disk tells, asked by one thread however many ask: a disk that hangs
    holds that one.
    """
    global _asked
    with _lock:
        if _asked is None or _asked.done():
            _asked = concurrent.futures.Future()
            threading.Thread(target=_look, args=(_asked,), daemon=True).start()
        return _asked


def _look(answer: concurrent.futures.Future[dict[str, Any]]) -> None:
    try:
        answer.set_result(_state())
    except BaseException as error:  # noqa: BLE001 - told by whoever waits for the answer
        answer.set_exception(error)


def _state() -> dict[str, Any]:
    cache = settings.cache_dir()
    with os.scandir(cache):
        pass
    jobs = queue.jobs()
    states = Counter(job.state for job in jobs)
    living = [job for job in jobs if job.active and JobFolder(job.id).worker_pid() is not None]
    return {
        "writable": os.access(cache, os.W_OK) and not access.frozen(),
        "read_only": access.frozen(),
        "runs": len(finished_files(settings.runs_dir())),
        "jobs": {state: states[state] for state in ("queued", "running", "interrupted", "failed")},
        "workers": len(living),
    }


def _lines(name: str, about: str, values: dict[str, float]) -> list[str]:
    full = f"expert_explorer_{name}"
    samples = [
        f"{full}{{{label}}} {value:g}" if label else f"{full} {int(value)}"
        for label, value in values.items()
    ]
    return [f"# HELP {full} {about}", f"# TYPE {full} gauge", *samples]

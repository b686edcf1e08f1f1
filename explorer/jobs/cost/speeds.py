"""Measured speeds of this machine, kept by checkpoint and sizes, so that estimates rest
on them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from explorer.core import settings
from explorer.core.errors import ExplorerError
from explorer.core.records import Speed
from explorer.core.request import RunRequest


def known(request: RunRequest) -> Speed | None:
    """What was measured for such a request on this machine, or None."""
    try:
        return Speed(**json.loads(_path(request).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def measure(request: RunRequest) -> Speed:
    """Measure in a process of its own: it loads the model, which takes seconds to
    minutes.

    Raises ExplorerError with the sentence of what failed there.
    """
    command = [sys.executable, "-m", "explorer.extract.speed"]
    environment = {**os.environ, "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve())}
    done = subprocess.run(
        command,
        cwd=settings.PROJECT,
        env=environment,
        input=request.to_json(),
        capture_output=True,
        text=True,
    )
    told: dict[str, float | str] = {}
    with contextlib.suppress(ValueError, IndexError):
        told = json.loads(done.stdout.splitlines()[-1])
    if done.returncode or "what" in told:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        kinds = {kind.exit_code: kind for kind in ExplorerError.__subclasses__()}
        what = str(told.get("what") or f"The speed could not be measured: {last}.")
        raise kinds.get(done.returncode, ExplorerError)(what, str(told.get("hint") or ""))
    speed = Speed(**told)  # type: ignore[arg-type]
    path = _path(request)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_text(json.dumps(asdict(speed)), "utf-8")
    scratch.replace(path)
    return speed


def _path(request: RunRequest) -> Path:
    # A model is as fast at every step of its training; the sizes of the sets decide
    # what ranking costs.
    sizes = (request.n_positive, request.n_negative, request.folds)
    parts = (request.checkpoint.model, request.dtype, request.pooling, request.probe_digest, *sizes)
    return (
        settings.cache_dir()
        / "speeds"
        / f"{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}.json"
    )

"""Measured speeds of this machine, kept by checkpoint and sizes, so that estimates rest
on them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.core import access, settings
from explorer.core.disk import read_table, replacing
from explorer.core.errors import (
    ExplorerError,
    InputError,
    ModelError,
    ResourceError,
    SentencesError,
)
from explorer.core.records import Speed
from explorer.core.request import RunRequest

_KINDS = (InputError, ModelError, SentencesError, ResourceError)
"""Kinds of errors that the measuring process tells by its exit code."""


def known(request: RunRequest) -> Speed | None:
    """What was measured for such a request on this machine, or None."""
    try:
        told = read_table(_path(request))
        good = all(math.isfinite(value) and value >= 0 for value in told.values())
        return Speed(**told) if good else None
    except (OSError, InputError, TypeError, OverflowError):
        return None


def measure(request: RunRequest) -> Speed:
    """Measure in a process of its own: it loads the model, which takes seconds to
    minutes.

    Raises ExplorerError with the sentence of what failed there, AccessError where
    whoever asks may only look.
    """
    access.check()
    done = subprocess.run(
        [sys.executable, "-m", "explorer.extract.speed"],
        cwd=settings.PROJECT,
        env={**os.environ, "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve())},
        input=request.to_json(),
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = {}
    with contextlib.suppress(ValueError, IndexError):
        told = json.loads(done.stdout.splitlines()[-1])
    if done.returncode or "what" in told or not told:
        raise _failure(done.returncode, told, done.stderr)
    speed = Speed(**told)
    _keep(speed, _path(request))
    return speed


def _failure(code: int, told: Mapping[str, Any], stderr: str) -> ExplorerError:
    """What the process said of itself, or how it ended without a word."""
    if "what" in told:
        kinds = {kind.exit_code: kind for kind in _KINDS}
        return kinds.get(code, ExplorerError)(str(told["what"]), str(told.get("hint") or ""))
    if code == -signal.SIGKILL:
        return ResourceError(
            "The speed could not be measured: the system stopped the process, most likely "
            "because memory ran out.",
            "Choose a smaller checkpoint or bfloat16, or close other programs.",
        )
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    last = (stderr.strip().splitlines() or ["nothing was said"])[-1]
    return ExplorerError(
        f"The speed could not be measured: the process ended with {how}. It said: {last[:300]}",
        "Start the extraction all the same, or try again.",
    )


def _keep(speed: Speed, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as scratch:
        scratch.write_text(json.dumps(asdict(speed)), "utf-8")


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

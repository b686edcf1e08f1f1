"""Folders of jobs as nobody should leave them: how each is made of a good one, and what
must be said of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile.case import Hostile
from tests.hostile.in_folder import file, instead


def order(**changes: Any) -> Callable[[Path], None]:
    """The order with other fields."""

    def make(folder: Path) -> None:
        path = folder / "request.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return make


def _training() -> dict[str, Any]:
    size = {"name": "s", "layers": "x", "width": [], "heads": 1}
    return {"family": {"name": "f", "sizes": [size], "corpora": []}, "sizes": ["s"]}


def _large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)


ORDERS = [
    Hostile("an empty table", file("request.json", "{}"), "does not say"),
    Hostile("a pipe for an order", instead("request.json", os.mkfifo), "is a pipe"),
    Hostile("a folder for an order", instead("request.json", Path.mkdir), "is a folder"),
    Hostile("an order of 2 GB", instead("request.json", _large), "too large"),
    Hostile(
        "an endless order", instead("request.json", lambda p: p.symlink_to("/dev/zero")), "dev"
    ),
    Hostile("a deep order", file("request.json", "[" * 100_000), "not JSON"),
    Hostile("bytes", file("request.json", b"\xff\xfe"), "no text in UTF-8"),
    Hostile("half a character", order(kind="\ud800"), "not JSON that can be read"),
    Hostile("endless restarts", order(restarts=float("inf")), "cannot be read"),
    Hostile("restarts of text", order(restarts="many"), "cannot be read"),
    Hostile("a time of another kind", order(created=5), "cannot be read"),
    Hostile("an id of another kind", order(id=["a"]), "is a copy of the job"),
    Hostile("parents of another kind", order(parents=3), "cannot be read"),
    Hostile("a request of another kind", order(request=[]), "cannot be read"),
    Hostile("a request of numbers", order(request={"requests": [5], "human": []}), "no table"),
    Hostile("a training of text", order(kind="training", request=_training()), "cannot be read"),
    Hostile("a study of nothing", order(kind="study", request={"title": 5}), "cannot be read"),
]
"""Orders that cannot be carried out."""

BESIDE = [
    Hostile("a pipe for progress", instead("progress.json", os.mkfifo), ""),
    Hostile("a deep progress", file("progress.json", "[" * 100_000), ""),
    Hostile(
        "endless progress",
        file("progress.json", '{"state": "cancelled", "done": -5, "total": 1e999, "eta_s": NaN}'),
        "",
    ),
    Hostile("huge progress", file("progress.json", '{"done": 1' + "0" * 400 + "}"), ""),
    Hostile("progress of other kinds", file("progress.json", '{"state": [], "stage": {}}'), ""),
    Hostile("a worker that is none", file("worker.json", '{"pid": 1e999, "started": "x"}'), ""),
    Hostile("a worker of 30 digits", file("worker.json", f'{{"pid": {10**30}, "started": 1}}'), ""),
    Hostile("a worker below 0", file("worker.json", '{"pid": -1, "started": 1}'), ""),
    Hostile("parts of other kinds", file("outcomes.json", '{"parts": [5, [1, 2, 3]]}'), ""),
    Hostile("a pipe for a log", instead("log.txt", os.mkfifo), ""),
    Hostile("a folder for a log", instead("log.txt", Path.mkdir), ""),
]
"""What lies beside a good order."""

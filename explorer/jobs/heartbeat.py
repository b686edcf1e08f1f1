"""Signs of life of a worker that another machine can see.

A pid says nothing on another machine, and clocks differ between machines. So a worker
changes a file every few seconds, and whoever watches compares what the file says with
what it said before, by a clock of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from explorer.core import machine

EVERY_S, SILENT_S = 5.0, 60.0
"""Between two beats, and how long none may be seen."""
_seen: dict[Path, tuple[object, float]] = {}


@contextlib.contextmanager
def beating(path: Path) -> Iterator[None]:
    """Change a file every few seconds while the work inside goes on."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(path, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        with contextlib.suppress(OSError):
            path.unlink()


def is_silent(path: Path) -> bool:
    """Whether a file has not changed for long, as far as this process has watched: it
    takes `SILENT_S` of asking now and then until this turns true.
    """
    return unchanged(path, _content(path), SILENT_S)


def unchanged(key: Path, value: object, seconds: float) -> bool:
    """Whether this process has seen nothing but this value under a key for so long."""
    now = time.monotonic()
    before, since = _seen.get(key, (None, now))
    if key not in _seen or before != value:
        _seen[key] = (value, now)
        return False
    return now - since >= seconds


def _beat(path: Path, done: threading.Event) -> None:
    for number in itertools.count():
        # A full disk stops no work; the file changes all the same when it is emptied.
        with contextlib.suppress(OSError):
            path.write_text(f"{machine.name()} {number}\n", "utf-8")
        if done.wait(EVERY_S):
            return


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()[:200]
    except OSError:
        return b""

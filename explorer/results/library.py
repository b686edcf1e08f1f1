"""Open the runs of a folder, once for each folder."""

from __future__ import annotations

import threading
from pathlib import Path

from explorer.core import settings
from explorer.core.paths import full_path
from explorer.store.library import Library

_lock = threading.Lock()
_libraries: dict[Path, Library] = {}


def open_library(folder: Path | str | None = None) -> Library:
    """The finished runs of a folder, by default those of the cache; the same for all
    callers.
    """
    path = full_path(folder if folder is not None else settings.runs_dir())
    with _lock:
        if path not in _libraries:
            _libraries[path] = Library(path)
        return _libraries[path]

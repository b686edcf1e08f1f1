"""The library of this server's cache."""

from __future__ import annotations

import contextlib

from explorer.core import access, settings
from explorer.results.library import open_library
from explorer.store.library import Library


def library() -> Library:
    """The finished runs of the cache; a folder that is not there is made."""
    folder = settings.runs_dir()
    # A read-only deployment without runs shows its empty state.
    with contextlib.suppress(OSError):
        if not access.frozen():
            folder.mkdir(parents=True, exist_ok=True)
    return open_library(folder)

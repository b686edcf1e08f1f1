"""Where things live on this machine; every path can be moved by an environment
variable.
"""

from __future__ import annotations

import os
from pathlib import Path

from explorer.core.errors import InputError
from explorer.core.paths import storable, user_path

PROJECT = Path(__file__).resolve().parent.parent.parent
IS_CHECKOUT = (PROJECT / "app.py").exists()
"""Whether the program runs from its sources; else it was installed as a package."""
RESPONSE_MEMORY_SHARE = 0.25
"""Responses that would take more than this share of the free memory go to a scratch
file.
"""
POOL_MEMORY_SHARE = 0.75
"""The same for the sorted negative pool, which every concept reads from end to end."""
TRAINING_RECORD = "training.json"
"""File beside a checkpoint's weights with what was recorded when they were trained."""


def cache_dir() -> Path:
    """Folder of runs, jobs and probe sets: `EXPERT_EXPLORER_CACHE`, else `cache/` of
    the checkout, else the user's data folder.
    """
    if named := _named("EXPERT_EXPLORER_CACHE"):
        return named
    return PROJECT / "cache" if IS_CHECKOUT else _home("XDG_DATA_HOME", ".local/share") / "cache"


def runs_dir() -> Path:
    """Folder of finished and partial run files."""
    return cache_dir() / "runs"


def evidence_dir() -> Path:
    """Folder of responses that were collected for finished runs."""
    return cache_dir() / "evidence"


def readings_dir() -> Path:
    """Folder of sentences that were typed and what was read of them."""
    return cache_dir() / "readings"


def reports_dir() -> Path:
    """Folder of the drafts of reports."""
    return cache_dir() / "reports"


def jobs_dir() -> Path:
    """Folder of job requests, their progress and their logs."""
    return cache_dir() / "jobs"


def probes_dir() -> Path:
    """Folder of the user's probe sets."""
    return cache_dir() / "probes"


def bundled_dir() -> Path:
    """Folder of what ships with the project: the bundled probe set and its data
    card.
    """
    return PROJECT / "cache" / "bundled"


def downloads_dir() -> Path:
    """Folder shared by all checkouts of this user for converted models and human pairs.

    `EXPERT_EXPLORER_DOWNLOADS`, else the user's cache folder.
    """
    return _named("EXPERT_EXPLORER_DOWNLOADS") or _home("XDG_CACHE_HOME", ".cache")


def state_dir() -> Path:
    """Folder of this user alone, for what will be executed later: whoever may write
    into a shared cache decides nothing there.
    """
    return _home("XDG_STATE_HOME", ".local/state")


def models_dir() -> Path:
    """Folder of the models made on this machine: one folder a model, below it one a
    revision.
    """
    return downloads_dir() / "models"


def _named(variable: str) -> Path | None:
    """The folder that a variable names; an empty one names none."""
    text = os.environ.get(variable, "").strip()
    if not text:
        return None
    try:
        return storable(user_path(text))
    except InputError as error:
        raise InputError(f"{variable}: {error.what}", error.hint) from error


def _home(variable: str, usual: str) -> Path:
    """Our folder among those that other programs of the user keep there."""
    return (_named(variable) or Path.home() / usual) / "expert-explorer"

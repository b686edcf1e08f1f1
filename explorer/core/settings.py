"""Where things live on this machine; every path can be moved by an environment
variable.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
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
    the project.
    """
    return Path(os.environ.get("EXPERT_EXPLORER_CACHE", PROJECT / "cache"))


def runs_dir() -> Path:
    """Folder of finished and partial run files."""
    return cache_dir() / "runs"


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
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "expert-explorer"
    return Path(os.environ.get("EXPERT_EXPLORER_DOWNLOADS", default))


def models_dir() -> Path:
    """Folder of the models made on this machine: one folder a model, below it one a
    revision.
    """
    return downloads_dir() / "models"

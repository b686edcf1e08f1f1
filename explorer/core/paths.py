"""What a user's word for a file or folder means."""

from __future__ import annotations

import os
from pathlib import Path

from explorer.core.disk import strange
from explorer.core.errors import InputError

_LONGEST_PATH, _LONGEST_NAME = 4096, 255
"""Bytes, on every usual file system."""


def user_path(text: str | Path) -> Path:
    """The path that a user's word for a file or folder means, "~" included. Raises
    InputError for what can be the path of nothing.
    """
    if "\0" in str(text):
        raise InputError(f"“{_short(text)}” is no path: it holds the character NUL.")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise InputError(
            f"“{_short(text)}” cannot be found: {str(error).rstrip('.')}.", "Give its full path."
        ) from error
    if len(os.fsencode(path)) >= _LONGEST_PATH or any(
        len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts
    ):
        raise InputError(f"“{_short(text)}” is longer than a path can be.")
    return path


def full_path(text: str | Path) -> Path:
    """As `user_path`, from the root and where links lead, so that it can be written
    down. Raises InputError also for a circle of links and for a name that is no text.
    """
    path = user_path(text)
    try:
        return storable(path.resolve())
    except (RuntimeError, OSError) as error:
        what = strange(path) or "no path that can be followed"
        raise InputError(f"“{_short(text)}” is {what}.", "Give its full path.") from error


def storable(path: Path) -> Path:
    """The path itself, which files of ours may name. Raises InputError where it is no
    text.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"“{_short(path)}” has a name that is not UTF-8.", "Rename it.") from error
    return path


def _short(text: str | Path) -> str:
    shown = str(text) if len(str(text)) <= 80 else f"{str(text)[:79]}…"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)

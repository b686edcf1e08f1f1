"""Drafts of reports: one TOML file each, below the cache, shared by its visitors."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from explorer.core import access, settings
from explorer.core.disk import replacing
from explorer.core.errors import InputError, ResourceError
from explorer.core.locking import locked
from explorer.reports.reading import LARGEST, read_report
from explorer.reports.report import MOST, Report, Shown
from explorer.reports.writing import to_toml

FIRST = "report"
"""The name of the draft that the first exhibit is added to."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PATIENCE_S = 5.0


def names() -> list[str]:
    """Drafts by name. A damaged file is among them: it says so when it is read."""
    files = settings.reports_dir().glob("*.toml")
    return sorted(path.stem for path in files if _NAME.fullmatch(path.stem))


def path_of(name: str) -> Path:
    """Where a draft of this name lives. Raises InputError on a name unfit for a
    file.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"“{name[:80]}” cannot name a draft.",
            "Use up to 64 letters, digits, dots, dashes and underscores.",
        )
    return settings.reports_dir() / f"{name}.toml"


def read(name: str) -> Report:
    """A draft by name. Raises InputError where it is missing or damaged."""
    return read_report(path_of(name))


def save_new(name: str, report: Report) -> None:
    """Write a draft under a name that is free. Raises InputError where it is taken, and
    as `change` does.
    """
    with _writing(name) as path:
        if path.exists():
            raise InputError(f"There is a draft “{name}” already.", "Choose another name.")
        _write(path, report)


def change(name: str, step: Callable[[Report], Report]) -> Report:
    """What a step makes of a draft, written in one piece, while no other visitor
    changes it.

    Raises InputError for a damaged draft and for what the step refuses, ResourceError
    where it cannot be written, AccessError where whoever asks may only look.
    """
    with _writing(name) as path:
        changed = step(read_report(path))
        _write(path, changed)
        return changed


def add(name: str, shown: Shown) -> int:
    """Append an exhibit to a draft, which is made where there is none; returns how many
    exhibits it has. Raises as `change` does.
    """
    with _writing(name) as path:
        draft = read_report(path) if path.exists() else Report(title="Untitled report")
        if len(draft.blocks) >= MOST["blocks"]:
            raise InputError(
                f"The draft “{name}” has {len(draft.blocks)} blocks, the most that a report has.",
                "Choose another draft on the Report page.",
            )
        changed = replace(draft, blocks=(*draft.blocks, shown))
        _write(path, changed)
        return len(changed.shown)


def rename(name: str, new: str) -> None:
    """Give a draft another name. Raises InputError where it is taken or unfit."""
    with _writing(name) as path, _writing(new) as target:
        if target.exists():
            raise InputError(f"There is a draft “{new}” already.", "Choose another name.")
        if not path.exists():
            raise InputError(f"There is no draft “{name}”.", "Choose one of the list.")
        path.rename(target)


def delete(name: str) -> None:
    """Delete a draft."""
    with _writing(name) as path:
        path.unlink(missing_ok=True)


def _write(path: Path, report: Report) -> None:
    text = to_toml(report)
    if len(text.encode()) > LARGEST:
        raise InputError(
            f"The draft would be larger than a report can be ({LARGEST:,} bytes).",
            "Shorten its texts.",
        )
    with replacing(path) as scratch:
        scratch.write_text(text, "utf-8")


@contextlib.contextmanager
def _writing(name: str) -> Iterator[Path]:
    """The path of a draft, for one writer at a time."""
    access.check()
    path = path_of(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_name(f".{name}.lock"), _PATIENCE_S):
            yield path
    except OSError as error:
        raise ResourceError(
            f"The draft could not be written to {path.parent}: {error.strerror or error}.",
            "Make the folder writable, or point EXPERT_EXPLORER_CACHE to one that is.",
        ) from error

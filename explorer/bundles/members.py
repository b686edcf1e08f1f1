"""What a bundle may hold: one table of its members, and its manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core import settings
from explorer.core.errors import InputError

KIND, VERSION = "bundle", 1
MANIFEST = "bundle.json"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_ID = r"[0-9a-f]{16}"


@dataclass(frozen=True)
class Folder:
    """Files of one kind: their folder in a bundle and in the cache."""

    name: str
    pattern: str
    """Of a member's name in it."""
    place: Callable[[], Path]


FOLDERS = {
    folder.name: folder
    for folder in (
        Folder("runs", rf"{_ID}\.duckdb", settings.runs_dir),
        Folder("evidence", rf"{_ID}\.duckdb", settings.evidence_dir),
        Folder("probes", rf"{_NAME}\.parquet", settings.probes_dir),
        Folder("studies", rf"{_NAME}\.toml", lambda: settings.cache_dir() / "studies"),
        Folder("reports", rf"{_NAME}\.toml", settings.reports_dir),
    )
}


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself."""

    files: Mapping[str, str]
    """Member → sha256."""
    probe_sets: Mapping[str, str]
    """Name → digest of the probe sets of its runs, whether they are in it or not."""


def folder_of(member: str) -> Folder:
    """The folder of a member. Raises InputError for a name that no member has."""
    name, slash, file = member.partition("/")
    folder = FOLDERS.get(name)
    if not slash or folder is None or not re.fullmatch(folder.pattern, file):
        raise InputError(
            f"It holds “{_shown(member)}”, which is no part of a bundle.",
            f"Expected files in {', '.join(FOLDERS)}.",
        )
    return folder


def manifest_from(table: Mapping[str, Any]) -> Manifest:
    """The manifest of a JSON object. Raises InputError for anything else."""
    if table.get("kind") != KIND:
        raise InputError(f"It says that it is “{_shown(table.get('kind'))}”, expected “{KIND}”.")
    version = table.get("schema_version")
    if version != VERSION:
        raise InputError(
            f"It is of version {_shown(version)} of bundles; this program reads {VERSION}.",
            "Update this program to read it.",
        )
    files, probe_sets = table.get("files"), table.get("probe_sets")
    for part in (files, probe_sets):
        if not isinstance(part, dict) or not all(isinstance(v, str) for v in part.values()):
            raise InputError(f"Its {MANIFEST} lacks files or probe sets.", "Export it again.")
    assert isinstance(files, dict)
    assert isinstance(probe_sets, dict)
    return Manifest(files, probe_sets)


def _shown(value: object) -> str:
    text = str(value)[:80]
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)

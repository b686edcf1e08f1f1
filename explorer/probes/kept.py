"""Tables of the user's own, kept beside the runs: human ratings, which every run is
compared with that covers them, whenever it was made, and properties of words; and which
runs asked for published ratings later.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
from pathlib import Path

from explorer.core import access, settings
from explorer.core.disk import read_bytes, replacing, strange
from explorer.core.errors import ExplorerError, ResourceError
from explorer.core.records import HumanPair
from explorer.probes import human
from explorer.probes.datasets import DATASETS

LARGEST = 100_000_000
HUMAN, COVARIATES = "human", "covariates"
"""What is kept: the names of its folders."""
Kept = tuple[str, str, int]
"""A file that is kept: its path, the digest of its content, and when it was kept."""


def keep(name: str, content: bytes, ending: str = ".csv", kind: str = HUMAN) -> Path:
    """Keep the content of a file of ratings, or of another kind; the same content is
    kept once. Raises ResourceError, and AccessError where whoever asks may only look.
    """
    access.check()
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem = re.sub(r"[^\w.-]+", "-", name).strip(".-") or ("ratings" if kind == HUMAN else "values")
    path = _folder(kind) / digest / f"{stem}{ending}"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as scratch:
                scratch.write_bytes(content)
    except OSError as error:
        raise _not_kept(error) from error
    return path


def keep_file(path: Path, kind: str = HUMAN) -> Path:
    """Keep a file that was read already; one that is kept stays as it is."""
    if _folder(kind) in path.parents:
        return path
    return keep(path.stem, read_bytes(path, LARGEST), path.suffix.lower(), kind)


def kept_files(kind: str = HUMAN) -> tuple[Kept, ...]:
    """The files of a kind that are kept, by name; what is no file is left out."""
    found: list[Kept] = []
    with contextlib.suppress(OSError):
        for folder in os.scandir(_folder(kind)):
            with contextlib.suppress(OSError):
                for entry in os.scandir(folder.path):
                    path = Path(entry.path)
                    if not entry.name.startswith(".") and not strange(path):
                        found.append((entry.path, folder.name, entry.stat().st_mtime_ns))
    return tuple(sorted(found, key=lambda file: (Path(file[0]).stem, file[1])))


def label_of(file: Kept) -> str:
    """What to call a file that is kept, as ratings for runs that do not hold them: the
    digest tells one content from another, whatever the name.
    """
    return f"{Path(file[0]).stem} {file[1][:7]}"


def ask_for(run_id: str, name: str) -> None:
    """Note that published ratings were asked for after a run was made. Raises
    ResourceError and AccessError.
    """
    access.check()
    path = _asked(run_id) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise _not_kept(error) from error


def asked_for(run_id: str) -> tuple[str, ...]:
    """The published ratings that were asked for after a run was made."""
    return tuple(name for name in DATASETS if (_asked(run_id) / name).exists())


@functools.lru_cache(64)
def pairs_of(file: Kept) -> tuple[HumanPair, ...]:
    """The pairs of a file that is kept; none where it cannot be read."""
    try:
        return tuple(human.read_csv(Path(file[0])))
    except (ExplorerError, OSError):
        return ()


def _folder(kind: str) -> Path:
    return settings.cache_dir() / kind


def _asked(run_id: str) -> Path:
    return _folder(HUMAN) / ".asked" / run_id


def _not_kept(error: OSError) -> ResourceError:
    return ResourceError(
        f"The table could not be kept: {error.strerror or error}.",
        "Make the cache folder writable, or point EXPERT_EXPLORER_CACHE to one that is.",
    )

"""Which GGUF file is meant where a model is named by a path."""

from __future__ import annotations

import re
from pathlib import Path

from explorer.core.errors import ModelError
from explorer.models.gguf.checks import split_file

ENDING = ".gguf"
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)
_OTHERS = ("*.safetensors", "*.bin", "*/config.json")


def gguf_of(place: Path) -> Path | None:
    """The GGUF file that a path means: itself, or the only one in a folder that holds
    no other weights; None where it means none.

    Raises ModelError for part of a split file, and for several files in a folder.
    """
    if place.suffix.lower() == ENDING and not place.is_dir():
        return _whole(place)
    if not place.is_dir() or any(next(place.glob(pattern), None) for pattern in _OTHERS):
        return None
    files = sorted(path for path in place.iterdir() if path.suffix.lower() == ENDING)
    if not files:
        return None
    if len({_PART.sub("", path.name) for path in files}) > 1:
        listed = ", ".join(path.name for path in files[:6]) + (", …" if len(files) > 6 else "")
        raise ModelError(
            f"{place} holds {len(files)} GGUF files: {listed}.",
            f"Name the one that is meant, such as {files[0]}.",
        )
    return _whole(files[0])


def _whole(path: Path) -> Path:
    part = _PART.search(path.name)
    if part and int(part[2]) > 1:
        raise split_file(f"{int(part[1])} of {int(part[2])}", path)
    return path

"""The content of a folder of weights, told apart in bounded time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from explorer.core import settings

ENDINGS = {".safetensors", ".bin", ".gguf"}
SAMPLES, SAMPLE_BYTES = 64, 4096
"""Read of each weight file: its beginning, where the names of tensors stand, its end,
and places between, so that a gigabyte takes as long as a megabyte.
"""


def digest(folder: Path) -> str:
    """Identity of config, weights and training record of a folder, 40 hex digits.

    A folder without a config.json gives that of its weights. Raises OSError.
    """
    found = hashlib.sha256()
    for name in ("config.json", settings.TRAINING_RECORD):
        path = folder / name
        found.update(path.read_bytes() if path.exists() else b"")
    for path in sorted(path for path in folder.iterdir() if path.suffix in ENDINGS):
        size = path.stat().st_size
        found.update(json.dumps([path.name, size]).encode())
        with path.open("rb") as stream:
            for place in _places(size):
                stream.seek(place)
                found.update(stream.read(SAMPLE_BYTES))
    return found.hexdigest()[:40]


def _places(size: int) -> list[int]:
    last = max(0, size - SAMPLE_BYTES)
    return sorted({last * n // (SAMPLES - 1) for n in range(SAMPLES)})

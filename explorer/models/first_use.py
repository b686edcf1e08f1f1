"""What is done to a model before it is first loaded: fetched, converted, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.core.checkpoint import Checkpoint
from explorer.models import builtin, folders
from explorer.models.gguf import conversion
from explorer.models.gguf.reading import read_header

_FETCH_SECONDS = 60


@dataclass(frozen=True)
class FirstUse:
    """What the first use costs more; all empty where there is nothing to do."""

    note: str = ""
    seconds: float = 0.0
    disk_bytes: int = 0


def of(checkpoint: Checkpoint) -> FirstUse:
    """What is still to be done to a checkpoint. Raises ModelError."""
    if checkpoint.model == builtin.NAME:
        if builtin.is_ready():
            return FirstUse()
        return FirstUse("the built-in model is fetched first (93 MB, once)", _FETCH_SECONDS)
    file = folders.gguf_file(checkpoint)
    if file is None or conversion.is_ready(file):
        return FirstUse()
    n_weights = read_header(file).n_weights
    return FirstUse(
        f"{file.name} is converted first (once)",
        conversion.SECONDS_A_WEIGHT * n_weights,
        conversion.BYTES_A_WEIGHT * n_weights,
    )


def ensure(checkpoint: Checkpoint, tell: Callable[[str], None]) -> None:
    """Do it. Raises ModelError and ResourceError."""
    if checkpoint.model == builtin.NAME:
        builtin.ensure(tell)
    elif file := folders.gguf_file(checkpoint):
        conversion.ensure(file, tell)

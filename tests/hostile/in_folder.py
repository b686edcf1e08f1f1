"""How a folder of several files is made hostile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def file(name: str, content: bytes | str) -> Callable[[Path], None]:
    """A file of the folder, written anew."""

    def make(folder: Path) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)

    return make


def instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else where a file of the folder was."""

    def spoil(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return spoil

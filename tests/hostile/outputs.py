"""Places where nothing can be written."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.case import Hostile


def looped(path: Path) -> Path:
    """A file in a folder that is a link to itself."""
    path.symlink_to(path.name)
    return path / f"x{path.suffix}"


OUTPUTS = [
    Hostile("a folder", Path.mkdir, "cannot be written"),
    Hostile("no folder", lambda p: f"{p}/there/x{p.suffix}", "cannot be written"),
    Hostile("a file as folder", lambda p: f"{__file__}/x{p.suffix}", "cannot be written"),
    Hostile("a folder of the system", lambda p: f"/proc/{p.name}", "cannot be written"),
    Hostile("a read-only file system", lambda p: f"/sys/{p.name}", "cannot be written"),
    Hostile("NUL", lambda p: f"a\0b{p.suffix}", "NUL"),
    Hostile("300 letters", lambda p: "x" * 300 + p.suffix, "longer than a path"),
    Hostile("6,000 letters", lambda p: "x/" * 3000 + p.name, "longer than a path"),
    Hostile("the home of nobody", lambda p: f"~nobody-here/{p.name}", "home|cannot be found"),
    Hostile("below a link to itself", looped, "cannot be written"),
]  # fmt: skip
"""For `--out`."""

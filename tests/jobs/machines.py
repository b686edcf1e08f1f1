"""Processes of several machines on one folder: each has a host name of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def missing() -> str:
    """Why no second machine can be made here; "" where one can."""
    if shutil.which("unshare") is None:
        return "there is no unshare"
    tried = subprocess.run(_named("other", "true"), capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"no host name can be given: {tried.stderr.strip()}"


def start(host: str, *arguments: str) -> subprocess.Popen[str]:
    """A command of the explorer on a machine of this name, with this one's disks."""
    return subprocess.Popen(
        _named(host, sys.executable, "-m", "explorer", *arguments),
        cwd=PROJECT,
        env={**os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _named(host: str, *command: str) -> tuple[str, ...]:
    # Without root, a user namespace lets a process name its own machine.
    flags = ("--uts",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--uts")
    return ("unshare", *flags, "sh", "-c", 'hostname "$0" && exec "$@"', host, *command)

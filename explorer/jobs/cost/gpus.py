"""GPUs of this machine, asked of nvidia-smi: the dashboard, which tells costs, never
loads torch.
"""

from __future__ import annotations

import functools
import importlib.metadata
import subprocess
import time

_KNOWN_SECONDS = 30


def free_memory() -> int | None:
    """Free bytes of all GPUs together; None where there is none that the installed
    torch can use.
    """
    if importlib.metadata.version("torch").endswith("+cpu"):
        return None
    return ask(int(time.monotonic() / _KNOWN_SECONDS))


@functools.lru_cache(maxsize=1)
def ask(_moment: int) -> int | None:
    """The answer at a moment, kept: nvidia-smi may take a second, and a study asks for
    each of its passes.
    """
    command = ["nvidia-smi", "--query-gpu=memory.free", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=True
        ).stdout
        return sum(int(line) for line in told.splitlines()) << 20 or None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None

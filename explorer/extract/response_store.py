"""Where responses are kept: on the device, in memory, or in a scratch file when they
are too large.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
import torch

from explorer.core import memory
from explorer.core.errors import ResourceError
from explorer.core.settings import RESPONSE_MEMORY_SHARE

MEMORY_SHARE = RESPONSE_MEMORY_SHARE


def allocate(rows: int, units: int, device: torch.device, scratch: Path) -> torch.Tensor:
    """Float32 (rows, units), not initialised: on a GPU, in memory, or mapped from a
    file below `scratch`.

    Raises ResourceError when the disk cannot hold it.
    """
    size = 4 * rows * units
    if device.type == "cuda" and size < MEMORY_SHARE * torch.cuda.mem_get_info(device)[0]:
        return torch.empty((rows, units), device=device)
    if size < MEMORY_SHARE * memory.free():
        return torch.empty((rows, units))
    with scratch_file(size, scratch) as file:  # a map outlives its file
        return torch.from_numpy(np.asarray(np.memmap(file, np.float32, "r+", shape=(rows, units))))


def scratch_file(size: int, scratch: Path) -> IO[bytes]:
    """A file of `size` bytes below `scratch`, without a name: it goes away when it is
    closed.

    So it does with the process, however that ends. Raises ResourceError when the disk
    cannot hold it.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - it stays open
    try:
        _reserve(file, size, scratch)
    except OSError as error:
        file.close()
        raise ResourceError(
            f"The responses, {size / 1e9:.1f} GB, do not fit in memory, nor in {scratch}: "
            f"{error.strerror}.",
            "Free some disk space, or lower N⁺ or N⁻.",
        ) from error
    return file


def _reserve(file: IO[bytes], size: int, scratch: Path) -> None:
    """Make `file` `size` bytes long, with its blocks set aside where the system can.
    Raises OSError.
    """
    # A hole in a mapped file kills the process when the disk is full, once it is
    # written; reserved blocks cannot.
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    if shutil.disk_usage(scratch).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    file.truncate(size)

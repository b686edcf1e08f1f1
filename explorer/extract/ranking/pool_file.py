"""A sorted pool that memory does not hold: in a scratch file, past the page cache of
the system.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import mmap
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core.errors import ResourceError
from explorer.extract.ranking.host import SortedPool, pool_arrays
from explorer.extract.response_store import scratch_file

ALIGNED = 4096
"""Bytes: places, lengths and addresses of direct reads and writes are multiples of it.
"""
UNITS = 2048
"""Units whose rows, of whatever pool, begin and end at such places."""
HUGE_PAGE = 1 << 21


@dataclass(frozen=True)
class _Part:
    """Where one array of the pool is in the file: from byte `start`, rows of `columns`
    numbers.
    """

    start: int
    columns: int
    dtype: np.dtype

    def bytes(self, units: slice) -> tuple[int, int]:
        """Where the rows of some units begin and end."""
        row = self.columns * self.dtype.itemsize
        return self.start + units.start * row, self.start + units.stop * row


class PoolFile:
    """A pool of `n` sentences and `units` units in a file below `scratch`, which goes
    away with it.

    Every concept reads all of it, more than the page cache holds: with a mapped file,
    the system would spend as much CPU time on that cache as average precision takes.
    Raises ResourceError when the disk cannot hold it.
    """

    def __init__(self, n: int, units: int, scratch: Path) -> None:
        self._parts: list[_Part] = []
        self._units = units
        end = 0
        for shape, dtype in pool_arrays(n, units):
            self._parts.append(_Part(end, shape[1], np.dtype(dtype)))
            end = _up(self._parts[-1].bytes(slice(0, units))[1])
        file = scratch_file(end, scratch)
        weakref.finalize(self, file.close)
        self._file = file.fileno()
        _bypass_cache(self._file)
        self._buffers = threading.local()

    def units(self, units: slice) -> SortedPool:
        """The part of some units, until the same thread asks for another."""
        return SortedPool(*(self._read(number, units) for number in range(len(self._parts))))

    @contextlib.contextmanager
    def filling(self, units: slice) -> Iterator[SortedPool]:
        """A part to sort into, written when the block ends; it starts at a multiple of
        UNITS.
        """
        places = [part.bytes(units) for part in self._parts]
        buffers = [
            self._buffer(number, _up(stop - start)) for number, (start, stop) in enumerate(places)
        ]
        yield SortedPool(
            *(self._array(number, buffer, 0, units) for number, buffer in enumerate(buffers))
        )
        for (start, stop), buffer in zip(places, buffers, strict=True):
            _all(os.pwritev, self._file, memoryview(buffer)[: _up(stop - start)], start)
        if units.stop == self._units:  # what is read is read by smaller parts
            self._buffers = threading.local()

    def _read(self, number: int, units: slice) -> np.ndarray:
        start, stop = self._parts[number].bytes(units)
        first = start // ALIGNED * ALIGNED
        buffer = self._buffer(number, _up(stop) - first)
        _all(os.preadv, self._file, memoryview(buffer)[: _up(stop) - first], first)
        return self._array(number, buffer, start - first, units)

    def _array(self, number: int, buffer: mmap.mmap, offset: int, units: slice) -> np.ndarray:
        part, rows = self._parts[number], units.stop - units.start
        return np.frombuffer(buffer, part.dtype, rows * part.columns, offset).reshape(
            rows, part.columns
        )

    def _buffer(self, number: int, size: int) -> mmap.mmap:
        # Kept for each thread: fresh pages cost several times the transfer. Anonymous
        # maps begin at a page.
        held: dict[int, mmap.mmap] = self._buffers.__dict__.setdefault("held", {})
        if number not in held or len(held[number]) < size:
            held[number] = mmap.mmap(-1, -(-size // HUGE_PAGE) * HUGE_PAGE)
            if hasattr(mmap, "MADV_HUGEPAGE"):
                held[number].madvise(mmap.MADV_HUGEPAGE)
        return held[number]


def _up(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED


def _bypass_cache(file: int) -> None:
    # A file system that cannot do it refuses; then the cache is in the way, and nothing
    # else changes.
    with contextlib.suppress(OSError):
        if hasattr(os, "O_DIRECT"):
            fcntl.fcntl(file, fcntl.F_SETFL, fcntl.fcntl(file, fcntl.F_GETFL) | os.O_DIRECT)
        elif hasattr(fcntl, "F_NOCACHE"):
            fcntl.fcntl(file, fcntl.F_NOCACHE, 1)


def _all(
    call: Callable[[int, list[memoryview], int], int], file: int, buffer: memoryview, start: int
) -> None:
    done = 0
    try:
        while done < len(buffer):
            count = call(file, [buffer[done:]], start + done)
            if count == 0:
                raise OSError(errno.EIO, "it ends early")
            done += count
    except OSError as error:
        raise ResourceError(
            f"The scratch file of the sorted negative pool cannot be used: {error.strerror}.",
            "Free some disk space, or lower N⁺ or N⁻, and start the run again.",
        ) from error

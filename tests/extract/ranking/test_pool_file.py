"""The sorted pool in a scratch file: what is read is what was sorted, whatever the file
system can do.
"""

from __future__ import annotations

import fcntl
import gc
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from explorer.core.errors import ResourceError
from explorer.extract.ranking.host import SortedPool, sort_pool
from explorer.extract.ranking.pool_file import UNITS, PoolFile

N_UNITS = 2 * UNITS + 333


def filled(n: int, folder: Path) -> tuple[PoolFile, SortedPool]:
    """A pool of `n` sentences in a file, and the same in memory."""
    responses = np.random.default_rng(n).normal(size=(n, N_UNITS)).round(1).astype(np.float32)
    file = PoolFile(n, N_UNITS, folder)
    for start in range(0, N_UNITS, UNITS):
        block = slice(start, min(start + UNITS, N_UNITS))
        with file.filling(block) as part:
            sort_pool(responses[:, block], 1, into=part)
    return file, sort_pool(responses, 1)


def assert_holds(file: PoolFile, memory: SortedPool, units: slice) -> None:
    found, expected = file.units(units), memory.units(units)
    np.testing.assert_array_equal(found.keys, expected.keys)
    np.testing.assert_array_equal(found.ranks, expected.ranks)


@pytest.mark.parametrize("n", [1, 40, 257])
@pytest.mark.parametrize(
    "units",
    [
        slice(0, N_UNITS),
        slice(0, 1),
        slice(17, 900),
        slice(UNITS - 1, UNITS + 1),
        slice(N_UNITS - 3, N_UNITS),
    ],
)
def test_any_part_is_read_as_it_was_sorted(n: int, units: slice, tmp_path: Path) -> None:
    assert_holds(*filled(n, tmp_path), units)


def test_a_pool_too_large_for_short_ranks_is_kept_too(tmp_path: Path) -> None:
    file, row = (
        PoolFile((1 << 16) + 1, 1, tmp_path),
        np.arange((1 << 16) + 1, dtype=np.float32)[:, None],
    )
    with file.filling(slice(0, 1)) as part:
        sort_pool(row, 1, into=part)
    assert_holds(file, sort_pool(row, 1), slice(0, 1))


def test_threads_do_not_overwrite_what_others_read(tmp_path: Path) -> None:
    file, memory = filled(40, tmp_path)

    def check(start: int) -> None:
        part = file.units(slice(start, start + 60))
        for _ in range(20):
            np.testing.assert_array_equal(part.keys, memory.keys[start : start + 60])

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(check, range(0, N_UNITS - 60, 60)))


def test_a_file_system_that_has_no_direct_transfers_serves_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    assert_holds(*filled(40, tmp_path), slice(5, N_UNITS))


@pytest.mark.parametrize("call", ["preadv", "pwritev"])
def test_a_transfer_in_pieces_is_completed(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[[int, list[memoryview], int], int] = getattr(os, call)
    monkeypatch.setattr(
        os, call, lambda file, buffers, start: whole(file, [buffers[0][:4096]], start)
    )
    assert_holds(*filled(40, tmp_path), slice(0, N_UNITS))


@pytest.mark.parametrize(
    ("call", "then"), [("preadv", "it ends early"), ("pwritev", "No space left on device")]
)
def test_a_transfer_that_fails_is_told_in_a_sentence(
    call: str, then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        if call == "preadv":
            return 0
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(
        ResourceError, match=f"scratch file of the sorted negative pool cannot be used: {then}"
    ):
        filled(40, tmp_path)[0].units(slice(0, 5))


def test_the_file_goes_away_with_the_pool(tmp_path: Path) -> None:
    file, _ = filled(40, tmp_path)
    number = file._file
    assert list(tmp_path.iterdir()) == []
    assert os.fstat(number).st_size > 0
    del file
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)

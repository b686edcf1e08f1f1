"""Free memory: that of the machine, unless a container or a batch system allows this
process less.
"""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from explorer.core import memory

FREE = 1_000_000


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with FREE bytes and no groups yet."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": FREE}))
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "OWN_GROUPS", tmp_path / "own")
    return tmp_path


def group(folder: Path, names: tuple[str, str], limit: str, use: int, stat: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip((*names, "memory.stat"), (limit, str(use), stat), strict=True):
        (folder / name).write_text(text + "\n")


def second(folder: Path, limit: str, use: int = 0, cache: int = 0) -> None:
    group(folder, ("memory.max", "memory.current"), limit, use, f"anon 5\ninactive_file {cache}")


def first(folder: Path, limit: str, use: int = 0, cache: int = 0) -> None:
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
    group(folder, names, limit, use, f"inactive_file 1\ntotal_inactive_file {cache}")


def test_a_machine_without_groups_has_what_it_has_free() -> None:
    assert memory.free() == FREE


def test_a_limit_leaves_what_is_not_used_and_the_file_cache_gives_way(machine: Path) -> None:
    (machine / "own").write_text("0::/\n")
    second(machine / "groups", "5000", use=4000, cache=700)
    assert memory.free() == 1700


def test_the_tightest_limit_above_the_process_counts(machine: Path) -> None:
    (machine / "own").write_text("0::/job/step\n")
    second(machine / "groups/job/step", "max")
    second(machine / "groups/job", "3000", use=1000)
    second(machine / "groups", "9000", use=1000)
    assert memory.free() == 2000


def test_a_limit_of_version_1_is_read_from_the_groups_of_memory(machine: Path) -> None:
    (machine / "own").write_text("7:cpu,cpuacct:/job\n4:memory:/job\n0::/\n")
    first(machine / "groups/memory/job", "3000", use=1000, cache=200)
    first(machine / "groups/memory", "9223372036854771712")
    first(machine / "groups/cpu/job", "10")
    assert memory.free() == 2200


def test_a_container_that_is_told_the_path_of_its_host_finds_its_own_limit(machine: Path) -> None:
    (machine / "own").write_text("4:memory:/docker/4f2a\n")
    first(machine / "groups/memory", "3000", use=1000)
    assert memory.free() == 2000


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", ""])
def test_no_limit_leaves_the_machine(limit: str, machine: Path) -> None:
    (machine / "own").write_text("0::/\n")
    second(machine / "groups", limit)
    assert memory.free() == FREE


def test_a_group_over_its_limit_leaves_nothing(machine: Path) -> None:
    (machine / "own").write_text("0::/\n")
    second(machine / "groups", "3000", use=4000)
    assert memory.free() == 0

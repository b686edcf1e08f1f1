"""Memory that this process may still take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
# Of version 2 and of version 1: limit, use, and what of the use is file cache that
# gives way.
_NAMES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free() -> int:
    """Bytes free on this machine, or fewer where a container or a batch system sets
    this process a limit.
    """
    return min([int(psutil.virtual_memory().available), *_left_in_groups()])


def _left_in_groups() -> Iterator[int]:
    # https://docs.kernel.org/admin-guide/cgroup-v2.html, “Memory Interface Files”.
    # Other systems have no such files.
    try:
        lines = OWN_GROUPS.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = GROUPS / "memory" if controllers else GROUPS
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            yield from _left(folder)
            if folder == root:
                break


def _left(group: Path) -> Iterator[int]:
    for limit, use, cache in _NAMES:
        try:
            limited, used = (int((group / name).read_text()) for name in (limit, use))
            held = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):  # no limit is the word “max”
            continue
        yield max(0, limited - used + int(held.get(cache, 0)))

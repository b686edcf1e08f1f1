"""A probe set from anyone may lie in the cache: it is read, or refused in a sentence,
and the others stand.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.probes import probe_set
from tests.hostile.probe_sets import table

pytestmark = pytest.mark.slow


@pytest.fixture
def probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one good probe set."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    folder = tmp_path / "probes"
    folder.mkdir()
    table()(folder / "good.parquet")
    return folder


def test_names_that_name_no_probe_set_are_left_alone(probes: Path) -> None:
    for name in (b"caf\xe9.parquet", b"my set.parquet", b"bundled.parquet", b".parquet"):
        table()(probes / "x.parquet")
        (probes / "x.parquet").rename(probes / os.fsdecode(name))
    assert [info.name for info in probe_set.available()] == ["bundled", "good"]
    with pytest.raises(InputError, match="Known: bundled, good"):
        probe_set.load("other")


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_probe_set_is_as_readable_as_the_umask_says(probes: Path, umask: int, mode: int) -> None:
    rows = [row for rows in probe_set.load("good").sentences.values() for row in rows]
    before = os.umask(umask)
    try:
        info = probe_set.save("mine", rows, {})
    finally:
        os.umask(before)
    assert info.path.stat().st_mode & 0o777 == mode
    assert [path.name for path in probes.iterdir() if "tmp" in path.name] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_probe_set_of_another_user_is_not_called_damaged(probes: Path) -> None:
    (probes / "good.parquet").chmod(0)
    with pytest.raises(InputError, match="Ask its owner"):
        probe_set.load("good")
